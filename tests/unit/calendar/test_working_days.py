"""Working days: weekends, holidays, make-up days, spans; by example and by property."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.documents import CalendarInvalid, excerpt, from_excerpt, national, read
from engine.calendar.work_calendar import LONGEST_SPAN, CalendarRange, WorkCalendar

days = st.dates(date(2016, 12, 1), date(2027, 12, 31))
counts = st.integers(-400, 400)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2022, 2, 15), True),
        (date(2022, 1, 29), True),  # Saturday made up for the Spring Festival
        (date(2022, 1, 30), True),  # Sunday likewise
        (date(2022, 1, 31), False),
        (date(2020, 1, 31), False),  # the prolonged Spring Festival of 2020
        (date(2020, 2, 3), True),
        (date(2021, 10, 9), True),
        (date(2021, 10, 7), False),
        (date(2023, 4, 5), False),
        (date(2024, 2, 29), True),
        (date(2025, 10, 8), False),
        (date(2026, 2, 23), False),
    ],
)
def test_the_national_calendar_knows_holidays_and_make_up_days(day: date, works: bool) -> None:
    assert national().is_workday(day) is works


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_year_of_the_table_is_known_and_has_about_250_working_days(year: int) -> None:
    first = date(year - 1, 12, 31)

    worked = national().workdays_between(first, date(year, 12, 31))

    assert national().is_known(year)
    assert 247 <= worked <= 252


def test_a_year_outside_the_table_knows_weekends_only_and_says_so() -> None:
    calendar = national()

    assert not calendar.is_known(2035)
    assert calendar.is_workday(date(2035, 10, 1))
    assert not calendar.is_workday(date(2035, 10, 6))


def test_a_week_shifted_by_make_up_days_is_counted_as_people_work_it() -> None:
    calendar = national()

    assert calendar.workdays_after(date(2021, 9, 30), 1) == date(2021, 10, 8)
    assert calendar.workdays_after(date(2021, 9, 30), 2) == date(2021, 10, 9)
    assert calendar.workdays_after(date(2021, 9, 30), 3) == date(2021, 10, 11)
    assert calendar.workdays_between(date(2021, 9, 25), date(2021, 9, 30)) == 5


def test_year_ends_are_crossed_in_both_directions() -> None:
    calendar = national()

    assert calendar.workdays_after(date(2021, 12, 31), 1) == date(2022, 1, 4)
    assert calendar.workdays_after(date(2022, 1, 4), -1) == date(2021, 12, 31)
    assert calendar.next_workday(date(2022, 1, 1)) == date(2022, 1, 4)
    assert calendar.previous_workday(date(2022, 1, 3)) == date(2021, 12, 31)


@given(days, counts)
def test_going_n_working_days_and_counting_them_gives_n(day: date, count: int) -> None:
    calendar = national()

    assert calendar.workdays_between(day, calendar.workdays_after(day, count)) == count


@given(days, counts)
def test_a_working_day_comes_back_to_itself(day: date, count: int) -> None:
    calendar = national()
    start = calendar.next_workday(day)

    assert calendar.workdays_after(calendar.workdays_after(start, count), -count) == start


@given(days, st.integers(0, 60), counts)
def test_a_later_start_never_arrives_earlier(day: date, gap: int, count: int) -> None:
    calendar = national()

    assert calendar.workdays_after(day, count) <= calendar.workdays_after(day + timedelta(gap), count)


@given(days)
def test_the_neighbouring_working_days_enclose_the_day_with_nothing_between(day: date) -> None:
    calendar = national()
    before, after = calendar.previous_workday(day), calendar.next_workday(day)

    assert before <= day <= after
    assert calendar.is_workday(before)
    assert calendar.is_workday(after)
    assert calendar.workdays_between(before, after) == (0 if before == after else 1)


@given(st.sets(days, max_size=30), st.sets(days, max_size=30), days)
def test_a_make_up_day_wins_over_a_holiday(off: set[date], on: set[date], day: date) -> None:
    calendar = WorkCalendar(off, on | {day})

    assert calendar.is_workday(day)


def test_a_span_that_no_plan_can_mean_is_refused() -> None:
    with pytest.raises(CalendarRange, match="工作日天数"):
        national().workdays_after(date(2022, 1, 1), LONGEST_SPAN + 1)


def test_the_end_of_the_calendar_is_an_error_with_a_sentence() -> None:
    with pytest.raises(CalendarRange, match="日历的尽头"):
        national().workdays_after(date(9999, 12, 30), 5)
    with pytest.raises(CalendarRange, match="日历的尽头"):
        national().workdays_after(date(1, 1, 2), -5)
    assert national().workdays_between(date(1, 1, 3), date(1, 1, 1)) == -2


@given(st.dates(date(2016, 1, 1), date(2028, 12, 31)), st.integers(-60, 60).filter(bool))
def test_the_nth_working_day_is_the_one_a_person_finds_going_day_by_day(day: date, count: int) -> None:
    step, found = timedelta(days=1 if count > 0 else -1), day
    for _ in range(abs(count)):
        found += step
        while not national().is_workday(found):
            found += step

    assert national().workdays_after(day, count) == found


def test_the_part_kept_with_a_parameter_set_answers_like_the_whole() -> None:
    whole = national()

    part = from_excerpt(excerpt(whole, range(2021, 2024)))

    every = [date(2021, 1, 1) + timedelta(n) for n in range(3 * 365)]
    assert [part.is_workday(day) for day in every] == [whole.is_workday(day) for day in every]
    assert part.is_known(2022)
    assert not part.is_known(2020)


def test_a_holiday_that_ends_before_it_begins_is_refused() -> None:
    holiday = {"name": "春节", "first": date(2027, 2, 9), "last": date(2027, 2, 5)}

    with pytest.raises(CalendarInvalid, match="春节"):
        read({"year": [{"year": 2027, "holidays": [holiday], "workdays": []}]})


@pytest.mark.parametrize("day", [date(2027, 2, 10), date(2027, 2, 7)])
def test_a_make_up_day_that_is_a_plain_weekday_or_a_holiday_is_refused(day: date) -> None:
    holiday = {"name": "春节", "first": date(2027, 2, 5), "last": date(2027, 2, 9)}

    with pytest.raises(CalendarInvalid, match=str(day)):
        read({"year": [{"year": 2027, "holidays": [holiday], "workdays": [day]}]})


@given(st.dates(date(2016, 1, 1), date(2028, 12, 31)), st.integers(0, 800))
def test_days_between_are_those_one_counts(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    days = (first + timedelta(days=number) for number in range(1, span + 1))

    assert national().workdays_between(first, last) == sum(national().is_workday(day) for day in days)
