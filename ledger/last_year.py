"""What the same project said the year before, and how the whole county does: figures to hold one's own against."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from forms.fields.typed_number import plain
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.filings_target import TargetFiling, TargetIndicator
from ledger.model.register import Project
from ledger.place import Place

Rows = list[dict[str, Any]]
SELF_EVALUATION: Mapping[str, str] = {
    "l1": "level1", "l2": "level2", "l3": "name", "op": "op", "target": "target_value", "target_high": "target_high",
    "unit": "unit", "weight": "weight", "actual": "actual", "tier": "tier", "typed_points": "points",
    "reason": "reason",
}  # fmt: skip
TARGET: Mapping[str, str] = {
    "l1": "level1", "l2": "level2", "l3": "name", "op": "op", "value": "target_value", "value_high": "target_high",
    "unit": "unit", "quantified": "quantified", "polarity": "polarity", "evidence": "evidence", "weight": "weight",
}  # fmt: skip
SOURCES: Mapping[str, tuple[str, Any, Any, Mapping[str, str]]] = {
    "self_evaluation": ("lines", SelfEvaluation, SelfEvaluationLine, SELF_EVALUATION),
    "target_filing": ("indicators", TargetFiling, TargetIndicator, TARGET),
}
"""Form → its table, the filing and the lines it became, column of the form → column of the lines."""


def rows_of_last_year(session: Session, place: Place, form_key: str) -> tuple[str, Rows]:
    """Return the table of a form and its rows, as typed, of the year before; no rows if there was no such project.

    The same project is the one of the same name in the same organisation; of several, the one whose code is the same
    but for the year. None of them is better than a neighbour's figures.
    """
    if form_key not in SOURCES or place.subject_kind != "project":
        return "", []
    table, filing, line, columns = SOURCES[form_key]
    found = (
        select(line)
        .join(filing, filing.instance_id == line.instance_id)
        .where(filing.year == place.year - 1, filing.project_id == same_project(session, place))
        .order_by(line.line_no)
    )
    rows = [
        {name: _typed(getattr(row, column)) for name, column in columns.items()}
        for row in session.scalars(found)
    ]
    return table, [{name: value for name, value in row.items() if value is not None} for row in rows]


def same_project(session: Session, place: Place) -> int | None:
    """Return the project of the year before that is the same; None if none or more than one may be."""
    before = aliased(Project)
    named = (
        select(before.id, before.code, Project.code.label("now"))
        .join(Project, (Project.name == before.name) & (Project.organisation_id == before.organisation_id))
        .where(
            Project.id == place.subject_id,
            before.jurisdiction_id == place.jurisdiction_id,
            before.year == place.year - 1,
        )
    )
    rows = session.execute(named).all()
    if len(rows) > 1:
        rows = [one for one in rows if one.now.replace(str(place.year), str(place.year - 1)) == one.code]
    return rows[0].id if len(rows) == 1 else None


def quantified_share(session: Session, jurisdiction_id: int, year: int) -> Decimal | None:
    """Return the share of all indicators of a year's targets that are told in figures; None if there are none."""
    filing = TargetFiling
    sums = select(func.sum(filing.quantified_count), func.sum(filing.indicator_count))
    counted, total = session.execute(
        sums.where(filing.jurisdiction_id == jurisdiction_id, filing.year == year)
    ).one()
    return Decimal(counted) / Decimal(total) if total else None


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, Decimal) else value
