"""The days of a budget year: when each stage opens, is due and closes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from engine.calendar.rules import roll
from engine.calendar.work_calendar import WorkCalendar
from ledger.policy.day_rules import day_of, month_end_of, submit_day

_DAY = timedelta(days=1)

# Stages with one period each: the rule key of the deadline (our default is `stages.<stage>.due`), and further
# deadlines inside the stage: name in `dates` → (rule key or "", default key).
_FINANCE_REVIEW = {"finance_review": ("finance_review.deadline", "stages.finance_review.due")}


@dataclass(frozen=True)
class _Stage:
    deadline: str = ""
    further: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_PERIODS: dict[str, _Stage] = {
    "pre_evaluation": _Stage(),
    "target": _Stage(further={"review": ("", "stages.target.review")}),
    "approval": _Stage(),
    "target_disclosure": _Stage(),
    "self_evaluation": _Stage("self_eval.deadline", _FINANCE_REVIEW),
    "whole_self_evaluation": _Stage("whole_dept.self_eval_deadline", _FINANCE_REVIEW),
    "dept_evaluation": _Stage("dept_eval.deadline", _FINANCE_REVIEW),
    "key_evaluation": _Stage("key_eval.deadline"),
    "result_application": _Stage(),
    "result_disclosure": _Stage(),
    "track_target": _Stage(),
    "track_monitoring": _Stage(),
    "track_self_evaluation": _Stage(),
}


def stage_dates(values: Mapping[str, Any], year: int, calendar: WorkCalendar) -> dict[str, Any]:
    """Return `dates`: by stage {opens, due, closes} (monitoring: a list by round), ISO texts of local days.

    Deadlines are rolled by `calendar.non_working_day_roll`; a stage closes `stages.close_after_workdays` working
    days after its last deadline.
    """
    days = _Days(values, year, calendar)
    tree: dict[str, Any] = {stage: days.period(stage) for stage in _PERIODS}
    tree["whole_target"] = days.whole_target()
    tree["monitoring"] = days.rounds("monitoring.checkpoints")
    tree["whole_monitoring"] = days.rounds("whole_dept.monitor_checkpoints")
    if values["pre_eval.window"] == "ALWAYS_OPEN":
        tree["pre_evaluation"]["closes"] = date(year, 12, 31)
    tree["year"] = days.whole_year(tree)
    return {stage: _as_text(part) for stage, part in tree.items()}


def deadline_keys(stage: str, name: str) -> tuple[str, str]:
    """Return the policy keys that `dates.<stage>.<name>` comes from: the rule ("" if none states one) and our default."""
    known = _PERIODS.get(stage, _Stage())
    if name == "due":
        return known.deadline, f"stages.{stage}.due"
    return known.further.get(name, ("", ""))


@dataclass(frozen=True)
class _Days:
    values: Mapping[str, Any]
    year: int
    calendar: WorkCalendar

    def deadline(self, day: date) -> date:
        """Return a deadline moved off a day off."""
        return roll(self.calendar, day, self.values["calendar.non_working_day_roll"])

    def closing(self, last: date) -> date:
        """Return the day until which late work is accepted."""
        return self.calendar.workdays_after(last, self.values["stages.close_after_workdays"])

    def stated(self, rule_key: str, default_key: str) -> date:
        """Return the day of the rule, or of our default where no rule states one."""
        rule = self.values[rule_key] if rule_key else None
        return day_of(self.values[default_key] if rule is None else rule, self.year)

    def period(self, stage: str) -> dict[str, Any]:
        """Return the days of a stage with one period."""
        plan = _PERIODS[stage]
        stated = self.stated(plan.deadline, f"stages.{stage}.due")
        opens = self.opening(day_of(self.values[f"stages.{stage}.opens"], self.year), stated)
        due = self.deadline(stated)
        further = {name: self.deadline(self.stated(*keys)) for name, keys in plan.further.items()}
        return {"opens": opens, "due": due, "closes": self.closing(max([due, *further.values()])), **further}

    def opening(self, opens: date, due: date) -> date:
        """Return the opening day; one that is not before the deadline moves to a window before it."""
        if opens < due:
            return opens
        return due - timedelta(days=self.values["stages.fallback_window_days"])

    def whole_target(self) -> dict[str, Any]:
        """Return the days of the whole-department target: it opens on the first of the month it is due in."""
        rule = self.values["whole_dept.target_due"] or self.values["stages.whole_target.due"]
        due = month_end_of(rule, self.year)
        rolled = self.deadline(due)
        return {"opens": due.replace(day=1), "due": rolled, "closes": self.closing(rolled)}

    def rounds(self, key: str) -> list[dict[str, Any]]:
        """Return one entry per checkpoint, by day; a round opens on the day after its checkpoint."""
        checkpoints = sorted(day_of(rule, self.year) for rule in self.values[key])
        following = [after for _, after in pairwise(checkpoints)] + [date.max]
        return [
            self.round(number, checkpoint, after)
            for number, (checkpoint, after) in enumerate(zip(checkpoints, following, strict=False), start=1)
        ]

    def round(self, number: int, checkpoint: date, following: date) -> dict[str, Any]:
        """Return the days of one monitoring round; a fixed submit day must lie between two checkpoints."""
        submit = self.values["monitoring.submit"]
        due = submit_day(submit, checkpoint, self.year, self.calendar)
        if submit["rule"] == "fixed" and not checkpoint < due <= following:
            due = submit_day(
                self.values["stages.monitoring.submit_fallback"], checkpoint, self.year, self.calendar
            )
        opens = checkpoint + _DAY
        rolled = max(self.deadline(due), opens)
        closes = self.closing(rolled)
        return {"round": number, "checkpoint": checkpoint, "opens": opens, "due": rolled, "closes": closes}

    def whole_year(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """Return the span of the year, widened so that every stage lies inside."""
        periods = [
            part for stage in tree.values() for part in (stage if isinstance(stage, list) else [stage])
        ]
        opens = day_of(self.values["stages.year.opens"], self.year)
        closes = day_of(self.values["stages.year.closes"], self.year)
        return {
            "opens": min([opens, *(part["opens"] for part in periods)]),
            "closes": max([closes, *(part["closes"] for part in periods)]),
        }


def _as_text(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _as_text(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_as_text(value) for value in part]
    return part.isoformat() if isinstance(part, date) else part
