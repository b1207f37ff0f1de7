"""Use of results: the score that counts, the action for the next budget; disclosure packages."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from engine.errors import WrongState
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_result import Disclosure, ResultAction
from ledger.operations.writing import amend, hand_in

RETURNED = "退回"
FINAL_RESULT = text(
    """
    select source, score, grade, base_amount from (
        select case e.kind when 'key' then 1 else 2 end as priority, e.kind || '_evaluation' as source,
               coalesce(e.graded_score, e.final_score, e.finance_score, e.score) as score, e.grade,
               coalesce(e.budget_amount, p.budget_amount) as base_amount
          from app.evaluation e join app.project p on p.id = e.project_id
         where e.project_id = :project_id and e.year = :year and e.grade is not null
        union all
        select 3, 'self_evaluation', coalesce(s.graded_score, s.finance_score, s.self_score), s.grade, s.budget_amount
          from app.self_evaluation s
         where s.project_id = :project_id and s.year = :year and s.grade is not null
    ) as results order by priority limit 1
    """
)


def prepare_result_action(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Return the result that counts: key evaluation before department evaluation before self-evaluation.

    Gives score, grade, base_amount (the full-year budget; also as `amount`) and source.
    """
    parameters = {"project_id": step.subject_id, "year": step.parameters.year}
    row = uow.connection().execute(FINAL_RESULT, parameters).mappings().first()
    if row is None:
        raise WrongState(
            f"“{step.subject_code}”还没有评定等级的评价结果,不能提出结果应用建议;请先完成评价。",
            code="result.no_evaluation",
            subject=step.subject_code,
        )
    return {**row, "amount": row["base_amount"]}


def record_result_action(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the action the budget section confirmed, beside the result it follows from."""
    basis = prepare_result_action(uow, step)
    columns = {
        **{name: basis[name] for name in ("source", "score", "grade", "base_amount")},
        **{name: step.values[name] for name in ("action", "deduct_share", "deduct_amount")},
        "opinion": step.values.get("opinion"),
    }
    return {"submitted": hand_in(uow, step, ResultAction, columns)}


def record_disclosure(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the department's package; its kind follows the stage."""
    columns = {
        "kind": "result" if step.stage.startswith("result") else "target",
        **{name: step.values[name] for name in ("item_count", "amount", "statement")},
        "secrecy_checked": None,
        "conclusion": None,
        "opinion": None,
        "reviewed_at": None,
    }
    return {"submitted": hand_in(uow, step, Disclosure, columns)}


def record_disclosure_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the check of secrecy and figures."""
    returned = step.values["conclusion"] == RETURNED
    columns = {
        "secrecy_checked": step.values["secrecy_checked"],
        "conclusion": step.values["conclusion"],
        "opinion": step.values.get("opinion"),
        "reviewed_at": step.now,
    }
    amend(uow, step, Disclosure, columns, returned=returned)
    return {"returned": returned}
