"""How fast the first forms of a stage come in, and what that comes to on its due day."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from engine.calendar.local_time import local_date, start_of_day
from engine.calendar.work_calendar import WorkCalendar
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from ledger.yearmap.members import INSTANCE, Offices

FILED = table_of(SubmissionRow)
SPAN = 5
"""Working days that are looked back."""


@dataclass(frozen=True)
class Forecast:
    """days: working days left, with today; recent: what came in the last SPAN of them; by_due: what will be there."""

    days: int
    recent: int
    by_due: int


def forecast(asked: int, handed: int, recent: int, days: int) -> Forecast:
    """Return what is handed in on the due day if it goes on as it did; never more than is asked for."""
    return Forecast(days, recent, min(asked, handed + recent * days // SPAN))


def since(today: date, calendar: WorkCalendar) -> date:
    """Return the first of the last SPAN working days before today."""
    day, left = today, SPAN
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_workday(day)
    return day


def first_filed(uow: UnitOfWork, campaign_id: int, offices: Offices, calendar: WorkCalendar) -> int:
    """Return how many members of a campaign filed for the first time in the last SPAN working days before today."""
    today = local_date(uow.now())
    begins, ends = start_of_day(since(today, calendar)), start_of_day(today)
    first = (
        select(func.min(FILED.c.submitted_at).label("at"))
        .join(INSTANCE, INSTANCE.c.id == FILED.c.instance_id)
        .where(INSTANCE.c.campaign_id == campaign_id, INSTANCE.c.completed_tasks > 0, ~FILED.c.withdrawn)
        .group_by(FILED.c.instance_id)
    )
    if offices is not None:
        first = first.where(INSTANCE.c.organisation_id.in_(sorted(offices)))
    found = first.subquery()
    recent = select(func.count()).select_from(found).where(found.c.at >= begins, found.c.at < ends)
    return uow.session.scalar(recent) or 0
