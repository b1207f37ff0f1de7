"""年度考核: opened in the month the policy names, with what is counted of each unit since January; not at all without one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine import tasks, timers
from engine.calendar.local_time import local_date, start_of_day
from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from forms.prefilling import prefilled
from host.filing import desk_of, file_task
from ledger.model.assessment import Assessment
from ledger.model.lateness import LateSubmission
from ledger.policy.pack import load
from tests.integration.ledger.test_extensions import holder, open_tasks
from tests.integration.ledger.test_stages import OPENS, clock, pass_time, planning

__all__ = ["clock"]
DECEMBER = start_of_day(date(2021, 12, 1))


def live(uow: UnitOfWork, clock: VirtualClock) -> None:
    """Let the scheduler look in December; what an instance has due fires together."""
    clock.set(DECEMBER)
    while due := timers.lease(uow, 1_000):
        for timer_id in due:
            timers.fire(uow, timer_id)


def opened(uow: UnitOfWork) -> list[UserTask]:
    return open_tasks(uow, definition_key="assessment")


def begun(uow: UnitOfWork, task: UserTask) -> dict[str, Any]:
    desk = desk_of(uow, task.id)
    return prefilled(desk.definition, context=desk.context, functions=desk.functions)


def test_in_its_month_the_performance_section_decides_on_the_counts_of_the_year_and_the_units_are_told(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    planning(uow, load("cn-default").resolve(2021, {"assessment.month": 12}))
    pass_time(uow, clock, OPENS)
    pass_time(uow, clock, start_of_day(date(2020, 12, 1)))
    [first, *_] = uow.session.scalars(select(LateSubmission)).all()
    first.found_at = datetime(2021, 6, 1, tzinfo=UTC)
    uow.session.flush()
    assert opened(uow) == []
    live(uow, clock)

    [task] = opened(uow)
    assert (task.role, task.form_key) == ("performance", "assessment")
    lines = {one["no"]: one for one in begun(uow, task)["lines"]}
    assert sum(int(one["late"]) for one in lines.values()) == 1, "only what was found this calendar year"
    assert int(lines[str(first.organisation_id)]["late"]) == 1
    by = holder(task)
    tasks.claim(uow, task.id, by=by)
    typed = [
        {**one, "points": "95" if number == str(first.organisation_id) else None}
        for number, one in lines.items()
    ]
    file_task(uow, task.id, {"opinion": "同意", "lines": typed}, by=by)

    rows = {one.organisation_id: one for one in uow.session.scalars(select(Assessment))}
    assert len(rows) == len(lines) and {one.year for one in rows.values()} == {2021}
    mine = rows[first.organisation_id]
    assert (mine.late, mine.missing, mine.points) == (1, 1, Decimal(95))
    assert mine.days == (date(2021, 12, 1) - local_date(datetime(2020, 11, 30, tzinfo=UTC))).days
    told = select(Notification.organisation_id).where(Notification.text.contains("考核已核定"))
    assert set(uow.session.scalars(told)) >= set(rows)


@pytest.mark.parametrize("values", [{}, {"assessment.month": 12, "assessment.enabled": False}])
def test_without_a_month_or_where_it_is_switched_off_nothing_is_opened(
    uow: UnitOfWork, clock: VirtualClock, values: dict[str, Any]
) -> None:
    planning(uow, load("cn-default").resolve(2021, values))
    pass_time(uow, clock, OPENS)

    live(uow, clock)

    assert opened(uow) == []
