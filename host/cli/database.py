"""`bihuan migrate`: bring the database to this program's version."""

from contextlib import ExitStack

import click

from host.composition import main_database
from host.migrations.running import current, migrate, newest
from host.settings import Settings


def add_to(group: click.Group) -> None:
    """Add this module's commands to `bihuan`."""
    group.add_command(migrate_command)


@click.command("migrate")
def migrate_command() -> None:
    """Make or upgrade the tables; run it after each upgrade. On the embedded server it happens by itself."""
    settings = Settings.read()
    with ExitStack() as leaving:
        database = main_database(settings, leaving)
        before = current(database)
        migrate(database)
    if before == newest():
        click.echo(f"数据库 {database.name} 已是最新版本 {before}。")
    else:
        click.echo(f"数据库 {database.name} 已由版本 {before or '空'} 升级到 {newest()}。")
