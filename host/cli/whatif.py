"""`bihuan whatif`: which items of a ledger another pack, value or table would treat differently, and why."""

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from engine.dmn.reading import read as read_decisions
from engine.errors import InvalidInput
from host.cli.policies import pack_of
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.reading import read, read_document
from ledger.indicator_points import execution_weight
from ledger.policy.confirming import to_confirm
from ledger.policy.overrides import read_overrides
from ledger.whatif.comparing import Comparison, compare, shown
from ledger.whatif.side import Side

YUAN_PER_WAN = Decimal(10_000)


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(whatif)


@click.command("whatif")
@click.option("--policy", required=True, metavar="A", help="现行政策包。")
@click.option("--against", metavar="B", help="要比较的政策包(默认与 A 相同,只改 --set 和 --table)。")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=JSON", help="在 B 上改一个政策取值,可多次使用。"
)
@click.option(
    "--table",
    "tables",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="在 B 上换一张决策表。",
)
@click.option("--ledger", required=True, type=click.Path(path_type=Path), help="台账文件(JSON 或 xlsx)。")
@click.option("--year", type=click.IntRange(2000, 2100), help="预算年度(默认为台账的年度)。")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False), help="把结果写成 JSON 文件。")
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="每个决策最多列出几项。"
)
def whatif(
    policy: str,
    against: str | None,
    settings: tuple[str, ...],
    tables: tuple[Path, ...],
    ledger: Path,
    year: int | None,
    out: Path | None,
    limit: int,
) -> None:
    """Compare the decisions that depend on the ledger alone under two policies; the ledger is never written.

    Grades, deductions, use of results, monitoring lights, pre-evaluation, spot checks: item by item, with the reason.
    """
    if against is None and not settings and not tables:
        raise click.UsageError("请用 --against、--set 或 --table 说明要与什么比较。")
    overrides = read_overrides(settings)
    county = _county(policy, ledger)
    chosen = year or county.year
    before = Side(pack_of(policy).resolve(chosen))
    after = Side(pack_of(against or policy).resolve(chosen, overrides), _tables(tables))
    found = compare(county, before, after)
    _print(found, before, after, limit)
    if out is not None:
        _write(out, found, before, after)


def _county(policy: str, ledger: Path) -> LedgerFile:
    """Read the ledger; the weights of its indicators sum to what the policy of its year leaves."""
    year = read_document(ledger).body.get("year")
    if not isinstance(year, int):
        return read(ledger)
    weight = execution_weight(pack_of(policy).resolve(year).context())
    return read(ledger, weight_total=int((100 - weight) * 100))


def _tables(paths: tuple[Path, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        try:
            xml = path.read_bytes()
        except OSError as error:
            raise InvalidInput(
                f"打不开决策表“{path}”({error.strerror});请核对路径。", code="file.unreadable"
            ) from None
        found[read_decisions(xml).key] = xml
    return found


def _wan(amount: Decimal) -> str:
    return f"{amount / YUAN_PER_WAN:.2f}"


def _print(found: Comparison, before: Side, after: Side, limit: int) -> None:
    console = Console(width=160, soft_wrap=False)
    click.echo(f"{before.pack.name} → {after.pack.name},{before.pack.year} 预算年度")
    totals = Table("决策", "名称", "比较项数", "变化项数", "涉及金额(万元)")
    for total in found.totals:
        cells = (total["decision"], total["name"], str(total["compared"]), str(total["changed"]))
        totals.add_row(*cells, _wan(total["amount"]))
    console.print(totals)
    for total in found.totals:
        changes = [change for change in found.changes if change.decision == total["decision"]]
        for change in changes[:limit]:
            line = f"{change.decision} {change.name} {change.project_id} {change.project}:"
            click.echo(
                f"{line}{shown(change.before)} → {shown(change.after)},{_wan(change.amount)} 万元;{change.why}"
            )
        if len(changes) > limit:
            click.echo(f"{total['decision']} 另有 {len(changes) - limit} 项,见 --json 或加大 --limit。")
    for decision, reason in found.silent.items():
        click.echo(f"没有比较:{decision}({reason})")
    for item in to_confirm(after.pack):
        click.echo(f"待财政局确认:{item['label']} 暂按 {item['worded']}")


def _write(out: Path, found: Comparison, before: Side, after: Side) -> None:
    body: dict[str, Any] = {
        "from": {"policy": before.pack.id, "year": before.pack.year},
        "to": {"policy": after.pack.id, "year": after.pack.year},
        **asdict(found),
        "to_confirm": to_confirm(after.pack),
    }
    try:
        out.write_text(json.dumps(body, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"不能写入“{out}”:{error.strerror};请检查文件夹和权限。", code="file.not_written"
        ) from None
    click.echo(f"已生成 {out}")
