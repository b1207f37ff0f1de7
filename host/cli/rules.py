"""`bihuan rules`: what stands on each rule of the localities: values of policy packs, rows of decision tables."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import click

from engine.dmn.wording import wording
from engine.errors import NotFound
from host.cli.opening import AS_JSON
from host.cli.policies import print_json, year_of
from host.publishing.factory import factory_files
from ledger.policy.entries import RULE_ID
from ledger.policy.pack import available, load
from ledger.policy.showing import shown

_NAMED = re.compile(RULE_ID.split("|")[0])
Grounds = dict[str, list[dict[str, Any]]]


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(rules)


@click.command("rules")
@click.option("--policy", "packs", multiple=True, metavar="ID", help="只看这个政策包;可多次使用,默认全部。")
@click.option("--rule", "wanted", metavar="RULE", help="只看这条规则,如 SW-R46,或一个地区的,如 SW。")
@AS_JSON
def rules(packs: tuple[str, ...], wanted: str | None, as_json: bool) -> None:
    """Print what each rule of the localities grounds: values of the factory's policy packs, rows of its decision tables."""
    found: Grounds = defaultdict(list)
    for rule, ground in (*_values(packs or tuple(available())), *_decisions()):
        if wanted is None or rule == wanted or rule.startswith(f"{wanted}-"):
            found[rule].append(ground)
    if not found:
        raise NotFound(f"没有什么依据规则“{wanted}”;不加 --rule 列出全部。", code="rules.not_found")
    if as_json:
        print_json([{"rule": rule, "grounds": found[rule]} for rule in sorted(found)])
        return
    for rule in sorted(found):
        for ground in found[rule]:
            click.echo(f"{rule} {ground['kind']} {ground['where']} {ground['text']}")
    click.echo(f"{len(found)} 条规则,{sum(map(len, found.values()))} 处依据。", err=True)


def _values(packs: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each rule with a value that a pack states itself on its ground."""
    for name in packs:
        pack = load(name)
        for row in shown(pack.resolve(year_of(pack, None))):
            for rule in row["rules"]:
                if not row["inherited"] and _NAMED.fullmatch(rule):
                    text = f"{row['label']} = {row['worded']}"
                    yield rule, {"kind": "policy", "where": f"{name}/{row['key']}", "text": text}


def _decisions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each rule with a row of a decision table whose note names it."""
    for file in factory_files("decisions", ".dmn"):
        for row in wording(file.read_bytes()).rules.values():
            for rule in _NAMED.findall(row.note):
                yield rule, {"kind": "decision", "where": f"{file.name}/{row.id}", "text": row.note}
