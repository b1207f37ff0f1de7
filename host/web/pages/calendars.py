"""The calendar of a year: holidays and make-up working days, local closures; what another arrangement moves."""

from calendar import Calendar
from datetime import date
from typing import Any

from flask import Flask, render_template, request, url_for

from engine.calendar.work_calendar import WorkCalendar
from engine.errors import InvalidInput
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.day import today
from host.web.failing import status_of
from host.web.pages.years import mine
from host.web.year.ordered import going
from ledger.holidays import moving, notice
from ledger.holidays.foreseeing import tasks_that_move
from ledger.holidays.versions import calendar_of, keep, published

FIRST, LAST = 2000, 2100


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/calendar", "holidays", show)
    app.add_url_rule("/manage/calendar", "publish_calendar", publish, methods=["POST"])


def show(fault: str = "", *, preview: bool = False) -> str:
    """Show the months of a year and its versions; for a preview, under what was entered, and what that moves."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place, year = mine(uow), _year()
        known, holds = published(uow.session, place.id, year), calendar_of(uow.session, place.id)
        latest = known[0].body if known else notice.beginning(year)
        typed = {name: request.form.get(name, latest[name]) for name in ("arrangement", "closures")}
        shown, shifts, tasks = holds, None, None
        if preview:
            shown = notice.overlaid(holds, year, typed["arrangement"], typed["closures"])
            found = moving.moves(uow, place, shown)
            shifts = [one for one in found.shifts if one.moves]
            tasks = tasks_that_move(uow, place.id, found.batches, by=acting_now().actor)
    return render_template(
        "manage/calendar.html",
        place=place,
        year=year,
        years=range(today().day.year - 1, today().day.year + 4),
        months=_months(year, shown, holds),
        known=holds.is_known(year),
        versions=known,
        typed=typed,
        shifts=shifts,
        tasks=tasks,
        going=going(),
        fault=fault,
        said=said(),
    )


def _months(year: int, shown: WorkCalendar, holds: WorkCalendar) -> dict[int, list[list[dict[str, Any]]]]:
    """Return by month its weeks: each day with whether people work, whether that is special, whether it changes."""

    def about(day: date) -> dict[str, Any]:
        works = shown.is_workday(day)
        return {
            "day": day,
            "works": works,
            "special": works == (day.weekday() > 4),
            "changed": works != holds.is_workday(day),
        }

    weeks = Calendar()
    return {
        month: [[about(day) for day in week] for week in weeks.monthdatescalendar(year, month)]
        for month in range(1, 13)
    }


def _year() -> int:
    year = request.values.get("year", today().day.year + 1, type=int)
    if not FIRST <= year <= LAST:
        raise InvalidInput(f"年度应在 {FIRST} 到 {LAST} 之间;请改正。", code="year.range")
    return year


def publish() -> Answer:
    """Show what an arrangement would move; publish it when that was seen and is confirmed."""
    if request.form.get("sure") == "yes":
        return answered(_publish, show)
    try:
        return show(preview=True)
    except InvalidInput as error:
        return show(error.text), status_of(error)


def _publish() -> str:
    form, by = request.form, acting_now().actor
    with system().bihuan.unit_of_work() as uow:
        place, year = mine(uow), _year()
        typed = (form.get("arrangement", ""), form.get("closures", ""))
        seen = form.get("seen", 0, type=int)
        chosen = keep(uow, place.id, year, *typed, form.get("note", ""), seen=seen, by=by)
        orders = moving.move(uow, moving.moves(uow, place, chosen), by=by)
    return url_for("holidays", year=year, said="calendar_published", order=orders)
