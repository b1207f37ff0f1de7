"""Policy values as short Chinese phrases."""

from typing import Any

from ledger.policy.day_rules import is_day_rule
from ledger.policy.schema import FIELDS
from ledger.policy.shapes import Share

_YEARS = {-3: "前三年", -2: "前年", -1: "上年", 0: "当年", 1: "次年", 2: "第三年", 3: "第四年"}


def worded(key: str, value: Any) -> str:
    """Return `value` of policy key `key` for people."""
    if isinstance(FIELDS[key], Share) and value is not None:
        return percent(value)
    return phrase(value)


def percent(share: float) -> str:
    """Return a share as a percentage without superfluous zeros."""
    return f"{round(share * 100, 6):g}%"


def phrase(value: Any) -> str:
    """Return any policy value for people, without knowing its key."""
    if value is None:
        return "未规定"
    if isinstance(value, bool):
        return "是" if value else "否"
    if is_day_rule(value):
        return f"{_YEARS[value['year_offset']]} {value['month']} 月 {value['day']} 日"
    if isinstance(value, dict) and "rule" in value:
        return _submit(value)
    if isinstance(value, dict) and set(value) == {"month_of_budget_year"}:
        return f"当年 {value['month_of_budget_year']} 月底"
    if isinstance(value, dict):
        return ";".join(f"{name}:{phrase(part)}" for name, part in value.items()) or "无"
    if isinstance(value, list):
        return "、".join(_cell(part) for part in value) or "无"
    return str(value)


def _cell(value: Any) -> str:
    return "[" + ", ".join(phrase(part) for part in value) + "]" if isinstance(value, list) else phrase(value)


def _submit(rule: dict[str, Any]) -> str:
    if rule["rule"] == "day_of_next_month":
        return f"节点次月 {rule['day']} 日前"
    if rule["rule"] == "workdays_after":
        return f"节点后 {rule['days']} 个工作日内"
    return phrase(rule["date"]) + "前"
