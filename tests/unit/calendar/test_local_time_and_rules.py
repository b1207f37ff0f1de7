"""Local days against UTC, date rules, and the functions expressions call."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.documents import national
from engine.calendar.functions import expression_functions
from engine.calendar.local_time import at_time, end_of_day, local_date, start_of_day
from engine.calendar.rules import day_of_month, day_of_next_month, end_of_month, fixed, roll

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_a_day_is_due_one_second_before_midnight_in_shanghai() -> None:
    assert end_of_day(date(2022, 2, 15)) == datetime(2022, 2, 15, 15, 59, 59, tzinfo=UTC)
    assert start_of_day(date(2022, 2, 15)) == datetime(2022, 2, 14, 16, 0, tzinfo=UTC)
    assert at_time(date(2022, 2, 15), time(9)) == datetime(2022, 2, 15, 1, 0, tzinfo=UTC)


@given(days)
def test_both_ends_of_a_local_day_lie_on_that_day_and_the_next_second_does_not(day: date) -> None:
    assert local_date(start_of_day(day)) == local_date(end_of_day(day)) == day
    assert local_date(end_of_day(day) + timedelta(seconds=1)) == day + timedelta(1)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        local_date(datetime(2022, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("year", "offset", "month", "day", "expected"),
    [
        (2021, 1, 2, 15, date(2022, 2, 15)),
        (2023, 1, 2, 29, date(2024, 2, 29)),
        (2024, 1, 2, 29, date(2025, 2, 28)),
        (2022, -1, 12, 31, date(2021, 12, 31)),
    ],
)
def test_a_fixed_rule_gives_the_day_of_the_offset_year(
    year: int, offset: int, month: int, day: int, expected: date
) -> None:
    assert fixed(year, year_offset=offset, month=month, day=day) == expected


@pytest.mark.parametrize(
    ("checkpoint", "number", "expected"),
    [
        (date(2022, 5, 31), 10, date(2022, 6, 10)),
        (date(2022, 12, 31), 10, date(2023, 1, 10)),
        (date(2024, 1, 31), 31, date(2024, 2, 29)),
        (date(2022, 8, 31), 31, date(2022, 9, 30)),
    ],
)
def test_the_day_of_the_next_month_is_clamped_to_its_end(
    checkpoint: date, number: int, expected: date
) -> None:
    assert day_of_next_month(checkpoint, number) == expected


@given(days)
def test_the_end_of_a_month_is_followed_by_a_first(day: date) -> None:
    end = end_of_month(day.year, day.month)

    assert (end + timedelta(1)).day == 1
    assert day_of_month(day.year, day.month, 31) == end


def test_a_deadline_on_a_day_off_rolls_as_the_policy_says() -> None:
    sunday = date(2021, 10, 31)

    assert roll(national(), sunday, "next_workday") == date(2021, 11, 1)
    assert roll(national(), sunday, "previous_workday") == date(2021, 10, 29)
    assert roll(national(), sunday, "none") == sunday
    with pytest.raises(ValueError, match="next_workday"):
        roll(national(), sunday, "sideways")


def test_expressions_count_working_days_from_days_and_from_instants() -> None:
    functions = expression_functions(national())

    assert functions["workdays_after"](date(2022, 1, 28), Decimal(2)) == date(2022, 1, 30)
    assert functions["workdays_after"](datetime(2022, 1, 27, 16, 0, tzinfo=UTC), 1) == date(2022, 1, 29)
    assert functions["next_workday"](date(2022, 2, 1)) == date(2022, 2, 7)
    assert functions["is_workday"](date(2022, 2, 1)) is False


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2022-01-01", 1),
        (None, 1),
        (date(2022, 1, 1), None),
        (date(2022, 1, 1), True),
        (date(2022, 1, 1), Decimal("1.5")),
        (date(2022, 1, 1), Decimal("NaN")),
        (date(2022, 1, 1), float("inf")),
        (date(2022, 1, 1), 999_999),
    ],
)
def test_an_argument_that_makes_no_sense_gives_null(day: object, count: object) -> None:
    assert expression_functions(national())["workdays_after"](day, count) is None
