"""One valid raw input per form, with the context and functions its rules read."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

POLICY: dict[str, Any] = {
    "weights": {
        "without_cost_l1": {"预算执行率": 10, "产出指标": 50, "效益指标": 30, "满意度指标": 10},
        "with_cost_l1": {"预算执行率": 20, "成本指标": 20, "产出指标": 40, "效益指标": 10, "满意度指标": 10},
    },
    "scoring": {
        "qualitative_tiers": [["达成", 0.8, 1.0], ["部分达成", 0.6, 0.8], ["未达成", 0.0, 0.6]],
        "overshoot_review_over": 0.3,
    },
    "monitoring": {
        "possibility": ["确定能", "有可能", "完全不可能"],
        "causes": ["经费保障", "人员保障", "其他"],
        "disposals": ["继续执行", "限期整改"],
    },
    "pre_eval": {"conclusion_labels": ["支持", "不支持"]},
    "dept_eval": {"min_amount_share": 0.2},
    "expert_panel": {"composition": ["财政部门", "行业专家"]},
}
CONTEXT: dict[str, Any] = {"policy": POLICY}
CENT = Decimal("0.01")


def execution_score(budget: Decimal, executed: Decimal) -> Decimal | None:
    """Ten points times the share spent."""
    if not budget:
        return None
    return min(Decimal(10), 10 * executed / budget).quantize(CENT, ROUND_HALF_UP)


def indicator_points(*line: Any) -> Decimal | None:
    """Score `>=` in proportion, keep typed points."""
    _op, target, _high, actual, weight, _tier, typed, manual, _policy = line
    if manual or typed is not None:
        return typed if isinstance(typed, Decimal) else None
    if not isinstance(target, Decimal) or not isinstance(actual, Decimal) or not target:
        return None
    share = max(Decimal(0), min(Decimal(1), actual / target))
    return Decimal(weight * share).quantize(CENT, ROUND_HALF_UP)


FUNCTIONS = {"execution_score": execution_score, "indicator_points": indicator_points}


def indicator(weight: Any = 45, **changes: Any) -> dict[str, Any]:
    """Return one row of a target."""
    row = {
        "l1": "产出", "l2": "数量指标", "l3": "新建机井数量", "op": "≥", "value": "24", "unit": "眼",
        "quantified": True, "polarity": "正向", "evidence": "验收单", "weight": weight,
    }  # fmt: skip
    return {**row, **changes}


def line(no: int, weight: Any = 45, **changes: Any) -> dict[str, Any]:
    """Return one row of a self-evaluation."""
    row = {
        "no": no, "l1": "产出指标", "l2": "数量指标", "l3": "新建机井数量", "op": ">=", "target": "24",
        "unit": "眼", "weight": weight, "actual": "24",
    }  # fmt: skip
    return {**row, **changes}


FIVE = {"necessity": 18, "economy": "17.5", "targets": 18, "plan": 16, "funding": 20}
EXAMPLES: dict[str, dict[str, Any]] = {
    "target_filing": {
        "amount": "１，１８０.５０ 万元",
        "annual_goal": "建成高标准农田 6200 亩。",
        "indicators": [
            indicator(),
            indicator(l1="效益指标", l3="灌溉条件", op="定性", value="明显改善", quantified="否"),
        ],
    },
    "transfer_register": {"amount": 310.5, "fund_class": "中央直达资金", "parent_target": "ZY-2022-017"},
    "target_review": {"completeness": "优", "relevance": "良", "adequacy": "优", "feasibility": "优"},
    "budget_approval": {"approved_amount": "1000", "document_no": "沙财预〔2022〕1号"},
    "congress_approval": {"approved_on": "2022-01-18", "meeting": "第十八届人大第二次会议", "document": "决议第 3 号"},
    "government_consent": {"agreed": "是", "minutes_no": "第 3 次常务会议纪要"},
    "upper_score": {"passed": "是", "score": 93},
    "extension_decision": {"outcome": "不同意", "opinion": "材料已经齐全。"},
    "signature": {"agreed": "是"},
    "monitoring": {
        "budget_amount": 100, "adjusted_amount": 100, "arrived_amount": 80, "executed_amount": "40.25",
        "progress": "55%", "possibility": "有可能", "causes": ["人员保障"], "measures": "增派人手。",
    },
    "monitoring_review": {"conclusion": "不合格", "opinion": "进度滞后，请补充措施。", "disposal": "限期整改"},
    "self_evaluation": {
        "budget_amount": "1146.80", "executed_amount": "1112.40", "goal_result": "全部建成。",
        "lines": [
            line(1, 30),
            line(2, 30, actual="20", reason="两眼井未验收。"),
            line(3, 20, op="定性", target="明显改善", actual=None, tier="达成", typed_points=18),
            line(4, 10, manual=True, actual=None, typed_points="9.5", reason="没有计量数据。"),
        ],
    },
    "assessment": {"lines": [{"no": 1, "unit": "水利局", "late": 2}], "opinion": "按统计情况考核。"},
    "circular": {
        "lines": [{"no": 1, "unit": "水利局", "subject": "渠道维修", "due": "2021-03-31", "state": "仍未报送"}],
        "outcome": "印发",
        "number": "财绩通〔2021〕1号",
        "title": "迟报情况的通报",
        "body": "请尽快补报。",
    },
    "finance_review": {
        "conclusion": "通过", "score": "96.31",
        "lines": [{"no": 1, "points": 40}, {"no": 2, "points": "46.61", "comment": "佐证不足。"}],
    },
    "evaluation_selection": {"projects": ["SW-1", "SW-2"]},
    "evaluation_report": {"score": 88, "summary": "总体良好。", "problems": "无", "completion_rate": 97.2},
    "evaluation_review": {"conclusion": "通过", "score": 87},
    "evaluation_plan": {"method": "成本效益分析", "plan": "三月进场，四月出报告。"},
    "procurement": {"firm": "某会计师事务所", "method": "竞争性磋商", "conflict_free": True},
    "opinion_reply": {"agreed": False, "reply": "第二条与验收单不符。"},
    "panel_opinion": {"member_kind": "行业专家", "recused": False, "verdict": "修改后通过"},
    "evaluation_final": {"score": "86.50", "summary": "良。"},
    "whole_target": {"amount": 5000, "goal": "完成全年任务。"},
    "whole_monitoring": {"budget_amount": 5000, "executed_amount": 2100},
    "whole_self_evaluation": {
        "initial_amount": 5000, "executed_amount": 5200, "score": 93, "summary": "完成。",
        "overspend_reason": "年中追加 300 万元。",
    },
    "whole_review": {"conclusion": "退回", "opinion": "总体目标过于笼统，请量化。"},
    "whole_finance_review": {"conclusion": "通过", "score": 92},
    "pre_evaluation_report": {
        "applied_amount": 90, "total_investment_amount": 120, "specialised": False, "findings": "可行。", **FIVE,
    },
    "pre_evaluation_reassessment": {"firm": "某咨询公司", "opinion": "可以支持。", **FIVE},
    "pre_evaluation_review": {"conclusion": "支持", "recommended_amount": 85},
    "result_action": {"action": "压减预算", "deduct_share": "10%", "deduct_amount": 12},
    "rectification_notice": {"problems": "进度滞后。", "requirement": "十日内整改。", "severity": "较重"},
    "rectification_reply": {"measures": "增派人手。", "result": "已完成。"},
    "rectification_verification": {"conclusion": "已整改"},
    "disclosure_package": {"item_count": 12, "amount": 5000, "statement": "随部门决算公开。"},
    "disclosure_review": {"secrecy_checked": True, "conclusion": "通过"},
    "track_target": {"amount": 300, "indicator_count": 9, "quantified_count": 7},
    "track_monitoring": {"amount": 120},
    "track_self_evaluation": {"budget_amount": 300, "executed_amount": 290, "score": 95},
    "track_review": {"conclusion": "通过"},
}  # fmt: skip
