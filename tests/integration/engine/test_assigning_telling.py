"""Copies for information (抄送) and urging (催办)."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine import assigning, countersigning, instances, standing, tasks, telling
from engine.access import SYSTEM, Actor
from engine.adding_signers import add_signers
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.papers import TaskCopy
from engine.model.timers import Notification
from engine.signers import Signer
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.committee import MEMBERS, happened, meeting, statements, voting
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import (
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    STRANGER,
    UNIT,
    open_task,
    signed,
    started,
)
from tests.integration.engine.test_faults import at_once

LEADERS = [Actor(501, "局长"), Actor(502, "副局长")]


def mine(uow: UnitOfWork) -> UUID:
    task_id = open_task(uow, started(uow, REVIEW)).id
    tasks.claim(uow, task_id, by=PREPARER)
    return task_id


def copies(uow: UnitOfWork, task_id: UUID) -> list[str]:
    rows = select(TaskCopy.person_name).where(TaskCopy.task_id == task_id).order_by(TaskCopy.id)
    return list(uow.session.scalars(rows))


def told(uow: UnitOfWork, task_id: UUID) -> list[tuple[str, int | None, int]]:
    rows = select(Notification.recipient, Notification.person_id, Notification.organisation_id)
    found = uow.session.execute(rows.where(Notification.task_id == task_id).order_by(Notification.id))
    return [(recipient, person, place) for recipient, person, place in found]


def test_copies_are_sent_once_to_each(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    first = telling.cc(uow, task_id, [*LEADERS, LEADERS[0]], by=PREPARER)
    second = telling.cc(uow, task_id, [LEADERS[1], REVIEWER], by=PREPARER)

    assert (first, second, copies(uow, task_id)) == (2, 1, ["局长", "副局长", "赵六"])


def test_who_filed_or_signed_sends_copies_of_a_completed_task(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    tasks.complete(uow, task_id, signed(), by=PREPARER)
    _, counter_signed = meeting(uow, "any", "[300, 301]")
    voting(uow, counter_signed, "y")

    assert telling.cc(uow, task_id, LEADERS, by=PREPARER) == 2
    assert telling.cc(uow, counter_signed, LEADERS, by=MEMBERS[0]) == 2


def test_others_send_no_copies_nor_of_cancelled_tasks(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    for by in (OTHER_PREPARER, STRANGER):
        with pytest.raises(NotAllowed):
            telling.cc(uow, task_id, LEADERS, by=by)
    for wrong in ([], [SYSTEM], LEADERS * 51):
        with pytest.raises(InvalidInput):
            telling.cc(uow, task_id, wrong, by=PREPARER)
    with pytest.raises(NotFound):
        telling.cc(uow, uuid4(), LEADERS, by=PREPARER)
    instances.cancel(uow, open_task_instance(uow, task_id), "取消", by=SYSTEM)
    with pytest.raises(WrongState):
        telling.cc(uow, task_id, LEADERS, by=PREPARER)


def open_task_instance(uow: UnitOfWork, task_id: UUID) -> UUID:
    found: UUID = standing.read(uow, task_id)["instance_id"]
    return found


def test_urging_tells_the_holder_with_text_and_sender(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    assert telling.urge(uow, task_id, " 请今天办结 ", by=REVIEWER) == 1

    row = uow.session.scalars(select(Notification).where(Notification.task_id == task_id)).one()
    assert (row.kind, row.recipient, row.person_id, row.organisation_id) == ("urge", "assignee", 101, UNIT)
    assert (row.text, row.sender_id, row.sender_name, row.rung_id) == ("请今天办结", 201, "赵六", None)
    assert happened(uow, open_task_instance(uow, task_id))[-1] == "task.urged"


def test_urging_an_unclaimed_task_tells_its_group(uow: UnitOfWork) -> None:
    task_id = open_task(uow, started(uow, REVIEW)).id

    telling.urge(uow, task_id, "请认领", by=REVIEWER)

    assert told(uow, task_id) == [("preparer", None, UNIT)]


def test_urging_a_delegated_task_tells_who_works_on_it(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)

    telling.urge(uow, task_id, "快", by=PREPARER)

    assert told(uow, task_id) == 2 * [("assignee", 102, UNIT)]  # when it was delegated, and now


def test_urging_a_counter_signed_task_tells_each_who_has_not_signed(uow: UnitOfWork) -> None:
    signers = '[300, 301, 302, {role: "expert", party: "bureau"}]'
    _, task_id = meeting(uow, "all", signers)
    voting(uow, task_id, "y")

    assert telling.urge(uow, task_id, "请签署", by=PREPARER) == 3

    assert sorted(told(uow, task_id), key=str) == [
        ("assignee", 301, 1),
        ("assignee", 302, 1),
        ("expert", None, 1),
    ]


def test_a_task_others_must_sign_first_urges_them_and_then_the_assignee(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    add = telling_signers(uow, task_id)

    telling.urge(uow, task_id, "一", by=REVIEWER)
    countersigning.sign(uow, task_id, True, "", by=add)
    telling.urge(uow, task_id, "二", by=OTHER_PREPARER)

    assert told(uow, task_id) == [("assignee", 300, UNIT), ("assignee", 101, UNIT)]


def telling_signers(uow: UnitOfWork, task_id: UUID) -> Actor:
    add_signers(uow, task_id, [Signer(MEMBERS[0].person_id, MEMBERS[0].name)], "before", "", by=PREPARER)
    return MEMBERS[0]


def test_once_an_hour_per_task_and_sender(uow: UnitOfWork, clock: VirtualClock) -> None:
    task_id, other = mine(uow), mine(uow)
    telling.urge(uow, task_id, "一", by=REVIEWER)
    clock.set(clock.now() + timedelta(minutes=59))

    with pytest.raises(Conflict) as refused:
        telling.urge(uow, task_id, "二", by=REVIEWER)
    assert refused.value.code == "task.urged"
    telling.urge(uow, task_id, "别人", by=OTHER_PREPARER)
    telling.urge(uow, other, "别的任务", by=REVIEWER)
    clock.set(clock.now() + timedelta(minutes=1))
    telling.urge(uow, task_id, "三", by=REVIEWER)

    assert len(told(uow, task_id)) == 3


def test_two_clicks_at_once_urge_once(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = mine(uow)

    def urging() -> None:
        with bihuan.unit_of_work() as uow:
            telling.urge(uow, task_id, "快", by=REVIEWER)

    assert Counter(at_once([urging] * 4)) == {"done": 1, "task.urged": 3}


def test_strangers_holders_and_empty_texts_do_not_urge(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    for by in (STRANGER, PREPARER, Actor(105, "无岗")):
        with pytest.raises(NotAllowed):
            telling.urge(uow, task_id, "快", by=by)
    for text in ("", "  ", "长" * 501):
        with pytest.raises(InvalidInput):
            telling.urge(uow, task_id, text, by=REVIEWER)
    with pytest.raises(NotFound):
        telling.urge(uow, uuid4(), "快", by=REVIEWER)
    tasks.complete(uow, task_id, signed(), by=PREPARER)
    with pytest.raises(WrongState):
        telling.urge(uow, task_id, "快", by=REVIEWER)


def test_urging_is_three_statements(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = mine(uow)

    with statements(bihuan) as seen, bihuan.unit_of_work() as uow:
        telling.urge(uow, task_id, "快", by=REVIEWER)

    assert len(seen) == 3, seen
