"""Grades: write what the decisions `grade` and `grade_cap` gave onto the evaluated row."""

from collections.abc import Mapping
from typing import Any

from engine.errors import InvalidInput
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import Evaluation
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.model.filings_whole import WholeDepartment
from ledger.operations.writing import amend
from ledger.scoring import grade, rounded

GRADED: dict[str, Any] = {
    "self_evaluation": SelfEvaluation,
    "whole_self_evaluation": WholeDepartment,
    "dept_evaluation": Evaluation,
    "key_evaluation": Evaluation,
}


def record_grade(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write score, grade and whether it was capped. arguments: score, grade (default: the policy's bands), capped."""
    table = GRADED.get(step.stage) or GRADED.get(step.definition_key)
    score = arguments.get("score")
    if table is None or score is None:
        raise InvalidInput(
            f"登记等级需要得分,并且只用于评价环节;环节“{step.stage}”给出的得分是“{score}”,请检查流程图的参数。",
            code="grade.not_applicable",
            stage=step.stage,
        )
    label = arguments.get("grade") or grade(score, step.parameters.policy["grading"]["bands"])
    columns = {
        "grade": label,
        "capped": bool(arguments.get("capped")),
        "graded_score": rounded(score),
        "graded_at": step.now,
    }
    amend(uow, step, table, columns)
    return {"grade": label}
