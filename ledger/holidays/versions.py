"""The calendar of a place: the national one that comes with the program under the versions its bureau published."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.calendar.documents import national
from engine.calendar.work_calendar import WorkCalendar
from engine.errors import Conflict, InvalidInput
from engine.once import once
from engine.uow import UnitOfWork
from ledger.holidays.notice import overlaid
from ledger.model.calendars import CalendarVersion

LONGEST_NOTE, LONGEST_TEXT = 200, 4_000


def calendar_of(session: Session, jurisdiction_id: int) -> WorkCalendar:
    """Return the calendar that holds at a place now."""
    one = CalendarVersion
    latest = select(one).ext(distinct_on(one.year)).where(one.jurisdiction_id == jurisdiction_id)
    calendar = national()
    for row in session.scalars(latest.order_by(one.year, one.version.desc())):
        calendar = overlaid(calendar, row.year, row.body["arrangement"], row.body["closures"])
    return calendar


def published(session: Session, jurisdiction_id: int, year: int) -> Sequence[CalendarVersion]:
    """Return the versions of a year, the newest first."""
    one = CalendarVersion
    found = select(one).where(one.jurisdiction_id == jurisdiction_id, one.year == year)
    return session.scalars(found.order_by(one.version.desc())).all()


def keep(
    uow: UnitOfWork,
    jurisdiction_id: int,
    year: int,
    arrangement: str,
    closures: str,
    note: str,
    *,
    seen: int,
    by: Actor,
) -> WorkCalendar:
    """Keep the next version of a year and return the calendar with it. seen: the latest version its author saw.

    Raises InvalidInput; Conflict if somebody else published one meanwhile.
    """
    note = " ".join(note.split())
    if not 0 < len(note) <= LONGEST_NOTE:
        raise InvalidInput(f"请写依据,如通知的文号,最多 {LONGEST_NOTE} 字。", code="calendar.note")
    if len(arrangement) > LONGEST_TEXT or len(closures) > LONGEST_TEXT:
        raise InvalidInput(f"最多 {LONGEST_TEXT} 字;请只保留放假和上班的日子。", code="calendar.too_long")
    known = published(uow.session, jurisdiction_id, year)
    latest = known[0].version if known else 0
    newer = Conflict("刚才有人发布了这一年的新安排;请刷新后再看。", code="calendar.newer")
    if latest != seen:
        raise newer
    calendar = overlaid(calendar_of(uow.session, jurisdiction_id), year, arrangement, closures)
    version = CalendarVersion(
        jurisdiction_id=jurisdiction_id,
        year=year,
        version=latest + 1,
        body={"arrangement": arrangement, "closures": closures},
        note=note,
        published_at=uow.now(),
        published_by=by.name,
    )
    with once(uow, {"uq_calendar_version_jurisdiction_id_year_version": newer}):
        uow.session.add(version)
    facts = {"version": latest + 1, "note": note}
    uow.audit("calendar.publish", by=by, subject=f"{jurisdiction_id}/{year}", data=facts)
    return calendar
