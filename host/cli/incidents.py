"""`bihuan incidents`: what stands still, let it try again, count it as done, or move it elsewhere."""

import click

from engine import incidents as troubles
from engine.json_values import dumps
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from host.workers import settling


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(incidents)


@click.group("incidents")
def incidents() -> None:
    """Steps and timers that failed and wait for an operator."""


@incidents.command("list")
@click.option("--code", metavar="CODE", help="只列出这一种。")
@click.option("--after", metavar="ID", type=int, default=0, help="从这个编号之后列起。")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="最多列出几项。"
)
@AS_JSON
@DATABASE
def show(code: str | None, after: int, limit: int, as_json: bool, database: str | None) -> None:
    """List open incidents, oldest first."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = troubles.waiting(uow.session, code=code, after=after, limit=limit)
    if as_json:
        click.echo(dumps([one.as_json() for one in found]))
        return
    for one in found:
        click.echo(
            f"{one.id}  {one.opened_at:%Y-%m-%d %H:%M}  {one.business_key}  {one.element_id}  "
            f"{one.code}  第{one.attempts}次  {one.text}"
        )
    if not found:
        click.echo("没有待处理的故障。")


@incidents.command("retry")
@click.argument("number", type=int)
@REASON
@DATABASE
def retry(number: int, reason: str, database: str | None) -> None:
    """Let a failed step or timer try again; the attempt is counted before it begins."""
    with opened(database) as bihuan:
        settling.retry(bihuan, number, reason, by=operator())
    click.echo("已重试;若再失败,会有新的故障。")


@incidents.command("skip")
@click.argument("number", type=int)
@REASON
@DATABASE
def skip(number: int, reason: str, database: str | None) -> None:
    """Count a failed step as done and go on. Only for steps, not for timers and gateways."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        troubles.skip(uow, number, reason, by=operator())
    click.echo("已跳过。")


@incidents.command("move")
@click.argument("number", type=int)
@click.argument("element")
@REASON
@DATABASE
def move(number: int, element: str, reason: str, database: str | None) -> None:
    """Take what failed to ELEMENT (its id) of the same process or subprocess and go on from there."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        settling.move(uow, number, element, reason, by=operator())
    click.echo("已移动,流程从那里往下走。")
