"""The indicators of a unit's own evaluation as a reviewer scores them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.model.filings_self_evaluation import SelfEvaluationLine
from ledger.place import Place

SIGNS: Mapping[str, str] = {">=": "≥", "<=": "≤"}


def evaluated(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the lines that the unit filed, target and value in words; None if it filed none."""
    line = SelfEvaluationLine
    found = select(line).where(line.instance_id == place.instance_id).order_by(line.line_no)
    rows = [_row(one) for one in session.scalars(found)]
    return {"lines": rows} if rows else None


def _row(line: SelfEvaluationLine) -> dict[str, Any]:
    return {
        "no": line.line_no,
        "l1": line.level1,
        "l3": line.name,
        "goal": _target(line),
        "reached": _measured(line.actual, line) if line.tier is None else _told(line.tier, line.actual),
        "reason": line.reason,
        "weight": line.weight,
        "self_points": line.points,
        "points": line.points,
    }


def _target(line: SelfEvaluationLine) -> str:
    if line.op == "区间":
        return _measured(_told(line.target_value, "–", line.target_high), line)
    if line.op == "定性":
        return line.target_value or ""
    return _told(SIGNS.get(line.op or "", line.op), _measured(line.target_value, line))


def _measured(value: str | None, line: SelfEvaluationLine) -> str:
    return _told(value, line.unit) if value else ""


def _told(*parts: str | None) -> str:
    return " ".join(dict.fromkeys(one for one in parts if one))
