"""`bihuan campaign`: list the stages of a year, suspend one, let it go on; start, extend, waive or close one."""

from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from engine import bulk, campaigns
from engine.json_values import dumps
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.campaigns import Campaign
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from ledger import stage_days, stages


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(campaign)


@click.group("campaign")
def campaign() -> None:
    """Stages of a year: look at them, suspend one with everything in it. NUMBER is from `list`."""


@campaign.command("list")
@click.option("--year", type=int, metavar="YEAR", help="只列这个预算年度的。")
@click.option("--stage", metavar="STAGE", help="只列这个环节的,如 self_evaluation。")
@AS_JSON
@DATABASE
def show_all(year: int | None, stage: str | None, as_json: bool, database: str | None) -> None:
    """List stages by year and opening."""
    found = select(Campaign).order_by(Campaign.year, Campaign.opens_at, Campaign.id)
    found = found.where(Campaign.year == year) if year is not None else found
    found = found.where(Campaign.stage == stage) if stage else found
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        rows = list(uow.session.scalars(found))
        told = [_told(one) for one in rows]
    if as_json:
        click.echo(dumps(told))
        return
    for one in told:
        halted = one["suspension"]
        more = f"  挂起:{halted['by']},原因:{halted['reason']}" if halted else ""
        place = f"{one['jurisdiction_id']}/{one['year']}/{one['stage']}/{one['round']}"
        click.echo(f"{one['id']}  {place}  {WORDS_OF_CAMPAIGNS[one['status']]}{more}")
    if not told:
        click.echo("没有这样的阶段。")


def _told(one: Campaign) -> dict[str, Any]:
    names = ("id", "jurisdiction_id", "year", "stage", "round", "status", "suspension")
    return {name: getattr(one, name) for name in names}


@campaign.command("suspend")
@click.argument("number", type=int)
@REASON
@DATABASE
def suspend(number: int, reason: str, database: str | None) -> None:
    """Suspend a stage: nobody works on its instances and nothing is launched until it goes on."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        ids = campaigns.suspend(uow, number, reason, by=operator())
    click.echo(f"已挂起阶段和其中 {len(ids)} 个事项。")


@campaign.command("resume")
@click.argument("number", type=int)
@REASON
@click.option("--shift", is_flag=True, help="期限按挂起的工作日顺延;不加则期限不变。")
@DATABASE
def resume(number: int, reason: str, shift: bool, database: str | None) -> None:
    """Let a suspended stage go on, and order its instances to be resumed by the workers, one by one.

    What was suspended before the stage, for a reason of its own, stays suspended.
    """
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        ids = campaigns.resume(uow, number, reason, by=operator())
        order = {"reason": reason, "shift": shift}
        run_id = bulk.submit(uow, "resume", [str(one) for one in ids], order, by=operator()) if ids else None
    click.echo("已恢复阶段。")
    if run_id is not None:
        click.echo(f"其中 {len(ids)} 个事项由工作进程逐个恢复,进度:bihuan bulk show {run_id}")


@campaign.command("start")
@click.argument("number", type=int)
@REASON
@DATABASE
def start(number: int, reason: str, database: str | None) -> None:
    """Let a planned stage begin before its day; the running system opens it within seconds."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        stage_days.start_early(uow, number, reason, by=operator())
    click.echo("已提前开始;运行中的系统会在几秒内下达任务。")


@campaign.command("extend")
@click.argument("number", type=int)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="新的截止日,如 2027-03-15。")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="只给这个项目或对象延期;可多次使用。")
@REASON
@DATABASE
def extend(number: int, until: datetime, codes: tuple[str, ...], reason: str, database: str | None) -> None:
    """Put off the due day of a stage, or of some members only; tasks and reminders follow, who has one is told."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        if codes:
            order: int | None = stage_days.extend_for(
                uow, number, until.date(), reason, codes=codes, by=operator()
            )
        else:
            order = stage_days.extend(uow, number, until.date(), reason, by=operator())
    click.echo(f"已延期到 {until.date()}。")
    if order is not None:
        click.echo(f"在办事项由工作进程逐个更新,进度:bihuan bulk show {order}")


@campaign.command("waive")
@click.argument("number", type=int)
@REASON
@DATABASE
def waive(number: int, reason: str, database: str | None) -> None:
    """Waive a whole stage: nothing is asked of anybody any more, and the reports say why."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        stages.waive(uow, number, reason, by=operator())
    click.echo("已豁免这个阶段。")


@campaign.command("close")
@click.argument("number", type=int)
@REASON
@DATABASE
def close(number: int, reason: str, database: str | None) -> None:
    """Close an open stage before its day; the running system does it within seconds."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        stage_days.close_now(uow, number, reason, by=operator())
    click.echo("已要求关闭;运行中的系统会在几秒内登记缺报并关闭。")
