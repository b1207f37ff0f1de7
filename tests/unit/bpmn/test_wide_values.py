"""Where a process needs a moment of Python's own: a wide value is cut at its microsecond, or refused by its text."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.failing import StepFailed
from engine.bpmn.nodes.timing import instant
from engine.bpmn.spans import Span, span_of
from engine.dmn.decisions import Outcome
from engine.explaining import facts
from engine.feel.reading import any_temporal
from engine.feel.values import Range
from engine.json_values import dumps


def test_a_timer_is_cut_at_its_microsecond() -> None:
    moment = any_temporal("2026-02-15T09:30:00.123456789+08:00")

    assert instant(moment, element_id="t") == datetime(2026, 2, 15, 1, 30, 0, 123456, tzinfo=UTC)
    assert span_of(any_temporal("PT1.0000015S")) == Span(0, timedelta(seconds=1, microseconds=1))


@pytest.mark.parametrize("text", ["12026-02-15", "-0044-03-15T09:30:00Z"])
def test_a_timer_in_a_year_that_no_clock_reaches_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(StepFailed, match=text[:11]) as caught:
        instant(any_temporal(text), element_id="t")

    assert caught.value.code == "timer.not_a_date"


def test_a_duration_that_no_clock_reaches_is_no_span() -> None:
    assert span_of(any_temporal("P1000000000D")) is None


def test_the_history_keeps_what_only_feel_has() -> None:
    until = any_temporal("12026-02-15")
    outcome = Outcome({"until": until, "span": any_temporal("P1Y6M")}, [], {"within": Range(until, until)})

    kept = dumps(facts("d", outcome, None))

    assert '"outputs":{"until":"12026-02-15","span":"P1Y6M"}' in kept
    assert '"within":"[12026-02-15..12026-02-15]"' in kept
