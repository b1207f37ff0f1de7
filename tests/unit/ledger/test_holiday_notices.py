"""Arrangements of holidays are read from the notice as it is published, and from plain lines."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.documents import national
from engine.calendar.rules import ROLLS, roll
from engine.calendar.work_calendar import WorkCalendar
from engine.errors import InvalidInput
from ledger.holidays.notice import entries, lines, overlaid

NOTICE = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""
EMPTY = WorkCalendar((), ())
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(-300, 300)


def test_the_notice_gives_the_same_calendar_as_the_one_that_comes_with_the_program() -> None:
    read = overlaid(EMPTY, 2026, NOTICE, "")

    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if read.is_workday(day) != national().is_workday(day)] == []
    assert read.is_known(2026) and not read.is_known(2027)


def test_lines_that_are_written_are_read_again() -> None:
    found = entries(NOTICE, 2026)

    assert entries(lines(found), 2026) == {**found, "workdays": sorted(found["workdays"])}


def test_a_holiday_may_begin_in_the_year_before_and_end_in_the_next_month() -> None:
    found = entries("元旦：2028年12月30日至2029年1月1日放假。\n春节：1月30日至2月5日放假", 2029)

    assert [(one["first"], one["last"]) for one in found["holidays"]] == [
        (date(2028, 12, 30), date(2029, 1, 1)),
        (date(2029, 1, 30), date(2029, 2, 5)),
    ]


def test_a_local_closure_is_off_and_another_version_replaces_the_whole_year() -> None:
    first = overlaid(national(), 2026, NOTICE, "县庆 2026-08-18")
    assert not first.is_workday(date(2026, 8, 18))

    second = overlaid(first, 2026, NOTICE, "")

    assert second.is_workday(date(2026, 8, 18))
    assert second.is_workday(date(2025, 9, 28)) == national().is_workday(date(2025, 9, 28))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("元旦 2027-13-01", "calendar.unread"),
        ("元旦：2月30日放假", "calendar.unread"),
        ("元旦 1月1日", "calendar.unread"),
        ("上班 2027-01-04", "calendar.invalid"),
        ("元旦 2027-01-03 至 2027-01-01", "calendar.invalid"),
    ],
)
def test_what_cannot_be_read_or_contradicts_itself_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        overlaid(EMPTY, 2027, text, "")

    assert refused.value.code == code


@given(DAYS, COUNTS)
def test_working_days_there_and_back(day: date, count: int) -> None:
    calendar = national()
    start = calendar.next_workday(day)

    there = calendar.workdays_after(start, count)

    assert calendar.workdays_after(there, -count) == start
    assert calendar.workdays_between(start, there) == count


@given(DAYS, DAYS, COUNTS)
def test_the_later_day_never_has_the_earlier_deadline(one: date, other: date, count: int) -> None:
    calendar, (early, late) = national(), sorted((one, other))

    assert calendar.workdays_after(early, count) <= calendar.workdays_after(late, count) or count <= 0
    for mode in ROLLS:
        assert roll(calendar, early, mode) <= roll(calendar, late, mode)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday on which people work
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over the Spring Festival
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # a leap day
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a year's end, and a Sunday on which people work
        (date(2026, 10, 10), -1, date(2026, 10, 9)),
    ],
)
def test_weeks_with_make_up_days_leap_days_and_years_ends(start: date, count: int, end: date) -> None:
    assert national().workdays_after(start, count) == end
