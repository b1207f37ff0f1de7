"""`bihuan person`: what is kept of one person, read out for him, or erased once he has left."""

import json

import click

from host.accounts import personal
from host.cli.opening import DATABASE, REASON, opened, operator


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(person)


@click.group("person")
def person() -> None:
    """Personal data of one person."""


@person.command("export")
@click.argument("number", type=int)
@DATABASE
def export(number: int, database: str | None) -> None:
    """Print every row that names a person, as JSON by table, without secrets; NUMBER stands in the address of his page."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        rows = personal.export(uow, number)
        uow.audit("person.export", by=operator(), subject=str(number))
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))


@person.command("erase")
@click.argument("number", type=int)
@REASON
@DATABASE
def erase(number: int, reason: str, database: str | None) -> None:
    """Erase account, tokens, messages, drafts and number of a person who has left; his name stays where he acted."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        personal.erase(uow, number, reason=reason, by=operator())
    click.echo("已清除。他办过的事项、投票和审计里的姓名依法保留。")
