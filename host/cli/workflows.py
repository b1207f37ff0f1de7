"""`bihuan workflows`: processes, decisions, forms and policy packs with their versions, as files out of and into the database."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from engine.json_values import dumps
from host.cli.opening import AS_JSON, DATABASE, opened, operator
from host.publishing.kinds import KINDS
from host.publishing.moving import Taken, bring_in, bring_out
from host.publishing.offering import all_in_force, facts_of, publish_again
from host.undoing import Undone, undoable

FACTORY = tuple(Path(str(files("workflows"))) / folder for folder in ("decisions", "processes"))


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(workflows)


@click.group("workflows")
def workflows() -> None:
    """Processes, decisions, forms and policy packs: list versions, export, import, publish an older version again."""


@workflows.command("list")
@click.option("--kind", type=click.Choice(list(KINDS)), help="只列一类。")
@DATABASE
@AS_JSON
def listed(kind: str | None, database: str | None, as_json: bool) -> None:
    """List what is in force: kind, key, version, when it was published and by whom."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        rows: list[dict[str, Any]] = [
            {"kind": folder, **facts_of(row)}
            for folder in ([kind] if kind else KINDS)
            for row in all_in_force(uow.session, KINDS[folder])
        ]
    if as_json:
        click.echo(dumps(rows))
        return
    for row in rows:
        when = (
            f"{row['published_at']:%Y-%m-%d %H:%M} {row['published_by']}" if row["version"] else "随程序提供"
        )
        click.echo(f"{row['kind']} {row['key']} 第 {row['version']} 版 {row['name']} {when}")


@workflows.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@DATABASE
def export(folder: Path, database: str | None) -> None:
    """Write everything in force into FOLDER/processes, decisions, forms and policies."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        written = bring_out(uow, folder)
    click.echo(f"已写出 {len(written)} 个文件到 {folder}。")


@workflows.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER|FILE]...")
@click.option("--factory", is_flag=True, help="导入随程序提供的流程和决策。")
@click.option("--dry-run", is_flag=True, help="只检查、只说差别,不发布。")
@DATABASE
@AS_JSON
def take_in(
    paths: tuple[Path, ...], factory: bool, dry_run: bool, database: str | None, as_json: bool
) -> None:
    """Check files and publish what has changed as the next versions: all of them, or none if one has an error."""
    wanted = [*paths, *(FACTORY if factory else [])]
    if not wanted:
        raise click.UsageError("FOLDER, FILE or --factory")
    with opened(database) as bihuan, undoable(bihuan.unit_of_work()) as uow:
        taken = bring_in(uow, wanted, bihuan.operations.names(), by=operator())
        if dry_run:
            raise Undone
    if as_json:
        click.echo(dumps([_plain(one) for one in taken]))
        return
    for one in taken:
        _say(one)
    new = sum(1 for one in taken if one.is_new)
    click.echo(f"{len(taken)} 个文件,{'会发布' if dry_run else '已发布'} {new} 个新版本,其余没有变化。")


@workflows.command("publish")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("key")
@click.argument("version", type=click.IntRange(0))
@DATABASE
def publish(kind: str, key: str, version: int, database: str | None) -> None:
    """Publish an older version again, as the next one: the way back. VERSION 0: what comes with the program."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        made = publish_again(uow, KINDS[kind], key, version, by=operator())
    which = f"第 {version} 版" if version else "随程序提供的"
    click.echo(f"已把{which}重新发布为第 {made.version} 版。")


def _plain(one: Taken) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "kind": one.kind,
        "key": one.key,
        "version": one.version,
        "is_new": one.is_new,
        "problems": [str(problem) for problem in one.problems],
        "differences": [difference.text for difference in one.differences],
    }


def _say(one: Taken) -> None:
    for problem in one.problems:
        click.echo(f"{one.path} {problem}", err=True)
    if one.is_new:
        click.echo(f"{one.kind} {one.key} 第 {one.version} 版")
        for difference in one.differences:
            click.echo(f"  {difference.text}")
