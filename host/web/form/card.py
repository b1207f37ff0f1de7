"""The sums beside a form: the score as arithmetic with its grade, how much is told in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import BihuanError
from host.filing import Desk
from host.web.form.view import FormView

ZERO = Decimal(0)


@dataclass(frozen=True)
class Summand:
    """One part of a total; of: the most it can be, None if unknown."""

    label: str
    value: Decimal
    of: Decimal | None


@dataclass(frozen=True)
class CardView:
    """A total with its parts. total: None while it cannot be told; grade and bands: "" without."""

    title: str
    total: Decimal | None
    expected: Decimal | None
    parts: tuple[Summand, ...]
    grade: str
    bands: str


@dataclass(frozen=True)
class MeterView:
    """How many of the rows are told in figures; county: the share over the whole county."""

    counted: int
    of: int
    county: Decimal | None

    @property
    def share(self) -> Decimal:
        """The share, 0–1."""
        return Decimal(self.counted) / self.of if self.of else ZERO


def card_of(desk: Desk, view: FormView) -> CardView | None:
    """Return the sums of a form as it stands; None if it has none."""
    card, values = desk.definition.card, view.standing.values
    if card is None:
        return None
    parts = [
        Summand(desk.definition.field_map[part.name].label, values[part.name], _value(part.of, desk.context))
        for part in card.parts
        if values.get(part.name)
    ]
    groups: dict[str, list[Decimal]] = {}
    for row in values.get(card.table) or []:
        sums = groups.setdefault(str(row.get(card.by) or "其他"), [ZERO, ZERO])
        sums[0] += row.get(card.points) or ZERO
        sums[1] += row.get(card.of) or ZERO
    of = card.of != card.points
    parts += [
        Summand(label.removesuffix("指标"), got, most if of else None)
        for label, (got, most) in groups.items()
    ]
    total = values.get(card.total)
    bands = _bands(desk.context) if card.graded else []
    return CardView(
        card.title,
        total,
        values.get(card.expected) if card.expected else None,
        tuple(parts),
        _grade(bands, total),
        "，".join(f"{name} {low}–{high}" for name, low, high in bands),
    )


def meter_of(desk: Desk, view: FormView, county: Decimal | None) -> MeterView | None:
    """Return how many rows are told in figures; None if the form does not count them."""
    meter = desk.definition.meter
    if meter is None:
        return None
    rows = view.standing.values.get(meter.table) or []
    counted = sum(_value(meter.when, {**desk.context, **row}) is True for row in rows)
    return MeterView(counted, len(rows), county)


def grade_of(context: Mapping[str, Any], total: Decimal | None) -> str:
    """Return the grade of a total by the year's bands; "" without."""
    return _grade(_bands(context), total)


def _value(compiled: Any, scope: Mapping[str, Any]) -> Any:
    try:
        return None if compiled is None else compiled.evaluate(dict(scope))
    except BihuanError:
        return None


def _bands(context: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    found = context["policy"].get("grading", {}).get("bands", [])
    return [(name, low, high) for name, low, high in found]


def _grade(bands: list[tuple[str, Any, Any]], total: Decimal | None) -> str:
    if total is None:
        return ""
    top = max((high for _, _, high in bands), default=0)
    return next((name for name, low, high in bands if low <= total < high or total == high == top), "")
