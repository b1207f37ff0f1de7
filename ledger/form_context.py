"""What a form's rules read besides its own fields: the locked baseline, the amounts to choose from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar.local_time import SHANGHAI
from ledger.assessed import assessed
from ledger.before_target import earlier, pre_evaluation
from ledger.drafted import drafted
from ledger.evaluated import evaluated
from ledger.indicator_points import execution_points, line_points
from ledger.model.extensions import ExtensionRequest
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.model.filings_target import TargetFiling, TargetIndicator
from ledger.model.register import Project
from ledger.payments import fed
from ledger.place import Place


def baseline(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the locked target of a project as form rows; None if nothing is locked."""
    filing, line = TargetFiling, TargetIndicator
    locked = (
        select(line)
        .join(filing, filing.instance_id == line.instance_id)
        .where(
            filing.project_id == place.subject_id, filing.year == place.year, filing.locked_at.is_not(None)
        )
    )
    rows = [
        {
            "no": row.line_no,
            "l1": row.level1,
            "l2": row.level2,
            "l3": row.name,
            "op": row.op,
            "target": row.target_value,
            "target_high": row.target_high,
            "unit": row.unit,
            "weight": row.weight,
        }
        for row in session.scalars(locked.order_by(line.line_no))
    ]
    return {"lines": rows} if rows else None


def amounts(session: Session, place: Place) -> dict[str, Any]:
    """Return the budget by project code that may be selected: the department's own, or every project's."""
    return {row.code: row.budget_amount for row in _selectable(session, place)}


def candidates(session: Session, place: Place) -> dict[str, str]:
    """Return the same projects as people choose from them: code, name and budget, the largest first."""
    largest = sorted(_selectable(session, place), key=lambda row: (-(row.budget_amount or 0), row.code))
    return {
        row.code: f"{row.code} {row.name}（{(row.budget_amount or 0) / 10_000:,.2f} 万元）" for row in largest
    }


def _selectable(session: Session, place: Place) -> Sequence[Any]:
    project = Project
    own = select(project.code, project.name, project.budget_amount).where(
        project.jurisdiction_id == place.jurisdiction_id,
        project.year == place.year,
        project.track == "project",
    )
    if place.subject_kind == "organisation":
        found = session.execute(own.where(project.organisation_id == place.subject_id)).all()
        if found:
            return found
    return session.execute(own).all()


def department_amount(session: Session, place: Place) -> Any:
    """Return the sum of what may be selected."""
    return sum(amounts(session, place).values())


def exec_score(session: Session, place: Place) -> Any:
    """Return the execution score the unit's own form came to."""
    score = select(SelfEvaluation.execution_score).where(SelfEvaluation.instance_id == place.instance_id)
    return session.scalar(score)


def extension(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the request for more time that a flow decides: in words, the wished day, the first and the last possible."""
    one = session.get(ExtensionRequest, place.instance_id)
    if one is None:
        return None
    asked = f"{one.author_name} {one.asked_at.astimezone(SHANGHAI):%Y-%m-%d} 申请由 {one.due_on} 延到 {one.wished_on}。原因:{one.reason}"
    return {
        "asked": asked,
        "wished": one.wished_on,
        "first": one.due_on + timedelta(days=1),
        "last": one.last_on,
    }


CONTEXT: Mapping[str, Callable[[Session, Place], Any]] = {
    "baseline": baseline,
    "amounts": amounts,
    "candidates": candidates,
    "department_amount": department_amount,
    "exec_score": exec_score,
    "fed": fed,
    "evaluated": evaluated,
    "extension": extension,
    "assessment": assessed,
    "circular": drafted,
    "earlier": earlier,
    "pre_evaluation": pre_evaluation,
    "year": lambda _session, place: place.year,
}


def form_functions(policy: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Return the functions that form definitions may call: scoring as the year's policy says."""

    def indicator_points(
        op: Any,
        target: Any,
        high: Any,
        actual: Any,
        weight: Any,
        tier: Any,
        typed: Any,
        manual: Any,
        _: Any = None,
    ) -> Any:
        line = {
            "op": op,
            "target": target,
            "target_high": high,
            "actual": actual,
            "weight": weight,
            "tier": tier,
            "typed_points": typed,
            "manual": manual,
        }
        return line_points(line, policy).score

    def execution_score(budget: Any, executed: Any) -> Any:
        return execution_points(budget, executed, policy).score

    return {"indicator_points": indicator_points, "execution_score": execution_score}
