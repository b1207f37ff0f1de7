"""Claim, release, complete, return, take back: what people do, on the real database."""

from uuid import uuid4

import pytest
from sqlalchemy import event, func, select

from engine import instances, tasks
from engine.calendar.local_time import local_date
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow, EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import LadderRung
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from forms.library import load
from forms.validation import validate
from host.composition import Bihuan
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import (
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    STRANGER,
    open_task,
    signed,
    started,
)


def test_a_task_starts_unclaimed_with_due_date_and_ladder(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)

    task = open_task(uow, instance_id)

    assert (task.element_id, task.role, task.organisation_id, task.round) == ("fill", "preparer", 11, 1)
    assert task.due_at is not None
    assert local_date(task.due_at).isoformat() == "2021-03-31"
    offsets = uow.session.scalars(select(LadderRung.offset_days).where(LadderRung.task_id == task.id))
    assert sorted(offsets) == [-10, -1, 1, 3]


def test_claiming_and_completing_moves_to_the_reviewer(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)

    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)

    following = open_task(uow, instance_id)
    assert (following.element_id, following.role, following.organisation_id) == ("check", "section", 1)
    planned = select(func.count()).where(LadderRung.task_id == task.id, LadderRung.status == "planned")
    assert uow.session.scalar(planned) == 0


def test_an_instance_ends_after_the_last_task(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    for actor in (PREPARER, REVIEWER):
        task = open_task(uow, instance_id)
        tasks.claim(uow, task.id, by=actor)
        tasks.complete(uow, task.id, signed(), by=actor)

    uow.session.expire_all()
    instance = uow.session.get_one(ProcessInstance, instance_id)

    assert (instance.status, instance.completed_tasks) == ("completed", 2)
    assert instance.ended_at == uow.now()


def test_a_task_of_another_unit_is_refused(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))

    with pytest.raises(NotAllowed) as refused, uow.savepoint():
        tasks.claim(uow, task.id, by=STRANGER)

    assert refused.value.code == "task.not_allowed"
    assert open_task(uow, task.instance_id).assignee_id is None


def test_a_claimed_task_cannot_be_claimed_again(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)

    with pytest.raises(Conflict, match="张三"):
        tasks.claim(uow, task.id, by=OTHER_PREPARER)


def test_completing_without_a_claim_is_refused(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))

    with pytest.raises(NotAllowed) as refused:
        tasks.complete(uow, task.id, signed(), by=PREPARER)

    assert refused.value.code == "task.not_yours"


def test_a_released_task_is_free_for_others(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)

    tasks.release(uow, task.id, by=PREPARER)

    tasks.claim(uow, task.id, by=OTHER_PREPARER)
    assert open_task(uow, task.instance_id).assignee_id == OTHER_PREPARER.person_id


def test_only_the_holder_releases(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)

    with pytest.raises(NotAllowed):
        tasks.release(uow, task.id, by=OTHER_PREPARER)


def test_another_form_than_the_tasks_is_refused(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)
    other = validate(load("opinion_reply"), {"agreed": True})

    with pytest.raises(InvalidInput) as refused:
        tasks.complete(uow, task.id, other, by=PREPARER)

    assert refused.value.code == "task.wrong_form"


def test_completing_twice_tells_the_second(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)

    with pytest.raises(WrongState) as refused:
        tasks.complete(uow, task.id, signed(), by=PREPARER)

    assert refused.value.code == "task.wrong_state"


def test_an_unknown_task_is_not_found(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        tasks.claim(uow, uuid4(), by=PREPARER)


def test_a_returned_form_comes_back_in_round_two_with_days_added(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    review = open_task(uow, instance_id)
    tasks.claim(uow, review.id, by=REVIEWER)

    tasks.complete(uow, review.id, signed(agreed=False), by=REVIEWER)

    again = open_task(uow, instance_id)
    assert (again.element_id, again.round) == ("fill", 2)
    assert again.due_at is not None
    assert local_date(again.due_at).isoformat() == "2021-04-08", "31 March + 5 working days over Qingming"


def test_taking_back_reopens_the_task_and_removes_the_next(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)

    withdraw(uow, task.id, by=PREPARER)

    again = open_task(uow, instance_id)
    assert (again.id, again.assignee_id) == (task.id, PREPARER.person_id)
    assert uow.session.scalar(select(SubmissionRow.withdrawn).where(SubmissionRow.task_id == task.id))
    planned = select(func.count()).where(LadderRung.task_id == task.id, LadderRung.status == "planned")
    assert uow.session.scalar(planned) == 4
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    assert open_task(uow, instance_id).element_id == "check"


def test_taking_back_is_refused_once_the_next_task_was_opened(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    tasks.claim(uow, open_task(uow, instance_id).id, by=REVIEWER)

    with pytest.raises(WrongState) as refused:
        withdraw(uow, task.id, by=PREPARER)

    assert refused.value.code == "task.next_opened"


def test_only_the_author_takes_back(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)

    with pytest.raises(NotAllowed):
        withdraw(uow, task.id, by=OTHER_PREPARER)


def test_cancelling_ends_tasks_and_ladder(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)

    instances.cancel(uow, instance_id, "项目取消", by=REVIEWER)

    uow.session.expire_all()
    assert uow.session.get_one(UserTask, task.id).status == "cancelled"
    assert uow.session.get_one(ProcessInstance, instance_id).status == "cancelled"
    statuses = set(uow.session.scalars(select(LadderRung.status).where(LadderRung.task_id == task.id)))
    assert statuses == {"skipped"}
    with pytest.raises(WrongState):
        instances.cancel(uow, instance_id, "again", by=REVIEWER)


def test_the_same_business_key_starts_once(uow: UnitOfWork) -> None:
    started(uow, REVIEW, code="once")

    with pytest.raises(Conflict) as refused, uow.savepoint():
        started(uow, REVIEW, code="once")

    assert refused.value.code == "instance.duplicate"


def test_a_completion_is_one_commit_and_at_most_ten_statements(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task = open_task(uow, started(uow, REVIEW))
        tasks.claim(uow, task.id, by=PREPARER)
    statements: list[str] = []
    commits: list[int] = []
    engine = bihuan.database.system_engine
    listen = [
        ("before_cursor_execute", lambda *call: statements.append(call[2])),
        ("commit", lambda _: commits.append(1)),
    ]
    for name, listener in listen:
        event.listen(engine, name, listener)

    with bihuan.unit_of_work() as uow:
        tasks.complete(uow, task.id, signed(), by=PREPARER)

    for name, listener in listen:
        event.remove(engine, name, listener)
    assert len(commits) == 1
    assert len(statements) <= 10, statements


def test_every_command_leaves_history_and_audit(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, REVIEW)
        task = open_task(uow, instance_id)
        tasks.claim(uow, task.id, by=PREPARER)
        tasks.complete(uow, task.id, signed(), by=PREPARER)

    with bihuan.unit_of_work() as uow:
        events = uow.session.scalars(
            select(EventRow.type).where(EventRow.instance_id == instance_id).order_by(EventRow.id)
        ).all()
        audited = uow.session.scalars(
            select(AuditRow.action).where(AuditRow.subject == str(task.id)).order_by(AuditRow.id)
        ).all()
    assert events == [
        "instance.started",
        "task.created",
        "task.claimed",
        "task.completed",
        "task.created",
    ]
    assert audited == ["task.claim", "task.complete"]
