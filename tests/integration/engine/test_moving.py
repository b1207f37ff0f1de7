"""What operators do to an instance that cannot go on: move a token, with a reason and a look before."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engine import incidents, moving, timers
from engine.access import Actor
from engine.calendar.local_time import SHANGHAI
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.journal import AuditRow, Incident
from engine.model.timers import Timer
from engine.operations import Operations
from engine.uow import UnitOfWork
from host.workers import settling
from tests.integration.engine.office import LEADER, Office, jobs
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, REVIEWER
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    catch,
    chain,
    diagram,
    end,
    ends,
    event,
    gateway,
    messages,
    service,
    timer,
)

STEPS = diagram(
    "steps",
    ends(),
    both("f", "j"),
    jobs("u", "a", "b", "z"),
    service("post", "post"),
    boundary("late", "b", timer("duration", "P5D")),
    end("e2", event("terminate")),
    chain("late", "e2"),
    chain("s", "u", "f", "a", "j", "post", "z", "e"),
    chain("f", "b", "j"),
)
WAITING = diagram(
    "waits",
    ends(),
    gateway("eventBased", "g"),
    catch("heard", event("message", "reply"), key='"k"'),
    catch("until", timer("date", "dates.review.opens")),
    jobs("a", "b"),
    chain("s", "g", "heard", "a", "e"),
    chain("g", "until", "b", "e"),
    root=messages("reply"),
)
OPERATORS = ("section",)


@pytest.fixture
def refusing(operations: Operations) -> list[int]:
    """The operation `post` fails as long as the list is empty."""
    good: list[int] = []

    def post(*_: object) -> None:
        if not good:
            raise InvalidInput("总账没有开", code="post.closed")

    if "post" not in operations.names():
        operations.register("post", post)
    return good


def test_a_user_task_is_moved_on_with_a_reason(uow: UnitOfWork) -> None:
    office = Office(uow, STEPS).do("u")
    task_id = office.held("a", by=OTHER_PREPARER)

    seen = moving.plan(uow, office.id, task_id, "z", by=REVIEWER, operators=OPERATORS)
    assert office.open == "a b"
    moving.move(uow, office.id, task_id, "z", "附件无法补齐", by=REVIEWER, operators=OPERATORS)

    assert office.open == "b z"
    assert [one.name for one in seen.effects.opened] == ["任务 z"]
    assert [one.kind for one in seen.effects.kept] == ["task", "timer"]
    assert office.told == [("move", None), ("withdrawn", OTHER_PREPARER.person_id)]
    moved = next(one for one in office.history if one.type == "token.moved")
    assert (moved.element_id, moved.data["reason"], moved.actor_name) == ("z", "附件无法补齐", "赵六")
    audited = select(func.count()).where(
        AuditRow.instance_id == office.id, AuditRow.action == "instance.move"
    )
    assert uow.session.scalar(audited) == 1


def test_a_timer_is_moved_on(uow: UnitOfWork) -> None:
    office = Office(uow, WAITING)
    waiting = uow.session.scalars(select(Timer.token_id).where(Timer.instance_id == office.id)).one()

    moving.move(uow, office.id, waiting, "b", "提前开始", by=REVIEWER, operators=OPERATORS)

    assert (office.open, office.timers) == ("b", [("until", "cancelled")])


def test_moving_a_boundary_timer_moves_the_task_it_watches(uow: UnitOfWork) -> None:
    office = Office(uow, STEPS).do("u")
    waiting = uow.session.scalars(select(Timer.token_id).where(Timer.instance_id == office.id)).one()

    moving.move(uow, office.id, waiting, "u", "重来", by=REVIEWER, operators=OPERATORS)

    assert office.open == "u"


def test_a_timer_that_failed_for_good_is_left_and_its_incident_closed(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, WAITING)
    clock.set(datetime(2021, 3, 9, tzinfo=SHANGHAI))
    timer_id = uow.session.scalars(select(Timer.id).where(Timer.instance_id == office.id)).one()
    for _ in range(timers.ATTEMPTS):
        timers.next_attempt(uow, timer_id)
        timers.postpone(uow, timer_id, InvalidInput("不行", code="no"))
    uow.flush()
    waiting = uow.session.scalars(select(Timer.token_id).where(Timer.id == timer_id)).one()

    moving.move(uow, office.id, waiting, "b", "手工推进", by=REVIEWER, operators=OPERATORS)

    uow.session.expire_all()
    incident = uow.session.scalars(select(Incident).where(Incident.timer_id == timer_id)).one()
    assert (office.open, incident.resolution) == ("b", "流程已离开这一步")


def test_a_failed_step_is_moved_on_and_its_incident_closed(uow: UnitOfWork, refusing: list[int]) -> None:
    office = Office(uow, STEPS).do("u a b")
    incident = uow.session.scalars(select(Incident).where(Incident.instance_id == office.id)).one()
    assert incident.token_id is not None

    moving.move(uow, office.id, incident.token_id, "z", "已手工记账", by=REVIEWER, operators=OPERATORS)

    uow.session.expire_all()
    assert (office.open, incident.resolution) == ("z", "流程已离开这一步")
    with pytest.raises(WrongState):
        incidents.resolve(uow, incident.id, "再试", by=REVIEWER)


def test_whoever_settles_incidents_moves_one_to_a_place_that_is_offered(
    uow: UnitOfWork, refusing: list[int]
) -> None:
    office = Office(uow, STEPS).do("u a b")
    (found,) = incidents.waiting(uow.session, instance_id=office.id)
    administrator = Actor(None, "流程管理员")

    offered = dict(settling.places(uow.session, [found])[found.id])
    assert offered.keys() == {"u", "a", "b", "z", "e", "e2"} and offered["z"] == "任务 z"
    with pytest.raises(InvalidInput), uow.savepoint():
        settling.move(uow, found.id, "nowhere", "已手工记账", by=administrator)
    settling.move(uow, found.id, "z", "已手工记账", by=administrator)

    assert office.open == "z"
    assert incidents.waiting(uow.session, instance_id=office.id) == []
    assert next(one for one in office.history if one.type == "token.moved").actor_name == "流程管理员"


def test_a_look_at_a_move_runs_automatic_steps_and_undoes_them(uow: UnitOfWork, refusing: list[int]) -> None:
    office = Office(uow, STEPS).do("u")
    task_id = office.held("a")

    seen = moving.plan(uow, office.id, task_id, "post", by=REVIEWER, operators=OPERATORS)

    assert [one.kind for one in seen.effects.started] == ["failure"], (
        "post would fail: seen before it happens"
    )
    assert office.open == "a b"
    assert uow.session.scalars(select(Incident).where(Incident.instance_id == office.id)).all() == []
    refusing.append(1)
    moving.move(uow, office.id, task_id, "post", "总账已开", by=REVIEWER, operators=OPERATORS)
    assert office.open == "b z"


@pytest.mark.parametrize("nowhere", ["j", "s", "late", "no"])
def test_a_token_cannot_be_moved_where_none_can_stand(uow: UnitOfWork, nowhere: str) -> None:
    office = Office(uow, STEPS).do("u")

    with pytest.raises(InvalidInput) as refused:
        moving.move(uow, office.id, office.held("a"), nowhere, "x", by=REVIEWER, operators=OPERATORS)

    assert refused.value.code == "move.not_a_place"


def test_moving_needs_an_operator_a_reason_and_something_that_waits(uow: UnitOfWork) -> None:
    office = Office(uow, STEPS).do("u")
    task_id = office.held("a")

    def move(by: Actor, reason: str = "x", wait_id: UUID = task_id) -> None:
        with uow.savepoint():
            moving.move(uow, office.id, wait_id, "z", reason, by=by, operators=OPERATORS)

    for stranger in (PREPARER, LEADER):
        with pytest.raises(NotAllowed):
            move(stranger)
    with pytest.raises(InvalidInput):
        move(REVIEWER, " ")
    with pytest.raises((NotFound, Conflict)):
        move(REVIEWER, wait_id=uuid4())
    move(REVIEWER)
    with pytest.raises((NotFound, Conflict)):
        move(REVIEWER)
