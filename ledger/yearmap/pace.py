"""How fast the first forms of a stage come in, and what that comes to on its due day."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from engine.calendar.local_time import local_date, start_of_day
from engine.calendar.work_calendar import WorkCalendar
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from ledger.yearmap.members import INSTANCE, MEMBER, Offices

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
        select(func.min(FILED.c.submitted_at))
        .where(FILED.c.instance_id == MEMBER.c.instance_id, ~FILED.c.withdrawn)
        .scalar_subquery()
    )
    member = [MEMBER.c.campaign_id == campaign_id, first >= begins, first < ends]
    if offices is not None:
        member.append(MEMBER.c.organisation_id.in_(sorted(offices)))
    handed = INSTANCE.c.completed_tasks > 0
    found = select(func.count()).select_from(MEMBER).join(INSTANCE, INSTANCE.c.id == MEMBER.c.instance_id)
    return uow.session.scalar(found.where(*member, handed)) or 0
