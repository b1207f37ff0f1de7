"""`bihuan year`: register a place, look at a year before it is opened, open it; take over a newer policy pack."""

from typing import Any

import click

from engine.json_values import dumps
from host import opening_years
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from ledger.policy.confirming import sentence, to_confirm
from ledger.policy.pack import FIRST_YEAR, LAST_YEAR
from ledger.reports.stage_plan import stage_title
from ledger.roster import jurisdictions
from ledger.taking_over.commands import take_over
from ledger.taking_over.foreseeing import foreseen
from ledger.taking_over.telling import told
from ledger.year_plan import YearPlan, agenda, unknown_years

YEAR = click.argument("number", metavar="YEAR", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
PLACE = click.argument("place", metavar="PLACE")
PACK = click.option(
    "--policy", "pack", default="", metavar="ID", help="政策包(默认用地区自己的,没有则用全国通用的)。"
)
WORDS = {"opens": "开始", "reminder": "提醒", "due": "截止", "escalation": "催办升级", "closes": "关闭"}


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(year)


@click.group("year")
def year() -> None:
    """Fiscal years: register a place, preview a year, open it. PLACE is the code of a place."""


@year.command("place")
@click.argument("code")
@click.argument("name")
@DATABASE
def place(code: str, name: str, database: str | None) -> None:
    """Register a place (地区). CODE: the id of its policy pack, or its administrative code."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        jurisdictions.add(uow, code, name, by=operator())
    click.echo(f"已登记地区 {name}({code})。")


@year.command("preview")
@PLACE
@YEAR
@PACK
@DATABASE
@AS_JSON
def preview(place: str, number: int, pack: str, database: str | None, as_json: bool) -> None:
    """Show what opening YEAR would plan: what is still to be confirmed, and every day of every stage."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        plan = opening_years.looked_at(uow, opening_years.place_of(uow, place), number, pack)
    if as_json:
        click.echo(dumps(_told(plan)))
        return
    version = plan.pack.chain[0].version
    click.echo(
        f"{plan.pack.name}{f'第 {version} 版' if version else ''} {number} 年度,登记项目 {plan.projects} 个"
    )
    for item in to_confirm(plan.pack):
        click.echo(f"待确认:{sentence(item)}")
    for one in agenda(plan, {stage.name for stage in plan.stages}):
        click.echo(f"{one.day}  {WORDS[one.what]}  {one.stage} 第{one.round}轮")
    for unknown in unknown_years(plan, plan.pack.calendar):
        click.echo(f"提醒:{unknown} 年的节假日安排还没有录入,只按周末推算。")


def _told(plan: YearPlan) -> dict[str, Any]:
    return {
        "policy": plan.pack.id,
        "packs": plan.pack.packs,
        "year": plan.pack.year,
        "projects": plan.projects,
        "to_confirm": to_confirm(plan.pack),
        "stages": [vars(one) for one in plan.stages],
        "days": [vars(one) for one in agenda(plan, {stage.name for stage in plan.stages})],
        "unknown_calendar": unknown_years(plan, plan.pack.calendar),
    }


@year.command("open")
@PLACE
@YEAR
@PACK
@click.option(
    "--stage", "stages", multiple=True, metavar="STAGE", help="只开这些环节(默认:所有还没有过期的)。"
)
@DATABASE
def open_one(place: str, number: int, pack: str, stages: tuple[str, ...], database: str | None) -> None:
    """Open YEAR: plan its stages and start the diagram of the year, in one transaction."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        where = opening_years.place_of(uow, place)
        chosen = stages or opening_years.looked_at(uow, where, number, pack).ahead
        planned = opening_years.opened(uow, where, number, pack, chosen, by=operator())
    click.echo(
        f"已开启 {number} 年度,安排了 {len(planned) - 1} 个阶段;查看:bihuan campaign list --year {number}"
    )


@year.command("newer-pack")
@PLACE
@YEAR
@DATABASE
@AS_JSON
def newer_pack(place: str, number: int, database: str | None, as_json: bool) -> None:
    """Show what YEAR would take over of the newer versions of its policy pack, what it keeps, and which days move."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        where = opening_years.place_of(uow, place)
        found = foreseen(uow, where, number)
        said = told(uow, where, found, by=operator())
    if as_json:
        click.echo(dumps(said))
        return
    for one in found.taken:
        click.echo(f"会改:{one.sentence}")
    for kept in found.kept:
        why = "、".join(stage_title(one) for one in kept.stages)
        click.echo(
            f"不变:“{kept.difference.label}”({f'{why}已经开始' if why else '轮次在开启年度时已经排定'})"
        )
    for day in said["days"]:
        stage = stage_title(day["stage"])
        soon = "(已到这一天,改用后马上开始)" if day.get("at_once") else ""
        click.echo(f"日子:{stage} 第{day['round']}轮 {WORDS[day['what']]} {day['from']} → {day['to']}{soon}")
    for task in said["tasks"]:
        click.echo(f"任务:{task['name']} {task['from']} → {task['to']},{task['tasks']} 件")
    click.echo(f"改用:bihuan year take-over {place} {number} --seen {said['seen']} --reason 原因")


@year.command("take-over")
@PLACE
@YEAR
@click.option("--seen", required=True, metavar="HASH", help="newer-pack 最后一行给出的值:改用的就是看到的。")
@REASON
@DATABASE
def take_over_pack(place: str, number: int, seen: str, reason: str, database: str | None) -> None:
    """Let YEAR go on under the newer versions of its policy pack, as `newer-pack` said."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        take_over(uow, opening_years.place_of(uow, place), number, reason, seen=seen, by=operator())
    click.echo(f"{number} 年度已改用新版政策包;期限由作业逐个更新。")
