"""`bihuan audit`: seal the audit, verify it, print its anchors."""

import json
import sys

import click

from engine.sealing.anchors import Anchor, anchors
from engine.sealing.findings import MOST_SHOWN, Verification
from engine.sealing.sealer import seal
from engine.sealing.verifying import verify, witnessed
from host.cli.opening import DATABASE, opened


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(audit)


@click.group("audit")
def audit() -> None:
    """Seal the audit, prove that nobody has changed it, print its daily anchors."""


@audit.command("seal")
@DATABASE
def seal_now(database: str | None) -> None:
    """Seal what is committed now; a worker does so by itself several times a minute."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        sealed = seal(uow)
    click.echo("另一个进程正在封印,本次没有动作。" if sealed is None else f"已封印 {sealed} 条审计记录。")


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.option("--anchor", "printed", multiple=True, metavar="LINE", help="打印保存的锚定行,可多次使用。")
@DATABASE
def verify_all(as_json: bool, printed: tuple[str, ...], database: str | None) -> None:
    """Recompute the chain; status 0 if it is whole, 1 if an entry or seal was edited, removed, inserted or cut off."""
    lines = [Anchor.read(line) for line in printed]
    with opened(database) as bihuan:
        with bihuan.unit_of_work() as uow:
            seals_seen = witnessed(uow.session)
        with bihuan.unit_of_work() as uow:
            found = verify(uow, seals_seen=seals_seen, printed=lines)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _tell(found)
    sys.exit(0 if found.is_whole else 1)


@audit.command("anchors")
@DATABASE
def print_anchors(database: str | None) -> None:
    """Print a line per day, to be kept on paper: `verify --anchor LINE` compares it."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        kept = anchors(uow.session)
    for anchor in kept:
        click.echo(str(anchor))


def _tell(found: Verification) -> None:
    for finding in found.findings:
        click.echo(f"{finding.code}: {finding.text}")
    if found.count > MOST_SHOWN:
        click.echo(f"……共 {found.count} 处,只列出前 {MOST_SHOWN} 处。")
    click.echo(f"已封印 {found.entries} 条审计记录,{found.seals} 个封印:" + _verdict(found))
    age = f",最早一条已等待 {found.oldest_unsealed_seconds:.0f} 秒" if found.unsealed else ""
    click.echo(f"尚未封印 {found.unsealed} 条{age}。")
    if found.head:
        click.echo(f"链头:{found.head}")


def _verdict(found: Verification) -> str:
    return "完整。" if found.is_whole else f"不完整,发现 {found.count} 处问题;请保全数据库并核对备份。"
