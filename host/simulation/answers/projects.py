"""Answers about ordinary projects: target, approval, monitoring, self-evaluation."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forms.fields.texts import PLACEHOLDERS
from host.simulation.situation import Situation, points, wan
from ledger.importing.ledger_file import Indicator, Project
from ledger.indicator_points import execution_points, execution_weight
from ledger.scoring import actual_for_points, tier_for_points

PERCENT_STEP = Decimal("0.0001")
POLARITY = {"higher": "正向", "lower": "反向"}


def target_filing(here: Situation) -> dict[str, Any]:
    """File the target: the amount and every indicator of the ledger."""
    project, rows = here.project, _indicators(here)
    names = Counter(_plain(row.l3) for row in rows)
    return {
        "amount": wan(project.budget),
        "annual_goal": f"按计划实施{project.name},完成年度各项绩效指标。",
        "content": f"{project.name}年度实施内容及资金安排。",
        "indicators": [_target_row(row, repeated=names[_plain(row.l3)] > 1) for row in rows],
    }


def _indicators(here: Situation) -> tuple[Indicator, ...]:
    """Return the ledger's indicators; where it has none, one that stands in for all, with the points they got."""
    project = here.project
    if project.indicators:
        return project.indicators
    weight = int((100 - execution_weight(here.policy)) * 100)
    earned = (project.self_score or 0) - int(execution(here, project) * 100)
    return (
        Indicator(
            l1="产出指标",
            l2="数量指标",
            l3="年度任务完成率",
            op=">=",
            value=Decimal(100),
            unit="%",
            evidence="年度工作总结",
            quantified=True,
            weight=weight,
            self_pts=min(weight, max(0, earned)),
        ),
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def _target_row(row: Indicator, *, repeated: bool) -> dict[str, Any]:
    """Type one indicator; one that names nothing, or what another names, needs a note (L01, L13)."""
    filed = {
        "l1": row.l1,
        "l2": row.l2,
        "l3": row.l3,
        "op": row.op,
        "value": str(row.value),
        "unit": row.unit,
        "quantified": row.quantified,
        "evidence": row.evidence,
        "weight": points(row.weight),
    }
    if PLACEHOLDERS & {_plain(row.l2), _plain(row.l3), _plain(str(row.value))} or repeated:
        filed["note"] = "按单位台账如实填报,待主管部门明确后补正。"
    if row.polarity:
        filed["polarity"] = POLARITY.get(row.polarity, row.polarity)
    return {name: value for name, value in filed.items() if value != ""}


def transfer_register(here: Situation) -> dict[str, Any]:
    """Register money of a central transfer class, whose target came with the money."""
    return {"amount": wan(here.any_project.budget), "fund_class": "中央转移支付"}


def target_review(here: Situation) -> dict[str, Any]:
    """Find the target in order."""
    return {"completeness": "优", "relevance": "优", "adequacy": "优", "feasibility": "优"}


def budget_approval(here: Situation) -> dict[str, Any]:
    """Approve what was applied for."""
    return {"approved_amount": wan(here.any_project.budget)}


def congress_approval(here: Situation) -> dict[str, Any]:
    """Register the session that approved the budget."""
    year = here.ledger.year
    return {"approved_on": f"{year}-01-15", "meeting": f"{year} 年人民代表大会会议"}


def government_consent(here: Situation) -> dict[str, Any]:
    """Agree with what finance proposes."""
    return {"agreed": "是"}


def monitoring(here: Situation) -> dict[str, Any]:
    """Report what the ledger says; where it is silent, a project that goes as planned."""
    project = here.project
    if here.project.monitored:
        return _monitored(project)
    part = Decimal(40 + 25 * (here.stage_round - 1)) / 100
    executed = int(project.budget * part)
    return {
        "budget_amount": wan(project.budget),
        "adjusted_amount": wan(project.budget),
        "arrived_amount": wan(project.budget),
        "executed_amount": wan(executed),
        "progress": format(part * 100 + 5, "f"),
        "possibility": here.policy["monitoring"]["possibility"][0],
        "evidence": "支付凭证、进度记录",
    }


def _monitored(project: Project) -> dict[str, Any]:
    adjusted, arrived = project.adj_budget or 0, project.arrived or 0
    executed = project.monitored_exec or 0
    return {
        "budget_amount": wan(project.budget),
        "adjusted_amount": wan(adjusted),
        "arrived_amount": wan(arrived),
        "executed_amount": wan(executed),
        "progress": format(_typed_percent(project.progress or Decimal(0)), "f"),
        "possibility": "确定能",
        "evidence": "支付凭证、进度记录",
        "reason": "" if executed <= arrived <= adjusted else "按单位台账如实填报,差额待与国库核对。",
    }


def _typed_percent(percent: Decimal) -> Decimal:
    """Return a percentage as the form takes it: at most four decimals."""
    return percent.quantize(PERCENT_STEP, ROUND_HALF_UP) if percent % PERCENT_STEP else percent


def signature(here: Situation) -> dict[str, Any]:
    """Sign."""
    return {"agreed": True}


def monitoring_review(here: Situation) -> dict[str, Any]:
    """Pass the monitoring report."""
    return {"conclusion": "合格"}


def self_evaluation(here: Situation) -> dict[str, Any]:
    """Fill the self-evaluation so that every line earns the ledger's points."""
    project = here.project
    executed = project.exec or 0
    lines = [_line(no, row, row.self_pts or 0, here) for no, row in enumerate(_indicators(here), 1)]
    filed: dict[str, Any] = {
        "budget_amount": wan(project.budget),
        "executed_amount": wan(executed),
        "goal_result": f"{project.name}年度目标完成情况见各项指标。",
        "lines": lines,
    }
    if executed > project.budget:
        filed["overspend_reason"] = "年中追加资金,调整手续见附件。"
    correction = _correction(here, project)
    if correction:
        filed["score_correction"] = format(correction, "f")
        filed["correction_reason"] = "单位上报总分与分项合计不一致,按上报总分登记。"
    return filed


def _correction(here: Situation, project: Project) -> Decimal:
    """Return what the filed total has beyond execution score and lines; 0 when the ledger adds up."""
    scored = execution(here, project)
    lines = sum((Decimal(row.self_pts or 0) for row in _indicators(here)), Decimal(0)) / 100
    return Decimal(project.self_score or 0) / 100 - scored - lines


def execution(here: Situation, project: Project) -> Decimal:
    """Return the execution score the form will compute; 0 without a budget."""
    found = execution_points(project.budget, project.exec or 0, here.policy).score
    return found if found is not None else Decimal(0)


def _line(no: int, row: Indicator, earned: int, here: Situation) -> dict[str, Any]:
    weight, wanted = Decimal(row.weight) / 100, Decimal(earned) / 100
    line: dict[str, Any] = {
        "no": no,
        "l1": row.l1,
        "l2": row.l2,
        "l3": row.l3,
        "op": row.op,
        "target": str(row.value),
        "unit": row.unit,
        "weight": points(row.weight),
    }
    if wanted < weight:
        line["reason"] = "部分工作受进度影响未完全达到年度指标值,已制定改进措施。"
    line |= (
        _qualitative(row, wanted, weight, here) if row.op == "定性" else _quantitative(row, wanted, weight)
    )
    return {name: value for name, value in line.items() if value != ""}


def _qualitative(row: Indicator, wanted: Decimal, weight: Decimal, here: Situation) -> dict[str, Any]:
    tiers = here.policy["scoring"]["qualitative_tiers"]
    tier = tier_for_points(wanted, weight, tiers)
    if tier is None:
        return _by_hand(str(row.value), wanted)
    return {
        "actual": "基本完成" if wanted < weight else "完成",
        "tier": tier,
        "typed_points": format(wanted, "f"),
    }


def _quantitative(row: Indicator, wanted: Decimal, weight: Decimal) -> dict[str, Any]:
    if isinstance(row.value, str):
        return _by_hand(row.value, wanted)
    actual = actual_for_points(row.op, row.value, weight, wanted)
    if actual is None:
        return _by_hand(format(row.value, "f"), wanted)
    return {"actual": format(actual, "f")}


def _by_hand(actual: str, wanted: Decimal) -> dict[str, Any]:
    return {
        "actual": actual,
        "manual": True,
        "typed_points": format(wanted, "f"),
        "reason": "实际值无法按公式换算得分,按核实情况直接赋分。",
    }


def finance_review(here: Situation) -> dict[str, Any]:
    """Score as the bureau did, line by line; the total is the reviewer's own."""
    project = here.project
    lines = [
        {"no": no} | ({"points": points(row.fin_pts)} if row.fin_pts is not None else {})
        for no, row in enumerate(_indicators(here), 1)
    ]
    score = project.fin_score if project.fin_score is not None else project.self_score
    return {"conclusion": "通过", "lines": lines, "score": points(score or 0)}
