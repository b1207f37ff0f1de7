"""`bihuan doctor`: what is wrong with this installation, and what to do."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import click
from sqlalchemy.exc import OperationalError

from engine.storage.errors import StorageUnavailable
from host.cli.opening import AS_JSON, DATABASE, opened
from host.health.examining import of_database, of_files, of_settings
from host.health.judging import Finding
from host.settings import Settings
from host.workers.working import first_line

MARKS = {"bad": "✗", "warn": "!"}


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(doctor)


@click.command("doctor")
@AS_JSON
@DATABASE
def doctor(as_json: bool, database: str | None) -> None:
    """Examine settings, files, database, clocks and workers; status 0 unless something is wrong that must be mended."""
    found = list(_examined(Settings.read(), database))
    if as_json:
        rows = [{**vars(one), "text": _said(one)} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{MARKS[one.weight]} {_said(one)}({one.code})\n  → {one.advice}")
        if not found:
            click.echo("✓ 设置、文件、数据库、时钟和工作进程都没有发现问题。")
    sys.exit(1 if any(one.weight == "bad" for one in found) else 0)


def _examined(settings: Settings, database: str | None) -> Iterator[Finding]:
    yield from of_settings(settings)
    yield from of_files(settings)
    with ExitStack() as leaving:
        try:
            bihuan = leaving.enter_context(opened(database))
        except StorageUnavailable as error:
            yield Finding(error.code, "bad", error.text, "照上面的话做,再运行一次 bihuan doctor")
            return
        except OperationalError as error:
            yield Finding(
                "database.unreachable",
                "bad",
                f"数据库连接不上:{first_line(error)}",
                "确认服务器在运行,核对 BIHUAN_DATABASE_URL",
            )
            return
        yield from of_database(bihuan)


def _said(one: Finding) -> str:
    return one.text.format(count=one.count) if one.count else one.text.replace("{count}", "0")
