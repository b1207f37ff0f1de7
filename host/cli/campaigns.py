"""`bihuan campaign`: list the stages of a year, suspend one, let it go on."""

from typing import Any

import click
from sqlalchemy import select

from engine import bulk, campaigns
from engine.json_values import dumps
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.campaigns import Campaign
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator


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
