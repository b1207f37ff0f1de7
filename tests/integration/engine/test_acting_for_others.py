"""A substitute acts in somebody's name: every record says so, and nobody is two people in one instance."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine import assigning, returning, tasks
from engine.access import Actor
from engine.bpmn.run import Place
from engine.errors import NotAllowed
from engine.model.journal import AuditRow, EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.uow import UnitOfWork
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.office import roles_of
from tests.integration.engine.stage import (
    BUREAU,
    PREPARER,
    REVIEWER,
    UNIT,
    open_task,
    signed,
    started,
)

MEI = Actor(301, "梅青", frozenset({("section", BUREAU)}))
FOR_PREPARER = PREPARER.replaced_by(MEI)
FOR_REVIEWER = REVIEWER.replaced_by(PREPARER)


def done(uow: UnitOfWork, task: UserTask, by: Actor) -> UserTask:
    tasks.claim(uow, task.id, by=by)
    tasks.complete(uow, task.id, signed(), by=by)
    return task


def test_every_record_names_the_substitute_and_the_person(uow: UnitOfWork) -> None:
    task = done(uow, open_task(uow, started(uow, REVIEW)), FOR_PREPARER)
    uow.flush()
    uow.session.expire_all()

    kept = uow.session.get_one(UserTask, task.id)
    filed = uow.session.scalars(select(SubmissionRow).where(SubmissionRow.task_id == task.id)).one()
    events = uow.session.scalars(select(EventRow).where(EventRow.task_id == task.id))
    audits = uow.session.scalars(select(AuditRow).where(AuditRow.subject == str(task.id)))
    journal = [*events, *audits]
    assert (kept.assignee_id, kept.assignee_name) == (101, "梅青 代 张三")
    assert (filed.actor_id, filed.hand_id, filed.actor_name) == (101, 301, "梅青 代 张三")
    told = [one for one in journal if one.actor_name != "系统"]
    assert len(told) >= 4
    assert {(one.actor_id, one.actor_name, one.data["behalf_of_id"]) for one in told} == {
        (301, "梅青 代 张三", 101)
    }


def test_a_task_held_by_the_person_is_completed_by_the_substitute(uow: UnitOfWork) -> None:
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)

    tasks.complete(uow, task.id, signed(), by=FOR_PREPARER)

    uow.session.expire_all()
    assert uow.session.get_one(UserTask, task.id).assignee_name == "梅青 代 张三"


def test_a_substitute_does_not_review_what_he_prepared(uow: UnitOfWork) -> None:
    task = done(uow, open_task(uow, started(uow, REVIEW)), PREPARER)
    review = open_task(uow, task.instance_id)

    with pytest.raises(NotAllowed) as refused, uow.savepoint():
        tasks.claim(uow, review.id, by=FOR_REVIEWER)
    assert refused.value.code == "substitute.conflict"

    tasks.claim(uow, review.id, by=REVIEWER)
    with pytest.raises(NotAllowed) as refused, uow.savepoint():
        tasks.complete(uow, review.id, signed(), by=FOR_REVIEWER)
    assert refused.value.code == "substitute.conflict"


def test_nobody_reviews_or_returns_what_he_prepared_as_a_substitute(uow: UnitOfWork) -> None:
    task = done(uow, open_task(uow, started(uow, REVIEW)), FOR_PREPARER)
    review = open_task(uow, task.instance_id)
    tasks.claim(uow, review.id, by=REVIEWER)
    assigning.transfer(uow, review.id, MEI, "出差", by=REVIEWER)

    with pytest.raises(NotAllowed) as refused, uow.savepoint():
        tasks.complete(uow, review.id, signed(), by=MEI)
    assert refused.value.code == "substitute.conflict"

    place = Place(task.definition_key, task.element_id)
    with pytest.raises(NotAllowed) as refused, uow.savepoint():
        returning.send_back(uow, review.id, place, "补材料", by=MEI, roles_of=roles_of)
    assert refused.value.code == "substitute.conflict"


def test_the_same_hand_goes_on_in_the_same_name(uow: UnitOfWork) -> None:
    task = done(uow, open_task(uow, started(uow, REVIEW)), FOR_PREPARER)
    review = open_task(uow, task.instance_id)
    tasks.claim(uow, review.id, by=REVIEWER)
    place = Place(task.definition_key, task.element_id)
    returning.send_back(uow, review.id, place, "补材料", by=REVIEWER, roles_of=roles_of)

    again = open_task(uow, task.instance_id)

    assert (again.assignee_id, again.assignee_name) == (101, "张三")
    tasks.complete(uow, again.id, signed(), by=FOR_PREPARER)


def test_a_substitute_for_some_roles_has_no_hand_in_the_others(uow: UnitOfWork) -> None:
    both = Actor(101, "张三", PREPARER.roles | {("unit_head", UNIT)})
    task = open_task(uow, started(uow, REVIEW))
    tasks.claim(uow, task.id, by=PREPARER)
    head_only = both.replaced_by(MEI, {("unit_head", UNIT)})

    commands: list[Callable[[], None]] = [
        lambda: tasks.complete(uow, task.id, signed(), by=head_only),
        lambda: tasks.release(uow, task.id, by=head_only),
        lambda: assigning.transfer(uow, task.id, PREPARER, "代办", by=head_only),
    ]
    for command in commands:
        with pytest.raises(NotAllowed), uow.savepoint():
            command()
