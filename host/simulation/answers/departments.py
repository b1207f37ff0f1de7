"""Answers about whole departments."""

from typing import Any

from host.simulation.situation import Situation, points, wan
from ledger.importing.ledger_file import Department


def _budget(here: Situation, department: Department) -> int:
    """Return the department's budget as far as the ledger says; else what its projects sum to."""
    if department.whole_target is not None:
        return department.whole_target
    if department.whole is not None:
        return department.whole.budget
    return sum(one.budget for one in here.ledger.projects if one.dept == department.code)


def whole_target(here: Situation) -> dict[str, Any]:
    """Set the department's target for the year."""
    department = here.department
    return {
        "amount": wan(_budget(here, department)),
        "goal": f"{department.name}履行职责,完成年度重点工作任务。",
    }


def whole_monitoring(here: Situation) -> dict[str, Any]:
    """Report how the department's whole spending goes."""
    department = here.department
    budget = department.whole_monitor_budget
    budget = _budget(here, department) if budget is None else budget
    executed = department.whole_monitor_exec
    return {
        "budget_amount": wan(budget),
        "executed_amount": wan(budget * 2 // 5 if executed is None else executed),
    }


def whole_self_evaluation(here: Situation) -> dict[str, Any]:
    """Evaluate the department's whole spending."""
    department = here.department
    whole = department.whole
    budget = _budget(here, department) if whole is None else whole.budget
    executed = budget if whole is None else whole.exec
    filed = {
        "initial_amount": wan(budget),
        "executed_amount": wan(executed),
        "score": points(9500 if whole is None else whole.self_score),
        "summary": f"{department.name}年度整体绩效目标完成情况良好。",
    }
    if executed > budget:
        filed["overspend_reason"] = "执行数含上级转移支付和上年结转资金,与决算报表一致。"
    return filed


def whole_review(here: Situation) -> dict[str, Any]:
    """Accept."""
    return {"conclusion": "通过"}


def whole_finance_review(here: Situation) -> dict[str, Any]:
    """Score as the bureau did."""
    whole = here.department.whole
    return {"conclusion": "通过", "score": points(9500 if whole is None else whole.fin_score)}
