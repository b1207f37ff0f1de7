"""The date rules a policy value may be, and the day each gives for a budget year."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.calendar.rules import day_of_next_month, end_of_month, fixed
from engine.calendar.work_calendar import WorkCalendar
from ledger.policy.shapes import Shape, is_whole

_LEAP_YEAR = 2024


def is_day_rule(value: Any) -> bool:
    """Tell whether value is {year_offset, month, day} with a day that month can have."""
    return (
        isinstance(value, dict)
        and set(value) == {"year_offset", "month", "day"}
        and all(is_whole(part) for part in value.values())
        and -3 <= value["year_offset"] <= 3
        and 1 <= value["month"] <= 12
        and 1 <= value["day"] <= monthrange(_LEAP_YEAR, value["month"])[1]
    )


def day_of(rule: Mapping[str, int], year: int) -> date:
    """Return the day of a {year_offset, month, day} rule for budget year `year`, not rolled."""
    return fixed(year, year_offset=rule["year_offset"], month=rule["month"], day=rule["day"])


def month_end_of(rule: Mapping[str, int], year: int) -> date:
    """Return the day of a rule that names a month of the budget year, or a full day rule."""
    if "month_of_budget_year" in rule:
        return end_of_month(year, rule["month_of_budget_year"])
    return day_of(rule, year)


def submit_day(rule: Mapping[str, Any], checkpoint: date, year: int, calendar: WorkCalendar) -> date:
    """Return the day by which what was measured at `checkpoint` is to be submitted, not rolled."""
    if rule["rule"] == "day_of_next_month":
        return day_of_next_month(checkpoint, rule["day"])
    if rule["rule"] == "workdays_after":
        return calendar.workdays_after(checkpoint, rule["days"])
    return day_of(rule["date"], year)


class DayRule(Shape):
    """{year_offset, month, day} relative to the budget year."""

    expected = '日期规则 {"year_offset":1,"month":2,"day":15}(year_offset 相对预算年度,日期须真实存在)'

    def fits(self, value: Any) -> bool:
        """Accept a day rule."""
        return is_day_rule(value)


class DayRules(Shape):
    """A list of different day rules; it may be empty."""

    expected = '互不相同的日期规则列表(可为空),如 [{"year_offset":0,"month":5,"day":31}]'

    def fits(self, value: Any) -> bool:
        """Accept distinct day rules."""
        if not isinstance(value, list) or not all(is_day_rule(rule) for rule in value):
            return False
        days = {(rule["year_offset"], rule["month"], rule["day"]) for rule in value}
        return len(days) == len(value) <= 12


class MonthRule(Shape):
    """{month_of_budget_year} or a day rule."""

    expected = '月份规则 {"month_of_budget_year":2} 或日期规则 {"year_offset":0,"month":2,"day":28}'

    def fits(self, value: Any) -> bool:
        """Accept a month of the budget year or a day rule."""
        if isinstance(value, dict) and set(value) == {"month_of_budget_year"}:
            return is_whole(value["month_of_budget_year"]) and 1 <= value["month_of_budget_year"] <= 12
        return is_day_rule(value)


class SubmitRule(Shape):
    """When the result of a checkpoint is due."""

    expected = (
        '报送规则:{"rule":"fixed","date":{"year_offset":0,"month":8,"day":31}}、'
        '{"rule":"day_of_next_month","day":10} 或 {"rule":"workdays_after","days":12}'
    )

    def fits(self, value: Any) -> bool:
        """Accept one of the three rules."""
        if not isinstance(value, dict):
            return False
        if value.get("rule") == "fixed":
            return set(value) == {"rule", "date"} and is_day_rule(value["date"])
        if value.get("rule") == "day_of_next_month":
            return set(value) == {"rule", "day"} and is_whole(value["day"]) and 1 <= value["day"] <= 31
        if value.get("rule") == "workdays_after":
            return set(value) == {"rule", "days"} and is_whole(value["days"]) and 1 <= value["days"] <= 250
        return False


class TimeOfDay(Shape):
    """HH:MM."""

    expected = '时刻,如 "09:00"'

    def fits(self, value: Any) -> bool:
        """Accept 00:00 to 23:59."""
        return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None
