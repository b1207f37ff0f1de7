# mypy: disallow-subclassing-any=False
"""Timer events by our clock: the stock ones read the machine's."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import StepFailed
from engine.bpmn.spans import Cycle, read_cycle, read_span, span_of, write_span
from engine.calendar.local_time import start_of_day
from engine.feel.shapes import coarse

LITERAL_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\S+)?")
LITERAL_SPAN = re.compile(r"P[0-9T]\S*")
LITERAL_CYCLE = re.compile(r"R\d*/\S+")
TASK_DUE = "task_due"
"""What a timer at the border of a user task calls the day that task is due."""
COUNTS = re.compile(rf"\b{TASK_DUE}\b")


def instant(value: Any, *, element_id: str) -> datetime:
    """Return the aware UTC instant a value means; a day means its 00:00 in Asia/Shanghai.

    Raises StepFailed for a date and time without an offset, or anything that is no date.
    """
    value = _from_text(value) if isinstance(value, str) else coarse(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise StepFailed(
                f"定时事件“{element_id}”的时间 {value.isoformat()} 没有时区;请写成 {value.isoformat()}+08:00。",
                code="timer.naive",
            )
        return value.astimezone(UTC)
    if isinstance(value, date):
        return start_of_day(value)
    raise StepFailed(
        f"定时事件“{element_id}”应得出日期或带时区的时间,得到的是“{value}”;请检查表达式引用的变量。",
        code="timer.not_a_date",
    )


def _from_text(text: str) -> Any:
    try:
        return datetime.fromisoformat(text) if "T" in text.upper() else date.fromisoformat(text)
    except ValueError:
        return text


class Timer(spiff.EventDefinition):
    """A timer. kind: 'timeDate', 'timeDuration' or 'timeCycle'; source: FEEL or a bare ISO 8601 text.

    The due instant is computed once, when the event is reached, and kept in the token by element id; when that was
    (`since`) is kept too, so that one worked out anew counts from there. A cycle fires like any other event; the
    boundary event then plants the next occurrence (`following`).
    One that counts from the day its task is due stands still until it is told that day (`count`), and for good if
    nothing comes of it.
    """

    def __init__(self, kind: str, source: str, element_id: str, description: str | None = None) -> None:
        super().__init__(element_id, description)
        self.kind = kind
        self.source = source.strip()
        self.element_id = element_id
        self.counts = bool(COUNTS.search(source))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def due_at(self, token: Any) -> datetime | None:
        """Return when it fires, as aware UTC; None: not at all, or not known yet."""
        known = token.internal_data.setdefault("due", {})
        if self.counts:
            found = known.get(self.element_id)
            return None if found is None else datetime.fromisoformat(found)
        if self.element_id not in known:
            try:
                known[self.element_id] = self._first(token).isoformat()
            except (OverflowError, ValueError) as error:
                raise StepFailed(
                    f"定时事件“{self.element_id}”的时刻超出了日历(最迟 9999 年);请检查表达式引用的变量。",
                    code="timer.out_of_calendar",
                ) from error
        return datetime.fromisoformat(known[self.element_id])

    def has_fired(self, token: Any) -> bool:
        """Whether it is due by the clock of the run."""
        due_at = self.due_at(token)
        return due_at is not None and bool(due_at <= token.workflow.script_engine.now)

    def waits_for_a_day(self, token: Any) -> bool:
        """Whether it counts from the day its task is due and was not told that day yet."""
        return self.counts and self.element_id not in token.internal_data.get("due", {})

    def count(self, token: Any, evaluate: Callable[[str, Mapping[str, Any]], Any]) -> None:
        """Work out its moment from the day its task is due. evaluate: FEEL over variables, that day in view."""
        found = evaluate(self.source, token.data)
        moment = None if found is None else instant(found, element_id=self.element_id).isoformat()
        token.internal_data.setdefault("due", {})[self.element_id] = moment

    def following(self, token: Any) -> tuple[dict[str, Any] | None, int]:
        """Return what the token of the next occurrence remembers (None: there is none) and how many were missed.

        After dark days a cycle fires once, not once for each missed occurrence.
        """
        cycle = token.internal_data["cycle"]
        now = token.workflow.script_engine.now
        span = read_span(cycle["span"])
        anchor, index = datetime.fromisoformat(cycle["anchor"]), cycle["index"] + 1
        if span is None:
            return None, 0
        missed = 0
        while span.after(anchor, index) <= now:
            index, missed = index + 1, missed + 1
        if cycle["times"] is not None and index >= cycle["times"]:
            return None, min(missed, cycle["times"] - cycle["index"] - 1)
        due = {self.element_id: span.after(anchor, index).isoformat()}
        since = token.internal_data.get("since", {})
        return {"since": since, "due": due, "cycle": {**cycle, "index": index}}, missed

    def _first(self, token: Any) -> datetime:
        known = token.internal_data.setdefault("since", {})
        now = token.workflow.script_engine.now.isoformat()
        reached = datetime.fromisoformat(known.setdefault(self.element_id, now))
        value = self._value(token, reached)
        if self.kind == "timeDate":
            return instant(value, element_id=self.element_id)
        if self.kind == "timeCycle":
            return self._first_of_cycle(token, value, reached)
        span = span_of(value)
        if span is None:
            raise StepFailed(
                f"定时事件“{self.element_id}”应得出时长,如 P10D,得到的是“{value}”;请检查表达式。",
                code="timer.not_a_duration",
            )
        return span.after(reached)

    def _value(self, token: Any, reached: datetime) -> Any:
        literal = {"timeDate": LITERAL_DATE, "timeDuration": LITERAL_SPAN, "timeCycle": LITERAL_CYCLE}[
            self.kind
        ]
        if literal.fullmatch(self.source):
            return self.source
        return token.workflow.script_engine.value(self.source, token.data, as_of=reached)

    def _first_of_cycle(self, token: Any, value: Any, reached: datetime) -> datetime:
        """Return when it first happens; if it is worked out anew, when the next of those that have not happened does."""
        cycle = read_cycle(value) if isinstance(value, str) else None
        span = read_span(cycle.span) if cycle else span_of(value)
        if span is None or span.is_empty:
            raise StepFailed(
                f"定时事件“{self.element_id}”应得出周期,如 R3/P10D,得到的是“{value}”;请检查表达式。",
                code="timer.not_a_cycle",
            )
        cycle = cycle or Cycle(None, None, write_span(span))
        first = instant(cycle.start, element_id=self.element_id) if cycle.start else span.after(reached)
        index = token.internal_data.get("cycle", {"index": 0})["index"]
        token.internal_data["cycle"] = {
            "times": cycle.times,
            "span": cycle.span,
            "anchor": first.isoformat(),
            "index": index,
        }
        return span.after(first, index)
