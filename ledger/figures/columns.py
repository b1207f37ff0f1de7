"""The columns of rows behind figures in the words of clerks, and their values as they are printed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.calendar.local_time import local_date
from ledger.measures.measure import NOTHING, printed

TITLES: Mapping[str, str] = {
    "year": "年度",
    "code": "编号",
    "name": "名称",
    "title": "事项",
    "department_code": "部门编号",
    "department": "部门单位",
    "person": "经办人",
    "week": "周(从这一天起)",
    "late": "逾期",
    "kind": "类别",
    "first": "一次通过",
    "round": "轮次",
    "missed": "未报最近一轮",
    "never": "从未填报",
    "unreported_amount": "从未填报的预算(万元)",
    "status": "状态",
    "grade": "等级",
    "capped": "等级受限",
    "passed": "审核合格",
    "monitored": "已监控",
    "manual": "人工评分",
    "line_no": "行号",
    "indicator": "指标",
    "reason": "原因",
    "weight": "分值",
    "points": "自评得分",
    "finance_points": "财政评分",
    "indicator_count": "三级指标",
    "quantified_count": "其中量化",
    "points_total": "指标得分",
    "weight_total": "指标分值",
    "execution_score": "执行率得分",
    "self_score": "自评得分",
    "finance_score": "财政评分",
    "final_score": "最终得分",
    "score": "得分",
    "upper_passed": "上级审核合格",
    "upper_score": "上级评分",
    "progress_share": "工作进度(%)",
    "completion_share": "完成率(%)",
    "deduct_share": "扣减比例(%)",
    "amount": "金额(万元)",
    "budget_amount": "预算数(万元)",
    "adjusted_amount": "调整后预算(万元)",
    "arrived_amount": "到位数(万元)",
    "executed_amount": "执行数(万元)",
    "target_amount": "目标预算(万元)",
    "applied_amount": "申请数(万元)",
    "recommended_amount": "建议数(万元)",
    "base_amount": "基数(万元)",
    "deduct_amount": "扣减数(万元)",
    "fund_class": "资金类别",
    "conclusion": "结论",
    "action": "应用方式",
    "source": "来源",
    "severity": "严重程度",
    "reassessment_firm": "第三方机构",
    "submitted_count": "报送次数",
    "returned_count": "退回次数",
    "recorded_at": "填报日期",
    "locked_at": "批复日期",
}
HIDDEN = frozenset({"task", "person_id", "department_code"})
WORDS: Mapping[str, str] = {
    "target": "绩效目标",
    "transfer": "转移支付登记",
    "self": "单位自评",
    "filed": "已报送",
    "reviewed": "已审核",
    "returned": "已退回",
    "approved": "已批复",
    "stopped": "不予安排",
    "issued": "已下达",
    "replied": "已回复",
    "rectified": "已整改",
    "unrectified": "未整改",
    "self_evaluation": "单位自评",
    "dept_evaluation": "部门评价",
    "key_evaluation": "重点评价",
    "monitoring": "运行监控",
}
YUAN_PER_WAN = Decimal(10_000)
Cell = str | int | Decimal | date | None


def shown_columns(columns: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return place, name and title of the columns that are shown."""
    return [(place, name, TITLES.get(name, name)) for place, name in enumerate(columns) if name not in HIDDEN]


def cell(name: str, value: Any) -> Cell:
    """Return a value as a sheet holds it: money in 万元, shares in percent, days as days, inner words in Chinese."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return local_date(value)
    if isinstance(value, Decimal) and (name == "amount" or name.endswith("_amount")):
        return value / YUAN_PER_WAN
    if isinstance(value, Decimal) and name.endswith("_share"):
        return value * 100
    if isinstance(value, str):
        return WORDS.get(value, value) if name in ("kind", "status", "source") else value
    return value if isinstance(value, int | Decimal | date) else None if value is None else str(value)


def in_words(name: str, value: Any) -> str:
    """Return a value as a page shows it."""
    found = cell(name, value)
    if found is None:
        return NOTHING
    if isinstance(found, Decimal):
        return f"{Decimal(printed(found, 2)):,}"
    return found.isoformat() if isinstance(found, date) else str(found)


def cells(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[list[str], list[list[Cell]]]:
    """Return the head and the rows of a sheet."""
    shown = shown_columns(columns)
    return [title for _, _, title in shown], [[cell(name, row[at]) for at, name, _ in shown] for row in rows]
