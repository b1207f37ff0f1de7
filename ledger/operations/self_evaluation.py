"""Self-evaluation: the unit's form against the locked baseline, the bureau's scores beside it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from engine.errors import InvalidInput
from engine.json_values import dumps
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.indicator_points import as_number, execution_points
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.filings_target import TargetFiling, TargetIndicator
from ledger.operations.monitoring import count_failures
from ledger.operations.writing import amend, as_text, hand_in, write_lines
from ledger.scoring import total_score

RETURNED = "退回"
UNREVIEWED = {
    "conclusion": None,
    "opinion": None,
    "reviewed_at": None,
    "finance_score": None,
    "finance_line_total": None,
}
LINE_COLUMNS = {
    "line_no": "bigint",
    "level1": "text",
    "level2": "text",
    "name": "text",
    "op": "text",
    "target_value": "text",
    "target_high": "text",
    "unit": "text",
    "weight": "numeric",
    "actual": "text",
    "tier": "text",
    "manual": "boolean",
    "reason": "text",
    "points": "numeric",
}
FINANCE_POINTS = text(
    "update app.self_evaluation_line as line set finance_points = scored.points, finance_comment = scored.comment "
    "from jsonb_to_recordset(cast(:lines as jsonb)) as scored(no bigint, points numeric, comment text) "
    "where line.instance_id = :instance_id and line.line_no = scored.no"
)


def record_self_evaluation(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the form with its lines. Raises InvalidInput if a line differs from the locked baseline (L36)."""
    values = step.values
    rows = [_line(row) for row in values["lines"]]
    _require_baseline(_baseline(uow, step), rows, step.subject_code)
    points = [row["points"] for row in rows]
    correction = Decimal(values.get("score_correction") or 0)
    execution = values.get("exec_score")
    if execution is None:
        execution = execution_points(
            values["budget_amount"], values["executed_amount"], step.parameters.policy
        ).score
    total = values.get("total_score")
    columns = {
        "budget_amount": values["budget_amount"],
        "executed_amount": values["executed_amount"],
        "goal_result": values.get("goal_result"),
        "overspend_reason": values.get("overspend_reason"),
        "execution_score": execution,
        "points_total": sum(points, Decimal(0)),
        "weight_total": sum((row["weight"] for row in rows), Decimal(0)),
        "score_correction": correction,
        "correction_reason": values.get("correction_reason"),
        "self_score": total_score(execution, points, correction) if total is None else total,
        **UNREVIEWED,
    }
    submitted = hand_in(uow, step, SelfEvaluation, columns)
    write_lines(uow, step, SelfEvaluationLine, LINE_COLUMNS, rows)
    return {"submitted": submitted, "score": columns["self_score"], "self_score": columns["self_score"]}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line_no": int(row["no"]),
        "level1": row.get("l1"),
        "level2": row.get("l2"),
        "name": row.get("l3"),
        "op": row.get("op"),
        "target_value": as_text(row.get("target")),
        "target_high": as_text(row.get("target_high")),
        "unit": row.get("unit"),
        "weight": Decimal(row["weight"]),
        "actual": as_text(row.get("actual")),
        "tier": row.get("tier"),
        "manual": bool(row.get("manual")),
        "reason": row.get("reason"),
        "points": Decimal(row["points"]),
    }


def _baseline(uow: UnitOfWork, step: Step) -> Sequence[Any]:
    """Return (line_no, op, target, high, weight) of the project's locked target; none if nothing is locked."""
    filing, line = TargetFiling, TargetIndicator
    locked = (
        select(line.line_no, line.op, line.target_value, line.target_high, line.weight)
        .join(filing, filing.instance_id == line.instance_id)
        .where(
            filing.project_id == step.subject_id,
            filing.year == step.parameters.year,
            filing.locked_at.is_not(None),
        )
        .order_by(line.line_no)
    )
    return uow.connection().execute(locked).all()


def _require_baseline(baseline: Sequence[Any], rows: Sequence[Mapping[str, Any]], subject: str) -> None:
    """Refuse a form whose targets are not those of the locked baseline."""
    if not baseline:
        return
    locked = {line_no: _measured(op, value, high, weight) for line_no, op, value, high, weight in baseline}
    for row in rows:
        filed = _measured(row["op"], row["target_value"], row["target_high"], row["weight"])
        if locked.pop(row["line_no"], None) != filed:
            raise InvalidInput(
                f"“{subject}”第{row['line_no']}行的指标值或权重与批复的绩效目标不一致;请恢复为批复值,或先申请调整目标。",
                code="self_evaluation.baseline_edited",
                rule="L36",
                line=row["line_no"],
            )
    if locked:
        raise InvalidInput(
            f"“{subject}”缺少批复绩效目标中的第{min(locked)}行指标;请按批复的目标逐行填报。",
            code="self_evaluation.baseline_incomplete",
            rule="L36",
            lines=sorted(locked),
        )


def _measured(op: Any, value: Any, high: Any, weight: Any) -> tuple[Any, ...]:
    """Return a target in comparable form: 90 and 90.0 are the same value."""
    return (
        op,
        *(text if (number := as_number(text)) is None else number for text in (value, high or None)),
        weight,
    )


def record_finance_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the bureau's conclusion, total and points by line; a return keeps no score.

    Returns also how monitoring went, for the cap on the grade (D09).
    """
    values = step.values
    returned = values["conclusion"] == RETURNED
    lines = [
        {"no": row["no"], "points": row["points"], "comment": row.get("comment")}
        for row in values.get("lines") or ()
        if row["points"] is not None
    ]
    columns = {
        "conclusion": values["conclusion"],
        "opinion": values.get("opinion"),
        "reviewed_at": step.now,
        "finance_score": None if returned else values.get("score"),
        "finance_line_total": sum((Decimal(row["points"]) for row in lines), Decimal(0)) if lines else None,
    }
    amend(uow, step, SelfEvaluation, columns, returned=returned)
    if lines and not returned:
        uow.connection().execute(FINANCE_POINTS, {"lines": dumps(lines), "instance_id": step.instance_id})
    return {"returned": returned, "score": values.get("score"), **count_failures(uow, step)}
