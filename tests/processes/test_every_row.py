"""Every table of the factory: no gap or overlap that nobody has declared, and every row can be the one that decides."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from engine.dmn.checking import check
from engine.dmn.elements import attribute, child, type_name
from engine.dmn.reading import read
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Reader
from engine.feel.limits import DEFAULT
from engine.feel.literals import string_value
from engine.feel.naming import known_names
from engine.feel.scanning import scan
from ledger.policy.pack import available, load

TABLES = sorted((Path(__file__).parents[2] / "workflows" / "decisions").glob("*.dmn"))
NOT_ANALYSED = {"pre_evaluation_conclusion"}  # its cells compare with the words of the policy
DRAWS = 6000
NUMBERS = (
    0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.95, 1, 2, 3, 4, 5, 6, 8, 10, 50, 59, 60, 75, 80, 89, 90, 95, 100,
    120, 1_000_000, 3_000_000, 5_000_000, 50_000_000, 10**9,
)  # fmt: skip
DAYS = (date(2020, 1, 1), date(2022, 6, 1), date(2024, 12, 31))


# What nobody has written into a table: words of the policies, and a situation of its own.
WORDS = (
    "优",
    "良",
    "中",
    "差",
    "支持",
    "不支持",
    "予以支持",
    "建议调整完善后予以支持",
    "不予支持",
    "运转类",
    "达成年度指标",
    "超过期限",
)


@lru_cache(maxsize=1)
def policies() -> list[dict[str, Any]]:
    """Return the policies of all localities, and one that neither checks for conflicts nor says how to spot-check."""
    found = [load(one).resolve(year).context() for one in available() for year in (2021, 2022)]
    quiet = dict(found[0])
    for group, key, value in (("third_party", "conflict_gate", False), ("spot_check", "mode", None)):
        quiet[group] = {**quiet[group], key: value}
    return [*found, quiet]


def spoken(root: "etree._Element") -> list[str]:
    """Return the texts that stand in a document's expressions."""
    found: set[str] = set()
    for text in root.iter("{*}text"):
        try:
            tokens = Reader("", scan(text.text or "", DEFAULT), known_names(())).tokenise()
        except FeelSyntaxError:
            continue
        found.update(string_value(token) for token in tokens if token.type == "STRING")
    return sorted(found)


def choices(root: "etree._Element") -> dict[str, list[Any]]:
    """Return what each input may be tried with, by its type."""
    texts = sorted({*spoken(root), *WORDS})
    found: dict[str, list[Any]] = {}
    for given in root.iter("{*}inputData"):
        variable = child(given, "variable")
        kind = type_name(variable) if variable is not None else ""
        by_kind: dict[str, list[Any]] = {
            "boolean": [True, False, None],
            "number": [*(Decimal(str(one)) for one in NUMBERS), None],
            "date": [*DAYS, None],
            "string": [*texts, None],
        }
        anything: list[Any] = [*texts, True, False, None, *NUMBERS[:12], texts[:1], texts[:3], []]
        found[attribute(given, "name")] = by_kind.get(kind, anything)
    return found


def reached(path: Path) -> tuple[set[str], set[str]]:
    """Return the ids of all rows, and of those that decided something in some draw."""
    root = etree.parse(str(path)).getroot()
    decisions = read(path.read_bytes())
    wanted = {attribute(rule, "id") for rule in root.iter("{*}rule")}
    tried, random = choices(root), Random(path.stem)
    hit: set[str] = set()
    for _ in range(DRAWS):
        if hit == wanted:
            break
        facts = {name: random.choice(values) for name, values in tried.items()}
        outcome = decisions.decide(decisions.key, {**facts, "policy": random.choice(policies())})
        hit.update(rule for one in outcome.hits for rule in one.rules)
    return wanted, hit


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_is_reached(path: Path) -> None:
    wanted, hit = reached(path)

    assert sorted(wanted - hit) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_table_has_a_gap_or_an_overlap(path: Path) -> None:
    found = [problem for problem in check(path.read_bytes()) if problem.code != "dmn.not_analysed"]
    analysed = len(found) == len(check(path.read_bytes()))

    assert found == []
    assert analysed is (path.stem not in NOT_ANALYSED)
