"""Timers by the clock of the run: due times computed once, kept in the image, fired in order."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.bpmn.failing import StepFailed
from engine.bpmn.nodes.timing import instant
from engine.bpmn.spans import read_cycle, read_span, write_span
from tests.unit.bpmn.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    ends,
    gateway,
    service,
    timer,
    users,
)
from tests.unit.bpmn.playing import NEW_YEAR, Play
from tests.unit.bpmn.supported import shows


def waiting(kind: str, text: str) -> bytes:
    return diagram("wait", ends(), catch("t", timer(kind, text)), chain("s", "t", "e"))


def watched(*events: str, more: str = "") -> bytes:
    return diagram("watched", ends(), users("a", "b"), more, *events, chain("s", "a", "b", "e"))


def test_a_timer_behind_an_unfinished_user_task_does_not_start() -> None:
    xml = diagram(
        "later", ends(), users("a"), catch("t", timer("duration", "P3D")), chain("s", "a", "t", "e")
    )
    play = Play(xml)

    play.pass_days(30)
    assert play.due == {}
    play.complete("a")

    assert play.due == {"t": "33"}


@shows("timer:date")
def test_a_day_means_its_midnight_in_shanghai() -> None:
    for text in ('date("2026-02-15")', "2026-02-15", "day", 'date and time("2026-02-14T16:00:00Z")'):
        (found,) = Play(waiting("date", text), {"day": date(2026, 2, 15)}).restore().timers
        assert found.due_at == datetime(2026, 2, 14, 16, tzinfo=UTC)


def test_a_date_and_time_without_a_zone_is_refused_with_a_failure() -> None:
    play = Play(waiting("date", "moment"), {"moment": datetime(2026, 2, 15, 9)})  # noqa: DTZ001

    (failure,) = play.restore().failures
    assert (failure.element_id, failure.code) == ("t", "timer.naive")
    with pytest.raises(StepFailed):
        instant("2026-02-15T09:00:00", element_id="t")


def test_a_timer_that_cannot_be_computed_waits_for_a_retry() -> None:
    play = Play(waiting("date", "dates.opens"))
    assert [one.code for one in play.restore().failures] == ["timer.not_a_date"]
    assert play.due == {}

    play.constants = {"dates": {"opens": date(2026, 1, 11)}}
    play.retry()

    assert play.due == {"t": "9.66667"}
    assert play.restore().failures == []


@shows("timer:duration")
def test_durations_may_be_feel_or_plain_iso() -> None:
    for text in ("P10D", 'duration("P10D")', "wait", "PT240H", '"P1W" + ""', "P1W3D"):
        days = list(Play(waiting("duration", text), {"wait": timedelta(days=10)}).due.values())
        assert days == ["7" if "P1W" in text and "3D" not in text else "10"]


def test_months_are_counted_from_our_clock_on_the_local_calendar() -> None:
    january_31 = datetime(2026, 1, 31, 1, tzinfo=UTC)

    play = Play(waiting("duration", "P1M"), now=january_31)
    feel = Play(waiting("duration", 'duration("P1M")'), now=january_31)

    for one in (play, feel):
        assert one.restore().timers[0].due_at == datetime(2026, 2, 28, 1, tzinfo=UTC)


def test_a_due_time_is_computed_once_and_kept() -> None:
    play = Play(waiting("duration", "wait"), {"wait": timedelta(days=10)})

    play.pass_days(4)

    assert play.due == {"t": "10"}
    play.pass_days(6)
    assert play.finished


def test_completing_a_task_does_not_fire_a_timer_that_nobody_swept() -> None:
    play = Play(
        watched(boundary("late", "a", timer("duration", "P5D")), more=service("x") + chain("late", "x", "e"))
    )
    play.now += timedelta(days=9)

    play.complete("a")

    assert play.open == ["b"]
    assert play.hands.called == []


def test_an_interrupting_timer_takes_the_task_away() -> None:
    play = Play(
        watched(boundary("late", "a", timer("duration", "P5D")), more=service("x") + chain("late", "x", "b"))
    )

    play.pass_days(5)

    assert play.open == ["b"]
    assert [(one.element_id, one.missed) for one in play.fired] == [("late", 0)]
    assert ("a", "cancelled") in [(step.element_id, step.kind) for step in play.steps]
    assert play.due == {}


def test_virtual_days_bring_reminders_and_then_the_escalation() -> None:
    remind = boundary("remind", "a", timer("cycle", "R/P10D"), interrupting=False)
    escalate = boundary("escalate", "a", timer("duration", "P3M"))
    more = (
        service("mail")
        + end("e2")
        + users("boss")
        + chain("remind", "mail", "e2")
        + chain("escalate", "boss", "e")
    )
    play = Play(watched(remind, escalate, more=more))
    fired_on = []

    for day in range(1, 101):
        before = len(play.fired)
        play.pass_days(1)
        fired_on += [(day, one.element_id) for one in play.fired[before:]]

    assert fired_on == [(day, "remind") for day in range(10, 91, 10)] + [(90, "escalate")]
    assert play.open == ["boss"]
    assert len(play.image) < 700


def test_a_bounded_cycle_stops() -> None:
    remind = boundary("remind", "a", timer("cycle", '"R" + string(times) + "/P10D"'), interrupting=False)
    play = Play(
        watched(remind, more=service("mail") + end("e2") + chain("remind", "mail", "e2")), {"times": 3}
    )

    for _ in range(50):
        play.pass_days(1)

    assert len(play.fired) == 3
    assert play.due == {}


@shows("timer:cycle")
def test_after_dark_days_a_cycle_fires_once_and_says_how_many_it_missed() -> None:
    remind = boundary("remind", "a", timer("cycle", "R/P10D"), interrupting=False)
    play = Play(watched(remind, more=service("mail") + end("e2") + chain("remind", "mail", "e2")))

    play.pass_days(35)

    assert [(one.element_id, one.missed) for one in play.fired] == [("remind", 2)]
    assert len(play.hands.called) == 1
    assert play.due == {"remind": "40"}


def test_after_dark_days_an_earlier_interrupting_timer_wins_over_a_later_reminder() -> None:
    remind = boundary("remind", "a", timer("duration", "P50D"), interrupting=False)
    escalate = boundary("escalate", "a", timer("duration", "P20D"))
    more = (
        service("mail")
        + end("e2")
        + users("boss")
        + chain("remind", "mail", "e2")
        + chain("escalate", "boss", "e")
    )
    play = Play(watched(remind, escalate, more=more))

    play.pass_days(100)

    assert [one.element_id for one in play.fired] == ["escalate"]
    assert play.hands.called == []


def test_each_occurrence_of_a_cycle_is_a_timer_of_its_own() -> None:
    remind = boundary("remind", "a", timer("cycle", "R/P10D"), interrupting=False)
    play = Play(watched(remind, more=service("mail") + end("e2") + chain("remind", "mail", "e2")))
    first = play.restore().timers[0].id

    play.pass_days(10)

    assert play.fired[0].id == first
    assert play.restore().timers[0].id != first


def test_what_a_reminder_started_outlives_the_task() -> None:
    remind = boundary("remind", "a", timer("cycle", "R/P10D"), interrupting=False)
    play = Play(watched(remind, more=users("ask") + end("e2") + chain("remind", "ask", "e2")))
    play.pass_days(10)

    play.complete("a")

    assert play.open == ["ask", "b"]
    assert play.due == {}


def test_an_event_based_gateway_takes_the_earliest_of_two_due_timers() -> None:
    xml = diagram(
        "race",
        ends(),
        gateway("eventBased", "g"),
        catch("late", timer("duration", "P9D")),
        catch("early", timer("duration", "P3D")),
        users("x", "y"),
        chain("s", "g", "late", "x", "e"),
        chain("g", "early", "y", "e"),
    )
    play = Play(xml)
    ids = {timer.element_id: timer.id for timer in play.restore().timers}
    assert len(set(ids.values())) == 2
    assert play.due == {"late": "9", "early": "3"}

    play.pass_days(30)

    assert play.open == ["y"]
    assert [(one.id, one.element_id) for one in play.fired] == [(ids["early"], "early")]


def test_a_sweep_before_the_time_fires_nothing() -> None:
    play = Play(waiting("duration", "P10D"))

    play.pass_days(9.99)

    assert play.fired == []
    assert not play.finished


def test_a_timer_due_in_the_past_passes_at_once() -> None:
    assert Play(waiting("date", "2025-06-01")).finished


def test_spans_and_cycles_are_read_and_written() -> None:
    span = read_span("P1Y2M3DT4H5M6.5S")
    assert span is not None
    assert read_span(write_span(span)) == span
    assert read_span("P") is None
    assert read_span("PT") is None
    assert read_span("10 days") is None
    assert read_cycle("R3/P10D") is not None
    assert read_cycle("R3") is None
    assert read_cycle("R/PT0S") is None


def test_a_cycle_may_have_a_start() -> None:
    remind = boundary("remind", "a", timer("cycle", "R2/2026-03-01T09:00:00+08:00/P1M"), interrupting=False)
    play = Play(watched(remind, more=service("mail") + end("e2") + chain("remind", "mail", "e2")))

    assert play.restore().timers[0].due_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    play.now = NEW_YEAR
    play.pass_days(62)
    assert play.restore().timers[0].due_at == datetime(2026, 4, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "definition", [timer("duration", 'duration("P9999Y")'), timer("date", '@"9999-12-31T23:59:59-14:00"')]
)
def test_a_moment_beyond_the_calendar_is_a_failed_step_not_a_crash(definition: str) -> None:
    play = Play(diagram("far", ends(), catch("far_off", definition), chain("s", "far_off", "e")))

    assert [one.code for one in play.restore().failures] == ["timer.out_of_calendar"]
