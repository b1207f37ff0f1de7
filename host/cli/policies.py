"""`bihuan policy`: what a locality decided, what differs, whether a pack can be used."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from engine.errors import InvalidInput
from host.cli.opening import DATABASE, opened
from ledger.packs_in_force import Packs
from ledger.policies_in_force import in_force, places
from ledger.policy.differing import differences
from ledger.policy.pack import Pack, load, load_file
from ledger.policy.resolved import ResolvedPack
from ledger.policy.showing import line, shown

FIRST, LAST = 2000, 2100
_YEAR = click.IntRange(FIRST, LAST)


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(policy)


@click.group("policy")
def policy() -> None:
    """Show, compare and check policy packs (ID: a pack's name, or a FILE.toml)."""


def pack_of(wanted: str) -> Pack:
    """Load a pack by name, or from a file if the name ends in .toml."""
    return load_file(Path(wanted)) if wanted.endswith(".toml") else load(wanted)


def year_of(pack: Pack, wanted: int | None) -> int:
    """Return the wanted budget year, else the one the pack speaks of. Raises InvalidInput if there is neither."""
    year = wanted or pack.year
    if year is None:
        raise InvalidInput(
            f"政策包 {pack.id} 没有写预算年度;请加 --year,或在 [pack] 里写 year。", code="policy.no_year"
        )
    return year


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


@policy.command("show")
@click.argument("pack", metavar="ID")
@click.option("--year", type=_YEAR, help="预算年度(默认取政策包的)。")
@click.option("--key", "keys", multiple=True, help="只看一个参数或一组参数,如 self_eval;可多次使用。")
@click.option(
    "--recorded",
    is_flag=True,
    help="用数据库里发布的版本(已开启的年度用开年时的),连同本地区财政局的确认记录。",
)
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def show(
    pack: str, year: int | None, keys: tuple[str, ...], recorded: bool, database: str | None, as_json: bool
) -> None:
    """Print the values of a pack: from which rules, whence inherited, what is to be confirmed."""
    resolved = _recorded(pack, year, database) if recorded else _resolved(pack_of(pack), year)
    year = resolved.year
    rows = shown(resolved, keys)
    if as_json:
        print_json({"policy": resolved.id, "name": resolved.name, "year": year, "values": rows})
        return
    open_ones = sum(1 for row in rows if row["to_confirm"])
    version = f"第 {resolved.chain[0].version} 版 " if resolved.chain[0].version else ""
    click.echo(
        f"{resolved.name}({resolved.id}){version}· {year} 预算年度 · {len(rows)} 个参数,{open_ones} 个待财政局确认"
    )
    for row in rows:
        click.echo(line(row))


def _resolved(pack: Pack, year: int | None) -> ResolvedPack:
    return pack.resolve(year_of(pack, year))


def _recorded(policy_id: str, year: int | None, database: str | None) -> ResolvedPack:
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        place = next((one for one in places(uow.session) if one.code == policy_id), None)
        pack = place.pack if place else Packs(uow.session).load(policy_id)
        return in_force(uow.session, place, year_of(pack, year)) if place else _resolved(pack, year)


@policy.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--year", type=_YEAR, help="预算年度(默认取 B 的政策包的)。")
@click.option("--against-year", type=_YEAR, help="B 的预算年度(默认与 A 相同)。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def diff(before: str, after: str, year: int | None, against_year: int | None, as_json: bool) -> None:
    """Print in sentences what B decides differently from A."""
    old, new = pack_of(before), pack_of(after)
    year = year_of(new, year)
    one, two = old.resolve(year), new.resolve(against_year or year)
    found = differences(one, two)
    if as_json:
        print_json({"from": _named(one), "to": _named(two), "differences": [d.as_json() for d in found]})
        return
    click.echo(f"{one.name} {one.year} → {two.name} {two.year}:{len(found)} 处不同")
    for difference in found:
        click.echo(difference.sentence)


def _named(pack: ResolvedPack) -> dict[str, Any]:
    return {"policy": pack.id, "name": pack.name, "year": pack.year}


@policy.command("check")
@click.argument("pack", metavar="FILE|ID")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def check(pack: str, as_json: bool) -> None:
    """Check a pack: all errors at once; then contradictions, and what is to be confirmed. Status 1 on an error."""
    remarks = pack_of(pack).check()
    if as_json:
        print_json([vars(remark) for remark in remarks])
    else:
        for remark in remarks:
            click.echo(f"{remark.key} {remark.severity} {remark.code} {remark.text}")
        if not remarks:
            click.echo("没有发现问题。")
    sys.exit(1 if any(remark.severity == "error" for remark in remarks) else 0)
