"""A timer at the border of a task that counts from the day the task is due: it moves with that day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions, migrating, suspending, timers, withdrawing
from engine.access import SYSTEM
from engine.bpmn.fates import Crossing
from engine.calendar.local_time import SHANGHAI, local_date, start_of_day
from engine.clock import VirtualClock
from engine.migrating import Passage
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.parameters import parameters
from engine.redating import NewDays, redate
from engine.uow import UnitOfWork
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import BODY, PREPARER, published
from tests.unit.bpmn.diagrams import boundary, chain, diagram, end, ends, timer

RULE = 'workdays_after(task_due, 2) + duration("P1D")'
FIRST = date(2021, 4, 3)
"""Midnight after the second working day behind 31 March."""


def drawn(rule: str = RULE) -> bytes:
    return diagram(
        "counting",
        ends(),
        jobs("a", "b"),
        boundary("overdue", "a", timer("date", rule), interrupting=False),
        end("noted"),
        chain("overdue", "noted"),
        chain("s", "a", "b", "e"),
    )


PLAIN = diagram("counting", ends(), jobs("a", "b"), chain("s", "a", "b", "e"))


def days(office: Office, status: str = "planned") -> list[date]:
    office.uow.flush()
    mine = select(Timer.due_at).where(Timer.instance_id == office.id, Timer.status == status)
    return [local_date(at) for at in office.uow.session.scalars(mine.order_by(Timer.id))]


def fired(office: Office, clock: VirtualClock, day: date) -> list[str]:
    """Let the morning of a day come; return the timers that have fired by then."""
    clock.set(start_of_day(day) + timedelta(hours=1))
    for timer_id in timers.lease(office.uow, 100):
        timers.fire(office.uow, timer_id)
    return [element for element, status in office.timers if status == "fired"]


def test_it_waits_for_the_policy_s_working_days_behind_the_due_day_and_leaves_the_task_open(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, drawn())

    assert days(office) == [FIRST]
    assert fired(office, clock, FIRST - timedelta(days=1)) == []
    assert fired(office, clock, FIRST) == ["overdue"]
    assert office.open == "a"


def test_whoever_is_done_in_time_is_not_late(uow: UnitOfWork, clock: VirtualClock) -> None:
    office = Office(uow, drawn()).do("a")

    assert (days(office), office.timers) == ([], [("overdue", "cancelled")])
    assert fired(office, clock, FIRST) == []


@pytest.mark.parametrize(
    "rule", ["workdays_after(task_due, policy.missing)", "if task_due = null then today else null"]
)
def test_a_rule_that_comes_to_nothing_never_fires(uow: UnitOfWork, clock: VirtualClock, rule: str) -> None:
    office = Office(uow, drawn(rule))

    assert (office.timers, fired(office, clock, date(2022, 1, 1))) == ([], [])
    assert office.do("a b").open == ""


def test_a_task_that_opens_when_its_day_is_over_has_none(uow: UnitOfWork, clock: VirtualClock) -> None:
    clock.set(datetime(2021, 4, 1, 2, tzinfo=UTC))

    assert Office(uow, drawn()).timers == []


def test_a_task_that_comes_back_is_late_by_its_own_new_day(uow: UnitOfWork, clock: VirtualClock) -> None:
    office = Office(uow, drawn()).do("a")
    clock.set(datetime(2021, 4, 6, 2, tzinfo=UTC))

    office.send_back("b", "a")

    due = local_date(office.task("a").due_at or clock.now())
    assert due == date(2021, 4, 13) and days(office) == [date(2021, 4, 16)]


def test_a_form_taken_back_is_late_by_the_day_it_had(uow: UnitOfWork, clock: VirtualClock) -> None:
    office = Office(uow, drawn()).do("a")
    done = uow.session.scalars(
        select(UserTask.id).where(UserTask.element_id == "a", UserTask.status == "completed")
    ).one()

    withdrawing.withdraw(uow, done, by=PREPARER)

    assert days(office) == [FIRST]
    assert fired(office, clock, FIRST) == ["overdue"]


def test_another_day_for_the_task_moves_it_and_a_day_of_the_stage_alone_does_not(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, drawn())
    task, parameter_hash = office.task("a"), known(uow)
    until = datetime(2021, 4, 8, 23, 59, 59, tzinfo=SHANGHAI)

    redate(uow, office.id, NewDays(parameter_hash, {start_of_day(FIRST): until}), "阶段推迟", by=SYSTEM)
    assert days(office) == [FIRST]
    redate(uow, office.id, NewDays(parameter_hash, {}, tasks={task.id: until}), "延期", by=SYSTEM)

    assert days(office) == [date(2021, 4, 13)]
    assert fired(office, clock, date(2021, 4, 12)) == []
    assert fired(office, clock, date(2021, 4, 13)) == ["overdue"]


def known(uow: UnitOfWork, **changes: Any) -> str:
    body: Mapping[str, Any] = {**BODY, **changes}
    return definitions.keep_parameters(uow, parameters(body))


def test_a_suspension_that_puts_off_the_due_day_puts_it_off_as_well(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, drawn())
    suspending.suspend(uow, office.id, "等文件", by=SYSTEM)
    clock.set(datetime(2021, 3, 8, tzinfo=UTC))

    suspending.resume(uow, office.id, "文件到了", by=SYSTEM, shift=True)

    assert local_date(office.task("a").due_at or clock.now()) == date(2021, 4, 8)
    assert days(office) == [date(2021, 4, 13)]


def test_a_running_task_gets_it_with_the_new_version_of_its_diagram(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, PLAIN)
    assert office.timers == []

    migrating.migrate(uow, office.id, Passage(published(uow, drawn()), Crossing()), "换版", by=SYSTEM)

    assert days(office) == [FIRST]
    assert fired(office, clock, FIRST) == ["overdue"]


def test_a_version_that_counts_anew_moves_it(uow: UnitOfWork) -> None:
    office = Office(uow, drawn())
    later = drawn(RULE.replace("2", "3"))

    migrating.migrate(
        uow, office.id, Passage(published(uow, later), Crossing(recompute=True)), "换版", by=SYSTEM
    )

    assert days(office) == [FIRST + timedelta(days=4)], "over the holiday"
