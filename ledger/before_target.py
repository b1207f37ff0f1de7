"""What the form of a target is held against: earlier years of the same project, its ex-ante evaluation."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.indicator_points import as_number
from ledger.last_year import rows_of_last_year, same_project
from ledger.model.filings_target import PreEvaluation
from ledger.model.register import Project
from ledger.place import Place


def earlier(session: Session, place: Place) -> list[dict[str, Any]]:
    """Return by name of an indicator its targets of last year and the year before, and what was reached last year.

    Keys: name, last, before, reached; numbers where they are, null where nothing was said.
    """
    last, then = _targets(session, place), same_project(session, place)
    before = _targets(session, replace(place, subject_id=then, year=place.year - 1)) if then else {}
    reached = {
        row["l3"]: row.get("actual") for row in rows_of_last_year(session, place, "self_evaluation")[1]
    }
    return [
        {
            "name": name,
            "last": _cell(value),
            "before": _cell(before.get(name)),
            "reached": _cell(reached.get(name)),
        }
        for name, value in last.items()
    ]


def pre_evaluation(session: Session, place: Place) -> dict[str, Any] | None:
    """Return what came of the ex-ante evaluation of a new project: {conclusion}; None if it needs none."""
    if place.subject_kind != "project":
        return None
    project = session.get(Project, place.subject_id)
    if project is None or not project.is_new:
        return None
    found = select(PreEvaluation.conclusion).where(PreEvaluation.project_id == project.id)
    return {"conclusion": session.scalar(found.order_by(PreEvaluation.id.desc()).limit(1))}


def _targets(session: Session, place: Place) -> dict[str, Any]:
    rows = rows_of_last_year(session, place, "target_filing")[1]
    return {row["l3"]: row.get("value") for row in rows if row.get("l3")}


def _cell(value: Any) -> Any:
    number = as_number(value)
    return value if number is None else number
