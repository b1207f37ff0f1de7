"""Values that Python's own dates cannot hold obey the same laws as those it can."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.compiling import compile_expression
from engine.feel.moving import date_of, joined, moved
from engine.feel.positions import day_number, nanos_of
from engine.feel.reading import any_temporal
from engine.feel.shapes import make_span
from engine.feel.wide import CYCLE_DAYS, ORDINARY
from engine.feel.writing import scalar_text

few = settings(max_examples=60, deadline=None)
LAST = 365_242_498_000
days = st.integers(-LAST, LAST) | st.integers(-800_000, 4_500_000)
zones = st.sampled_from(
    [None, *map(ZoneInfo, ("Asia/Shanghai", "Europe/Paris", "America/New_York", "Pacific/Apia"))]
)
clocks = st.builds(
    lambda second, zone: moved(time(0, tzinfo=zone), second * 10**9), st.integers(0, 86_399), zones
)
edges = st.builds(
    lambda end, more: nanos_of(end) + 1000 * more,
    st.sampled_from([timedelta.min, timedelta.max]),
    st.integers(-(10**12), 10**12),
)
spans = st.integers(-9 * 10**27, 9 * 10**27) | st.integers(-(10**12), 10**12) | edges
lifetimes = st.integers(-(10**25), 10**25) | st.integers(-(10**12), 10**12)
APART = compile_expression("a - b")
SUM = compile_expression("a + b")
FACTS = compile_expression(
    "[a.month, a.day, a.weekday, day of year(a), week of year(a), last day of month(a)]"
)


def evaluated(expression: Any, a: Any, b: Any = None) -> Any:
    return expression.evaluate({"a": a, "b": b})


@few
@given(st.dates(date(401, 1, 1), date(9500, 1, 1)), st.integers(-2_000_000, 2_000_000))
def test_whole_cycles_of_400_years_change_nothing_but_the_year(day: date, cycles: int) -> None:
    far = date_of(day.toordinal() + cycles * CYCLE_DAYS)

    assert evaluated(FACTS, far) == evaluated(FACTS, day)
    assert evaluated(compile_expression("a.year"), far) == day.year + 400 * cycles


@few
@given(days, days)
def test_what_is_subtracted_from_a_date_leads_back_to_it(one: int, two: int) -> None:
    a, b = date_of(one), date_of(two)

    span = evaluated(APART, a, b)

    assert nanos_of(span) == (one - two) * 86_400 * 10**9
    assert evaluated(SUM, b, span) == a
    assert evaluated(compile_expression("[a < b, a = b, a > b]"), a, b) == [one < two, one == two, one > two]


@few
@given(st.integers(-LAST // 2, LAST // 2), clocks, lifetimes)
def test_a_date_and_time_moved_there_and_back_is_where_it_was(number: int, clock: Any, nanos: int) -> None:
    start, span = joined(date_of(number), clock), make_span(nanos)

    there = evaluated(SUM, start, span)

    assert there is not None
    assert evaluated(APART, there, start) == span
    assert scalar_text(evaluated(SUM, there, make_span(-nanos))) == scalar_text(
        evaluated(SUM, start, make_span(0))
    )


@few
@given(days, clocks, spans)
def test_every_value_is_read_back_from_its_text_in_its_own_class(number: int, clock: Any, nanos: int) -> None:
    day = date_of(number)

    for value in (day, moved(clock, nanos), joined(day, moved(clock, nanos)), make_span(nanos)):
        again = any_temporal(str(scalar_text(value)))

        assert again.__class__ is value.__class__
        assert scalar_text(again) == scalar_text(value)


@few
@given(st.dates(), st.dates(), st.timedeltas(), clocks)
def test_what_python_can_hold_is_its_own(one: date, two: date, span: timedelta, clock: Any) -> None:
    at = joined(one, clock.replace(tzinfo=None))

    assert date_of(day_number(one)) == one
    assert evaluated(APART, one, two) == one - two
    try:
        expected: Any = at + span
    except OverflowError:
        assert evaluated(SUM, at, span).__class__ in ORDINARY
    else:
        assert type(expected) is datetime
        assert evaluated(SUM, at, span) == expected
