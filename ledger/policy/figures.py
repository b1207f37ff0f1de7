"""The figures a policy itself states: thresholds, shares, deadlines, as reports print them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.policy.day_rules import day_of, month_end_of
from ledger.policy.derived import third_party_limit_wan
from ledger.policy.resolved import ResolvedPack


@dataclass(frozen=True)
class Figure:
    """One stated figure.

    value: number or text as in reports; printed: the same as text; source: the policy key it is read from.
    rules: ids of the rules behind that key.
    """

    key: str
    value: int | float | str
    unit: str
    printed: str
    source: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    """Figure `key` is `read` of policy key `source`; null gives no figure."""

    key: str
    source: str
    unit: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class _DayLine:
    """The same for a date rule, whose figure depends on the budget year."""

    key: str
    source: str
    unit: str
    read: Callable[[Any, int], str]


def figures(pack: ResolvedPack) -> list[Figure]:
    """Return every figure the pack states for its year; what is not stated is left out."""
    return [
        Figure(key, value, unit, _printed(value), source, pack.origins[source].rules)
        for key, source, unit, value in _stated(pack)
        if value is not None
    ]


def _stated(pack: ResolvedPack) -> Iterator[tuple[str, str, str, Any]]:
    for line in _LINES:
        value = pack.values[line.source]
        yield line.key, line.source, line.unit, None if value is None else line.read(value)
    for day in _DAY_LINES:
        rule = pack.values[day.source]
        yield day.key, day.source, day.unit, None if rule is None else day.read(rule, pack.year)
    yield from _checkpoints(pack.values, pack.year)
    yield from _shares_per_department(pack.values)


def _checkpoints(values: Mapping[str, Any], year: int) -> Iterator[tuple[str, str, str, Any]]:
    source = "monitoring.checkpoints"
    days = sorted(day_of(rule, year) for rule in values[source])
    if days:
        yield "monitoring.rounds", source, "次", len(days)
    else:
        yield "monitoring.rounds", "monitoring.stated_rounds", "次", values["monitoring.stated_rounds"]
    for number, day in enumerate(days, start=1):
        yield f"monitoring.checkpoint.{number}", source, "date", _month_day(day)
        if (day + timedelta(days=1)).day == 1:
            yield f"monitoring.checkpoint.{number}.month", source, "月底", day.month
    whole = sorted(day_of(rule, year) for rule in values["whole_dept.monitor_checkpoints"])
    if whole:
        yield "whole_dept.monitor.checkpoint", "whole_dept.monitor_checkpoints", "date", _month_day(whole[0])


def _shares_per_department(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    share = values["dept_eval.min_amount_share"]
    if share is not None and values["dept_eval.share_scope"] == "per_department":
        yield "dept_eval.min_amount_share.per_dept", "dept_eval.min_amount_share", "%", _percent(share)


def _same(value: Any) -> Any:
    return value


def _count(value: Any) -> Any:
    return len(value)


def _percent(share: float) -> int | float:
    points = round(share * 100, 6)
    return int(points) if points == int(points) else points


def _iso_day(rule: Mapping[str, int], year: int) -> str:
    return day_of(rule, year).isoformat()


def _iso_month(rule: Mapping[str, int], year: int) -> str:
    return month_end_of(rule, year).strftime("%Y-%m")


def _submit_day(rule: Mapping[str, Any]) -> Any:
    return rule.get("day")


def _investment(condition: str) -> Any:
    return third_party_limit_wan(condition)


def _lowest_limit(limits: Mapping[str, Any]) -> Any:
    stated = [limit for limit in limits.values() if not isinstance(limit, str) and limit > 0]
    return min(stated) if stated else None


def _level_one_from(levels: list[list[int]]) -> Any:
    return next((first for first, level in levels if level == 1 and first > 0), None)


def _month_day(day: date) -> str:
    return day.strftime("%m-%d")


def _printed(value: int | float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


_LINES = (
    _Line("taxonomy.cost_level.from_year", "taxonomy.cost_level_by_budget_year", "年", _level_one_from),
    _Line("pre_eval.major.total_investment", "pre_eval.third_party_when", "万元", _investment),
    _Line("pre_eval.threshold", "pre_eval.threshold_wan", "万元", _lowest_limit),
    _Line("pre_eval.threshold.old", "pre_eval.former_threshold_wan", "万元", _same),
    _Line("pre_eval.dimensions", "pre_eval.dimensions", "个", _count),
    _Line("monitoring.submit_day_next_month", "monitoring.submit", "日", _submit_day),
    _Line("monitoring.unspendable_horizon", "monitoring.unspendable_years", "年", _same),
    _Line("self_eval.coverage", "self_eval.coverage", "%", _percent),
    _Line("self_eval.excluded.classes", "self_eval.excluded_class_count", "类", _same),
    _Line("spot_check.min_ratio", "spot_check.min_ratio", "%", _percent),
    _Line("spot_check.min_project_amount", "spot_check.amount_wan", "万元", _same),
    _Line("dept_eval.min_amount_share", "dept_eval.min_amount_share", "%", _percent),
    _Line("dept_eval.cycle_years", "dept_eval.cycle_years", "年", _same),
    _Line("key_eval.min_projects", "key_eval.min_projects", "个", _same),
    _Line("result.deduct_below", "result.deduct_below_score", "分", _same),
    _Line("whole_dept.pilot_year", "whole_dept.pilot_year", "年", _same),
    _Line("subgov.groups", "subgov.groups", "组", _count),
    _Line("full_cycle.min_years", "full_cycle.min_years", "年", _same),
    _Line("system.completion_year", "programme.completion_year", "年", _same),
    _Line("indicator_system.deadline", "indicators.system_deadline", "date", _same),
    _Line("budgets.covered", "budget_books", "本", _count),
)

_DAY_LINES = (
    _DayLine("self_eval.deadline", "self_eval.deadline", "date", _iso_day),
    _DayLine("finance_review.deadline", "finance_review.deadline", "date", _iso_day),
    _DayLine("dept_eval.deadline", "dept_eval.deadline", "date", _iso_day),
    _DayLine("key_eval.deadline", "key_eval.deadline", "date", _iso_day),
    _DayLine("whole_dept.target.month", "whole_dept.target_due", "month", _iso_month),
    _DayLine("whole_dept.self_eval.deadline", "whole_dept.self_eval_deadline", "date", _iso_day),
)
