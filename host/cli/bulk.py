"""`bihuan bulk`: how far an order for many things is, and why some of them failed."""

import click

from engine import bulk as orders
from engine.json_values import dumps
from host.cli.opening import AS_JSON, DATABASE, opened


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(bulk)


@click.group("bulk")
def bulk() -> None:
    """Orders for many things at once, carried out by the workers."""


@bulk.command("show")
@click.argument("number", type=int)
@AS_JSON
@DATABASE
def show(number: int, as_json: bool, database: str | None) -> None:
    """Count what is done, and say what failed and why."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        counts, found = orders.progress(uow.session, number), orders.results(uow.session, number)
    refused = [one for one in found if one.status == "failed"]
    if as_json:
        told = [{"target": one.target, "code": one.code, "text": one.text} for one in refused]
        click.echo(dumps({**counts, "results": told}))
        return
    click.echo(f"完成 {counts['ok']},失败 {counts['failed']},等待 {counts['waiting']}。")
    for one in refused:
        click.echo(f"{one.target}  {one.code}  {one.text}")
