"""Read an arrangement of holidays: the words of the yearly notice, or one line per holiday with its days."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.calendar.documents import national_year, read
from engine.calendar.work_calendar import WorkCalendar
from engine.errors import InvalidInput

WORK = "上班"
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_NAME = re.compile(r"^(?:[一二三四五六七八九十]+、)?\s*([^：:\d]{1,20})[：:]")
_DAY = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:\s*[至到—–-]\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)?"
)
_PLAIN = re.compile(r"^(\S+)\s+(\d{4}-\d\d-\d\d)(?:\s*(?:至|到|\s)\s*(\d{4}-\d\d-\d\d))?$")


def entries(text: str, year: int, *, work: bool = True) -> dict[str, Any]:
    """Return `holidays` (name, first, last) and `workdays` of a text; work: whether it may name working days.

    Raises InvalidInput naming the first line that cannot be read.
    """
    found: dict[str, Any] = {"year": year, "holidays": [], "workdays": []}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        before = len(found["holidays"]) + len(found["workdays"])
        try:
            _line(line, year, found)
        except ValueError:
            raise _unread(line, "里有不存在的日期") from None
        if before == len(found["holidays"]) + len(found["workdays"]) and re.search(r"\d+月|\d+-\d+", line):
            raise _unread(line, "读不懂")
    if found["workdays"] and not work:
        raise InvalidInput("本地停办只写放假的日子,不写上班日;请删去。", code="calendar.closures")
    return found


def _unread(line: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"“{line[:40]}”{why};请照“元旦 2027-01-01 至 2027-01-03”或“上班 2027-01-04”写,一行一项。",
        code="calendar.unread",
    )


def _line(line: str, year: int, found: dict[str, Any]) -> None:
    plain = _PLAIN.match(line)
    if plain:
        first = date.fromisoformat(plain[2])
        last = date.fromisoformat(plain[3]) if plain[3] else first
        _put(found, plain[1], first, last, working=plain[1] == WORK)
        return
    line = _ASIDE.sub("", line)
    name = _NAME.match(line)
    for sentence in re.split("[。;；]", line[name.end() :] if name else line):
        working = WORK in sentence
        if working or "放假" in sentence:
            for first, last in _days(sentence, year):
                _put(found, name[1].strip() if name else "放假", first, last, working=working)


def _put(found: dict[str, Any], name: str, first: date, last: date, *, working: bool) -> None:
    if working:
        found["workdays"] += [first, last] if last != first else [first]
    else:
        found["holidays"].append({"name": name, "first": first, "last": last})


def _days(sentence: str, year: int) -> Iterator[tuple[date, date]]:
    for own, month, day, later, other, end in _DAY.findall(sentence):
        first = date(int(own or year), int(month), int(day))
        if not end:
            yield first, first
            continue
        last_month = int(other or month)
        turned = int(later) if later else first.year + (last_month < first.month)
        yield first, date(turned, last_month, int(end))


def lines(found: Mapping[str, Any]) -> str:
    """Return entries as lines that `entries` reads again."""
    rows = [
        f"{one['name']} {one['first']}" + (f" 至 {one['last']}" if one["last"] != one["first"] else "")
        for one in found["holidays"]
    ]
    return "\n".join(rows + [f"{WORK} {day}" for day in sorted(found["workdays"])])


def beginning(year: int) -> dict[str, str]:
    """Return what stands in the page of a year of which nothing was published here: what the program knows of it."""
    found = national_year(year)
    return {"arrangement": lines(found) if found else "", "closures": ""}


def overlaid(base: WorkCalendar, year: int, arrangement: str, closures: str) -> WorkCalendar:
    """Return a calendar with another arrangement of a year, and its local closures.

    Raises InvalidInput (`calendar.unread`, `calendar.invalid`) if the lines cannot be read or contradict each other.
    """
    national, local = entries(arrangement, year), entries(closures, year, work=False)
    table = {**national, "holidays": [*national["holidays"], *local["holidays"]]}
    of_year = read({"year": [table]})
    off = {day for day in base.holidays if day.year != year} | of_year.holidays
    on = {day for day in base.workdays if day.year != year} | of_year.workdays
    return WorkCalendar(off, on, base.known_years | ({year} if national["holidays"] else set()))
