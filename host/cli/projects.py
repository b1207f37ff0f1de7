"""`bihuan projects`: templates, bringing a year's projects, budgets and payments in from xlsx, carrying projects over."""

from pathlib import Path

import click

from host.cli.opening import DATABASE, opened, operator
from host.cli.years import PLACE, YEAR
from host.imports.of_year import at_once, refused
from host.opening_years import place_of
from host.undoing import Undone, undoable
from ledger.budgeting.bringing_in import KINDS
from ledger.budgeting.carrying_over import carry_over
from ledger.budgeting.sheet import template


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(projects)


@click.group("projects")
def projects() -> None:
    """Projects and budgets of a year. PLACE is the code of a place."""


@projects.command("template")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", type=click.Choice(list(KINDS)), default="projects", help="项目、预算或支出的模板。")
def write_template(file: Path, kind: str) -> None:
    """Write the empty workbook to FILE.xlsx."""
    file.write_bytes(template(KINDS[kind].sheet))
    click.echo(f"已写出 {file}。")


@projects.command("import")
@PLACE
@YEAR
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="只检查,不写入。")
@DATABASE
def bring_in(place: str, number: int, file: Path, dry_run: bool, database: str | None) -> None:
    """Bring the projects, budgets or payments of YEAR in from FILE.xlsx: all, or none, with every fault by row and column."""
    with opened(database) as bihuan, undoable(bihuan.unit_of_work()) as uow:
        found = at_once(uow, place_of(uow, place).id, number, file.read_bytes(), by=operator())
        if found.faults:
            raise refused(found)
        if dry_run:
            raise Undone
    counts, would = found.counts, "会" if dry_run else "已"
    click.echo(
        f"{KINDS[found.kind].sheet}:{would}新增 {counts['added']} 行,更新 {counts['changed']} 行,"
        f"没有变化 {counts['same']} 行,已有更新的数、保留不变 {counts['kept']} 行。"
    )


@projects.command("carry-over")
@PLACE
@YEAR
@DATABASE
def carry(place: str, number: int, database: str | None) -> None:
    """Carry the projects of the year before over into YEAR, with their budgets, unless they are there."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        count = carry_over(uow, place_of(uow, place).id, number, by=operator())
    click.echo(f"已把 {count} 个项目沿用到 {number} 年度。")
