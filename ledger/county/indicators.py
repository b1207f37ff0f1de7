"""Indicator rows of a made-up project: from its archetype, then its function class, then all."""

from collections.abc import Iterable
from random import Random
from typing import Any

from ledger.county.apportion import apportion
from ledger.county.library import Archetype, Library, Template
from ledger.county.plan import COST, Plan

Row = dict[str, Any]
COUNTS, COUNT_WEIGHTS = (6, 7, 8, 9, 10), (19, 21, 19, 22, 19)
WORDED_SHARE = 0.27
ORDER = ("产出指标", COST, "效益指标", "满意度指标")


def indicator_rows(library: Library, archetype: Archetype, plan: Plan, budget: int, rng: Random) -> list[Row]:
    """Return 6 to 10 indicators whose weights sum to the plan's; each level-1 indicator occurs."""
    chosen = _choose(library, archetype, plan, rng)
    rows = [_row(library, template, plan, budget, rng) for template in chosen]
    rows.sort(key=lambda row: ORDER.index(row["l1"]))
    for level, total in plan.weights.items():
        own = [row for row in rows if row["l1"] == level]
        tens, rest = divmod(total, 10)
        for row, weight in zip(own, apportion(tens, [1] * len(own)), strict=True):
            row["weight"] = weight * 10
        own[-1]["weight"] += rest
    return rows


def _level(template: Template, plan: Plan) -> tuple[str, str]:
    """Return level 1 and 2 in the taxonomy of the year: before its change, cost stands under output."""
    if template.l1 == COST and not plan.has_cost_level:
        return "产出指标", COST
    return template.l1, template.l2


def _choose(library: Library, archetype: Archetype, plan: Plan, rng: Random) -> list[Template]:
    wanted = rng.choices(COUNTS, COUNT_WEIGHTS)[0]
    own = list(archetype.templates)
    chosen: list[Template] = []
    for level in plan.weights:
        chosen.append(next(template for template in own if _level(template, plan)[0] == level))
    rng.shuffle(own)
    code = archetype.function_class.partition(" ")[0]
    _fill(chosen, own, wanted)
    if len(chosen) < wanted:
        _fill(chosen, _outputs(library.archetypes[code]), wanted)
    if len(chosen) < wanted:
        everything = [template for group in library.archetypes.values() for template in _outputs(group)]
        _fill(chosen, rng.sample(everything, 12), wanted)
    return chosen


def _outputs(archetypes: Iterable[Archetype]) -> list[Template]:
    return [
        row for archetype in archetypes for row in archetype.templates if row.l1 in ("产出指标", "效益指标")
    ]


def _fill(chosen: list[Template], pool: Iterable[Template], wanted: int) -> None:
    names = {template.l3 for template in chosen}
    for template in pool:
        if len(chosen) < wanted and template.l3 not in names:
            chosen.append(template)
            names.add(template.l3)


def _row(library: Library, template: Template, plan: Plan, budget: int, rng: Random) -> Row:
    l1, l2 = _level(template, plan)
    worded = template.op == "定性" or rng.random() < WORDED_SHARE
    return {
        "l1": l1,
        "l2": l2,
        "l3": template.l3,
        "op": "定性" if worded else template.op,
        "value": _words(library, template, l2, rng) if worded else _number(template, budget, rng),
        "unit": "" if worded else template.unit,
        "quantified": not worded,
        "evidence": template.evidence,
        "polarity": template.polarity,
        "weight": 0,
    }


def _words(library: Library, template: Template, l2: str, rng: Random) -> str:
    return template.words if template.op == "定性" else rng.choice(library.words[l2])


def _number(template: Template, budget: int, rng: Random) -> int | float:
    if template.of_budget:
        return budget / 100
    drawn = rng.uniform(template.low, template.high)
    return round(drawn, template.decimals) if template.decimals else round(drawn)
