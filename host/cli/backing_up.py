"""`bihuan backup` and `bihuan restore`."""

from contextlib import ExitStack
from pathlib import Path

import click

from engine.clock import SystemClock
from host.backing_up.copying import back_up, restore
from host.cli.opening import DATABASE, opened
from host.composition import main_database
from host.migrations.running import newest
from host.settings import Settings

FILE = click.Path(dir_okay=False, path_type=Path)


def add_to(group: click.Group) -> None:
    """Add this module's commands to `bihuan`."""
    group.add_command(backup_command)
    group.add_command(restore_command)


@click.command("backup")
@click.argument("file", type=FILE)
@DATABASE
def backup_command(file: Path, database: str | None) -> None:
    """Write a backup to FILE: the database as of one moment, and the attachments. People may go on working."""
    with opened(database) as bihuan:
        settings = bihuan.settings
        about = back_up(bihuan.database, settings.attachments_dir, file, SystemClock())
    rows = sum(count for count, _ in about.tables.values())
    files = "附件在数据库里" if about.attachments is None else f"附件 {about.attachments} 个"
    click.echo(f"已备份到 {file}:{len(about.tables)} 张表 {rows} 行,{files},版本 {about.revision}。")
    where = "BIHUAN_SECRET" if settings.secret else str(settings.data_dir / "secret")
    click.echo(f"密钥({where})不在备份里;请另行妥善保管,两步验证和推送密钥恢复后要用它。")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", metavar="NAME", help="恢复到同一服务器上的另一个数据库;没有则新建。")
def restore_command(file: Path, database: str | None) -> None:
    """Bring the backup in FILE into an empty database, and compare every table with what was backed up."""
    settings = Settings.read()
    with ExitStack() as leaving:
        target = main_database(settings, leaving)
        if database is not None:
            target = target.ensure_sibling(database)
        leaving.callback(target.close)
        about = restore(file, target, settings.attachments_dir)
    rows = sum(count for count, _ in about.tables.values())
    click.echo(f"已恢复 {len(about.tables)} 张表 {rows} 行,附件 {about.attachments or 0} 个,与备份逐表一致。")
    if about.revision != newest():
        click.echo(f"备份的版本是 {about.revision},本程序是 {newest()};请运行 bihuan migrate。")
