"""The calendar that phones subscribe to, byte by byte: lines, characters, days, in whatever zone the host is."""

import time
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import vobject
from icalendar import Calendar

from host.telling.deadlines import feed

TITLE = "城区道路,桥梁;养护\\维修“一期”\n" + "资金绩效目标🏗" * 20


def events(calendar: bytes) -> list[Any]:
    read: Any = Calendar.from_ical(calendar)
    return list(read.walk("VEVENT"))


def task(**more: Any) -> Any:
    said = {
        "id": UUID(int=1),
        "name": "填报自评表",
        "project": TITLE,
        "title": "",
        "due_at": datetime(2021, 3, 28, 15, 59, 59, tzinfo=UTC),
        "created_at": datetime(2021, 3, 1, 8, tzinfo=UTC),
    }
    return SimpleNamespace(**(said | more))


def test_lines_are_folded_at_75_octets_between_characters_and_read_back_as_they_were() -> None:
    found = feed([task()], "zh")

    lines = found.split(b"\r\n")
    assert b"\n" not in found.replace(b"\r\n", b"") and max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two
    [event] = events(found)
    other = vobject.readOne(found.decode()).vevent
    assert str(event["SUMMARY"]) == other.summary.value == f"填报自评表 · {TITLE}"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Berlin", "Pacific/Apia"])
def test_the_day_is_the_countrys_whatever_the_zone_of_the_host_and_its_summer_time(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        [event] = events(feed([task()], "zh"))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2021, 3, 28), date(2021, 3, 29))


def test_a_task_without_a_due_day_is_left_out_and_the_same_tasks_give_the_same_bytes() -> None:
    assert b"VEVENT" not in feed([task(due_at=None)], "en")
    assert feed([task()], "zh") == feed([task()], "zh")
