"""`bihuan year`: register a place, look at a year before it is opened, open it."""

from typing import Any

import click

from engine.json_values import dumps
from host import opening_years
from host.cli.opening import AS_JSON, DATABASE, opened, operator
from ledger.policy.confirming import sentence, to_confirm
from ledger.policy.pack import FIRST_YEAR, LAST_YEAR
from ledger.roster import jurisdictions
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
