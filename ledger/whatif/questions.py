"""The decisions that need nothing but the ledger, each with what it asks of a project and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.importing.ledger_file import Project
from ledger.whatif.side import Answer, Side

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Question:
    """One decision asked of every project.

    tables, keys: the tables it asks and the policy keys (or groups) it depends on. ask: None if the ledger is silent.
    money: yuan that the answer moves; None where it is the project's budget that is concerned.
    """

    id: str
    name: str
    tables: tuple[str, ...]
    keys: tuple[str, ...]
    ask: Callable[[Side, Project], Answer | None]
    money: Callable[[Project, Any, Any], Decimal] | None = None


def yuan(project: Project) -> Decimal:
    """Return the project's budget in yuan (the ledger counts in 100 yuan)."""
    return Decimal(project.budget) * HUNDRED


def final_score(project: Project) -> Decimal | None:
    """Return the score that counts: key evaluation, department evaluation, finance review, self-evaluation."""
    found = project.fin_score if project.fin_score is not None else project.self_score
    if project.dept_eval is not None:
        found = project.dept_eval.fin_score
    if project.key_eval is not None:
        found = project.key_eval.score
    return None if found is None else Decimal(found) / HUNDRED


def _graded(side: Side, project: Project) -> Answer | None:
    score = final_score(project)
    return None if score is None else side.decide("grade", score=score)


def _deducted(side: Side, project: Project) -> Answer | None:
    score = final_score(project)
    return None if score is None else side.decide("deduction_share", score=score)


def _applied(side: Side, project: Project) -> Answer | None:
    grade, share = _graded(side, project), _deducted(side, project)
    if grade is None or share is None:
        return None
    answer = side.decide("result_action", grade=grade.value, deduct_share=share.value)
    return Answer(answer.value["action"] if answer.value else None, answer.rules)


def _lit(side: Side, project: Project) -> Answer | None:
    spent, reached = project.monitored_exec, project.progress
    checkpoints = side.policy["monitoring"]["checkpoints"]
    if not project.monitored or spent is None or reached is None or not project.budget or not checkpoints:
        return None
    shares = {"executed_share": Decimal(spent) / project.budget, "progress_share": reached / HUNDRED}
    return side.decide("monitoring_light", month=checkpoints[-1]["month"], **shares)


def _evaluated_before(side: Side, project: Project) -> Answer | None:
    if project.is_new is None:
        return None
    asked = {"is_new": project.is_new, "is_major": None, "object_kind": "项目", "category": None}
    answer = side.decide("pre_evaluation_required", **asked, amount=yuan(project))
    return Answer(answer.value["required"] if answer.value else None, answer.rules)


def _routed(side: Side, project: Project) -> Answer | None:
    if project.total_investment is None and project.specialised is None:
        return None
    total = None if project.total_investment is None else Decimal(project.total_investment) * HUNDRED
    return side.decide("pre_evaluation_route", total_investment_amount=total, specialised=project.specialised)


def _checked(side: Side, project: Project) -> Answer | None:
    if not project.is_evaluated:
        return None
    return side.decide("spot_check_frame", amount=yuan(project), is_key=project.key_eval is not None)


def _gap(side: Side, project: Project) -> Answer | None:
    if project.self_score is None or project.fin_score is None:
        return None
    scores = {
        "self_score": Decimal(project.self_score) / HUNDRED,
        "check_score": Decimal(project.fin_score) / HUNDRED,
    }
    grade = side.decide("grade", score=scores["check_score"]).value
    answer = side.decide("spot_check_outcome", filed=True, truthful=True, **scores, check_grade=grade)
    actions = answer.value["actions"] if answer.value else []
    return Answer("、".join(actions) or "不处理", answer.rules)


def _cut(project: Project, before: Any, after: Any) -> Decimal:
    return yuan(project) * (Decimal(str(after or 0)) - Decimal(str(before or 0)))


QUESTIONS = (
    Question(
        "D01",
        "须事前评估",
        ("pre_evaluation_required",),
        ("pre_eval.scope", "pre_eval.threshold_wan"),
        _evaluated_before,
    ),
    Question(
        "D02",
        "事前评估方式",
        ("pre_evaluation_route",),
        ("pre_eval.third_party_when", "pre_eval.merged_with_budget_review", "pre_eval.reviewers"),
        _routed,
    ),
    Question(
        "D06",
        "监控灯",
        ("monitoring_light",),
        ("monitoring.warn_pay_below", "monitoring.warn_gap_target_vs_pay", "monitoring.checkpoints"),
        _lit,
    ),
    Question("D08", "等级", ("grade",), ("grading.bands",), _graded),
    Question(
        "D10",
        "抽查位置",
        ("spot_check_frame",),
        ("spot_check.mode", "spot_check.amount_wan", "spot_check.include_key", "finance_review.coverage"),
        _checked,
    ),
    Question(
        "D11",
        "抽查结果处理",
        ("spot_check_outcome", "grade"),
        ("spot_check.gap_delta", "spot_check.outcomes", "grading.bands"),
        _gap,
    ),
    Question(
        "D15",
        "结果应用",
        ("result_action", "grade", "deduction_share"),
        ("result.grade_action", "grading.bands", "result.deduct_below_score", "result.deduct_ratio_table"),
        _applied,
    ),
    Question(
        "D16",
        "扣减比例",
        ("deduction_share",),
        ("result.deduct_below_score", "result.deduct_ratio_table"),
        _deducted,
        _cut,
    ),
)
"""In the order of the catalogue."""

NOT_COMPARED = {
    "D03、D04、D05、D07、D09": "取决于审核人填写的内容、监控次数和整改情况,台账里没有;请用 simulate 比较",
    "D12、D13": "台账没有记载重点、一次性和上次评价的年度",
    "D14、D17、D18、D19、D20、D21、D22、D23": "与台账中的得分和金额无关",
    "D24": "台账记载的是已得的分,没有实际值",
}
