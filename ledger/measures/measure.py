"""A measure: an aggregate over a frame; and what comes out when it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.errors import NotFound
from ledger.measures.aggregates import COUNT

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
    def parts(self) -> tuple[str, str]:
        """Return value and number of rows as texts, to be asked beside others over the frame; a filtered one counts."""
        if not self.where:
            return f"({self.aggregate})::text", "count(*)::text"
        assert self.aggregate == COUNT, f"expected a measure with a condition to count rows: {self.key}"
        count = f"(count(*) filter (where {self.where}))::text"
        return count, count

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
    """Answer every measure, in the order given: one statement, in which each frame is read once."""
    by_frame: dict[str, list[Measure]] = {}
    for measure in measures.values():
        by_frame.setdefault(measure.frame, []).append(measure)
    bound: dict[str, Any] = {}
    parts = []
    for frame, some in by_frame.items():
        columns = []
        for one in some:
            name = f"label_{len(bound)}"
            columns += [part.replace(":label", f":{name}") for part in one.parts]
            bound |= {name if key == "label" else key: value for key, value in year.bound(one).items()}
        parts.append(f"(select array[{', '.join(columns)}] from ({frame}) as r)")  # noqa: S608
    if not parts:
        return {}
    row = session.execute(text("select " + ",\n".join(parts)), bound).one()
    answers = {
        one.key: Figure(one, None if value is None else tidy(Decimal(value)), int(count))
        for some, values in zip(by_frame.values(), row, strict=True)
        for one, value, count in zip(some, values[::2], values[1::2], strict=True)
    }
    return {key: answers[key] for key in measures}


def rows(
    session: Session, measures: Mapping[str, Measure], key: str, year: Year
) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
    """Return column names and rows behind a figure, by code. Raises NotFound for an unknown key."""
    measure = known_measure(measures, key)
    found = session.execute(text(measure.rows_sql), year.bound(measure))
    return list(found.keys()), [tuple(row) for row in found]


def some_rows(
    session: Session, measure: Measure, year: Year, *, first: int, limit: int
) -> tuple[Sequence[str], list[tuple[Any, ...]], int]:
    """Return column names, a page of the rows behind a figure by code, and how many there are."""
    paged = (
        f"select r.*, count(*) over () as in_all from ({measure.rows_sql}) as r offset :first limit :limit"  # noqa: S608
    )
    found = session.execute(text(paged), year.bound(measure) | {"first": first, "limit": limit})
    page = [tuple(row) for row in found]
    return list(found.keys())[:-1], [row[:-1] for row in page], page[0][-1] if page else 0


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
