"""A measure: an aggregate over a frame; and what comes out when it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.errors import NotFound

DIGITS = Context(prec=28, rounding=ROUND_HALF_EVEN)
NOTHING = "—"


@dataclass(frozen=True)
class Measure:
    """One figure of the annual report.

    unit, decimals: as reports print it. stage: whose filings it counts. frame: SQL of the rows behind it;
    where: which of them; aggregate: SQL over them. label: the grade it counts, bound as :label.
    """

    key: str
    title: str
    unit: str
    decimals: int
    stage: str
    frame: str
    aggregate: str
    where: str = ""
    label: str | None = None

    @property
    def sql(self) -> str:
        """Return the query behind the figure."""
        return f"select {self.aggregate} as value, count(*) as rows\n  from ({self.frame}) as r{self._filter}"  # noqa: S608

    @property
    def rows_sql(self) -> str:
        """Return the query of the rows behind the figure."""
        return f"select *\n  from ({self.frame}) as r{self._filter}\n order by r.code"  # noqa: S608

    @property
    def _filter(self) -> str:
        return f"\n where {self.where}" if self.where else ""


@dataclass(frozen=True)
class Figure:
    """A measure's answer: the exact value (28 digits, null over an empty population) and how it is printed."""

    measure: Measure
    value: Decimal | None
    rows: int

    @property
    def printed(self) -> str:
        """Return the value half-up with the measure's decimals; a dash for no value."""
        return NOTHING if self.value is None else printed(self.value, self.measure.decimals)

    def entry(self) -> dict[str, Any]:
        """Return the entry of a report file: a whole number as number, any other as plain decimal text."""
        return {
            "value": _plain(self.value),
            "unit": self.measure.unit,
            "printed": self.printed,
            "rows": self.rows,
        }


@dataclass(frozen=True)
class Year:
    """Which year of which jurisdiction is measured; excluded_classes: how many fund classes are not evaluated."""

    jurisdiction_id: int
    year: int
    excluded_classes: int = 0

    def bound(self, measure: Measure) -> dict[str, Any]:
        """Return the parameters of a measure's queries."""
        found: dict[str, Any] = {"jurisdiction_id": self.jurisdiction_id, "year": self.year}
        if ":excluded_classes" in measure.frame:
            found["excluded_classes"] = self.excluded_classes
        if measure.label is not None:
            found["label"] = measure.label
        return found


def ask(session: Session, measure: Measure, year: Year) -> Figure:
    """Run the measure's query."""
    row = session.execute(text(measure.sql), year.bound(measure)).one()
    return Figure(measure, None if row.value is None else tidy(Decimal(row.value)), int(row.rows))


def ask_all(session: Session, measures: Mapping[str, Measure], year: Year) -> dict[str, Figure]:
    """Run every measure, in the order given."""
    return {key: ask(session, measure, year) for key, measure in measures.items()}


def rows(
    session: Session, measures: Mapping[str, Measure], key: str, year: Year
) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
    """Return column names and rows behind a figure, by code. Raises NotFound for an unknown key."""
    measure = known_measure(measures, key)
    found = session.execute(text(measure.rows_sql), year.bound(measure))
    return list(found.keys()), [tuple(row) for row in found]


def known_measure(measures: Mapping[str, Measure], key: str) -> Measure:
    """Return the measure of this key. Raises NotFound naming some that exist."""
    measure = measures.get(key)
    if measure is None:
        some = "、".join(sorted(measures)[:12])
        raise NotFound(f"没有名为“{key}”的指标;可用的有:{some}……", code="measure.not_found", key=key)
    return measure


def tidy(value: Decimal) -> Decimal:
    """Return a value in 28 digits without trailing zeros or exponent."""
    short = value.normalize(DIGITS)
    return short.quantize(Decimal(1)) if short.as_tuple().exponent > 0 else short  # type: ignore[operator]


def printed(value: Decimal, decimals: int) -> str:
    """Return a value half-up with so many decimals."""
    return format(value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP), "f")


def _plain(value: Decimal | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else format(value, "f")
