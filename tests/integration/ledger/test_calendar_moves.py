"""What another arrangement of holidays moves: the preview says it, publishing does just that, and tells just those."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from engine.calendar.local_time import local_date
from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Notification
from engine.uow import UnitOfWork
from ledger.holidays import moving
from ledger.holidays.foreseeing import TasksThatMove, tasks_that_move
from ledger.holidays.notice import overlaid
from ledger.holidays.versions import calendar_of
from ledger.policies_in_force import Place, places
from tests.integration.ledger.test_extensions import LATER, ask, decide, due_on, filing, open_tasks
from tests.integration.ledger.test_stage_days import carry_out
from tests.integration.ledger.test_stages import BOSS, campaign, chosen, clock, pack, planned

__all__ = ["chosen", "clock", "filing", "pack", "planned"]
Ids = dict[tuple[str, int], int]
CLOSED = "县庆 2020-11-30 至 2020-12-01"
MOVED = date(2020, 12, 2)
"""The working day after the closure: 30 November 2020 is a Monday."""


def found_under(uow: UnitOfWork, place: Place, closures: str) -> moving.Moves:
    """Return what moves when the national days of 2020 are dropped and the county closes."""
    calendar = overlaid(calendar_of(uow.session, place.id), 2020, "", closures)
    return moving.moves(uow, place, calendar)


def publish(uow: UnitOfWork, found: moving.Moves) -> None:
    """Move it all, and let the workers do what was ordered."""
    for order in moving.move(uow, found, by=BOSS):
        carry_out(uow, order)


def dues(uow: UnitOfWork) -> dict[UserTask, datetime | None]:
    return {one: one.due_at for one in open_tasks(uow)}


def by_day(found: Sequence[TasksThatMove]) -> Counter[tuple[str, date, date]]:
    return Counter({(one.name, one.old, one.new): one.tasks for one in found})


@pytest.fixture
def place(uow: UnitOfWork, filing: list[UserTask]) -> Place:
    """The county, with six targets that are being filed."""
    return places(uow.session, filing[0].jurisdiction_id)[0]


def test_publishing_moves_and_tells_what_the_preview_said_no_more_and_no_less(
    uow: UnitOfWork, place: Place, filing: list[UserTask], planned: Ids
) -> None:
    decide(uow, ask(uow, filing[0]), outcome="同意", until=LATER.isoformat())
    ask(uow, filing[1])
    found = found_under(uow, place, CLOSED)
    heard = set(uow.session.scalars(select(Notification.id)))
    before = dues(uow)

    said = tasks_that_move(uow, place.id, found.batches, by=BOSS)
    assert dues(uow) == before, "looking changes nothing"
    publish(uow, found)

    after = dues(uow)
    moved = {one for one in after if after[one] != before[one]}
    days = [(one.name, *(local_date(due) for due in (before[one], after[one]) if due)) for one in moved]
    assert by_day(said) == Counter(days)
    assert {(one.name, one.new): one.tasks for one in said} == {
        ("填报绩效目标", MOVED): 5,
        ("业务科室审批延期", date(2020, 10, 13)): 1,
    }, "a deadline in no stage, counted in working days, moves too"
    assert due_on(uow, filing[0].id) == LATER, "who was granted more time keeps it"
    told = select(Notification.task_id, Notification.kind).where(Notification.id.not_in(heard))
    assert set(uow.session.execute(told)) == {(one.id, "redated") for one in moved}
    rungs = select(LadderRung.at, LadderRung.offset_days).filter_by(task_id=filing[2].id, status="planned")
    assert {local_date(at) - timedelta(days=days) for at, days in uow.session.execute(rungs)} == {MOVED}
    assert local_date(campaign(uow, planned["target", 1]).due_at) == MOVED


def test_an_arrangement_that_changes_no_day_moves_nobody(
    uow: UnitOfWork, place: Place, filing: list[UserTask]
) -> None:
    ask(uow, filing[1])
    found = moving.moves(uow, place, calendar_of(uow.session, place.id))
    before = dues(uow)

    assert (found.batches, tasks_that_move(uow, place.id, found.batches, by=BOSS)) == ([], [])
    publish(uow, found)

    assert dues(uow) == before and not uow.session.scalars(select(Notification)).all()


def test_the_preview_asks_as_often_for_many_tasks_as_for_one(
    uow: UnitOfWork, place: Place, filing: list[UserTask], clock: VirtualClock
) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(*told: object) -> None:
            statements.append(str(told[2]))

        found = found_under(uow, place, CLOSED)
        event.listen(uow.connection(), "before_cursor_execute", note)
        assert tasks_that_move(uow, place.id, found.batches, by=BOSS)
        event.remove(uow.connection(), "before_cursor_execute", note)
        return len(statements)

    ask(uow, filing[0])
    few = asked()
    for one in filing[1:]:
        ask(uow, one)

    assert asked() == few == 2
