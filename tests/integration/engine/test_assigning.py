"""Tasks in other hands: delegated ones come back, transferred ones do not."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine import assigning, ladder, tasks
from engine.access import SYSTEM, Actor
from engine.adding_signers import add_signers
from engine.clock import VirtualClock
from engine.errors import InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.journal import AuditRow, EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import LadderRung, Notification
from engine.signers import Signer
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from host.composition import Bihuan
from tests.integration.engine.committee import CHIEF, happened, meeting, people, statements
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

THIRD_PREPARER = Actor(104, "孙七", frozenset({("preparer", UNIT)}))
HEAD = Actor(110, "单位负责人", frozenset({("unit_head", UNIT)}))
HEADS = {"unit_head"}


def mine(uow: UnitOfWork) -> UUID:
    """Start a review whose first task the preparer has claimed."""
    task_id = open_task(uow, started(uow, REVIEW)).id
    tasks.claim(uow, task_id, by=PREPARER)
    return task_id


def hands(uow: UnitOfWork, task_id: UUID) -> tuple[int | None, int | None]:
    """Return who has the task and to whom it goes back."""
    task = uow.session.get_one(UserTask, task_id, populate_existing=True)
    return task.assignee_id, task.owner_id


def test_a_delegated_task_comes_back_and_only_its_owner_completes_it(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)

    assert hands(uow, task_id) == (102, 101)
    for actor in (OTHER_PREPARER, PREPARER):
        with pytest.raises((WrongState, NotAllowed)):
            tasks.complete(uow, task_id, signed(), by=actor)
    assigning.resolve_delegation(uow, task_id, "已核对", by=OTHER_PREPARER)
    assert hands(uow, task_id) == (101, None)
    tasks.complete(uow, task_id, signed(), by=PREPARER)
    instance_id = uow.session.get_one(UserTask, task_id).instance_id
    assert happened(uow, instance_id) == [
        "task.claimed",
        "task.delegated",
        "task.delegation_resolved",
        "task.completed",
    ]


def test_the_delegate_is_told_to_give_it_back_first(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)

    with pytest.raises(WrongState, match="张三委派给李四") as refused:
        tasks.complete(uow, task_id, signed(), by=OTHER_PREPARER)

    assert refused.value.code == "task.delegated"


@pytest.mark.parametrize("act", ["release", "delegate", "transfer"])
def test_the_delegate_passes_it_to_nobody_else(uow: UnitOfWork, act: str) -> None:
    task_id = mine(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)
    acts: dict[str, Callable[[], None]] = {
        "release": lambda: tasks.release(uow, task_id, by=OTHER_PREPARER),
        "delegate": lambda: assigning.delegate(uow, task_id, THIRD_PREPARER, by=OTHER_PREPARER),
        "transfer": lambda: assigning.transfer(uow, task_id, THIRD_PREPARER, "忙", by=OTHER_PREPARER),
    }

    with pytest.raises(WrongState) as refused:
        acts[act]()

    assert (refused.value.code, hands(uow, task_id)) == ("task.delegated", (102, 101))


def test_the_owner_calls_it_back_and_a_stranger_does_not(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)

    with pytest.raises(NotAllowed):
        assigning.resolve_delegation(uow, task_id, by=THIRD_PREPARER)
    assigning.resolve_delegation(uow, task_id, by=PREPARER)

    assert hands(uow, task_id) == (101, None)
    with pytest.raises(WrongState) as refused:
        assigning.resolve_delegation(uow, task_id, by=PREPARER)
    assert refused.value.code == "task.not_delegated"
    rows = select(EventRow.data["called_back"].astext).where(EventRow.type == "task.delegation_resolved")
    uow.flush()
    assert uow.session.scalars(rows).all() == ["true"]


@pytest.mark.parametrize("to", [STRANGER, REVIEWER, SYSTEM, Actor(105, "无岗")])
def test_who_lacks_the_role_at_this_office_receives_nothing(uow: UnitOfWork, to: Actor) -> None:
    task_id = mine(uow)

    acts: list[Callable[[], None]] = [
        lambda: assigning.delegate(uow, task_id, to, by=PREPARER),
        lambda: assigning.transfer(uow, task_id, to, "忙", by=PREPARER),
    ]
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "task.receiver_not_allowed"

    assert hands(uow, task_id) == (101, None)


def test_nobody_hands_on_what_he_does_not_hold(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    for by in (OTHER_PREPARER, STRANGER, HEAD):
        with pytest.raises(NotAllowed):
            assigning.delegate(uow, task_id, THIRD_PREPARER, by=by)
        with pytest.raises(NotAllowed):
            assigning.transfer(uow, task_id, THIRD_PREPARER, "忙", by=by)
    with pytest.raises(NotFound):
        assigning.transfer(uow, uuid4(), THIRD_PREPARER, "忙", by=PREPARER)


def test_handing_it_to_who_has_it_is_refused(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    with pytest.raises(InvalidInput) as refused:
        assigning.transfer(uow, task_id, PREPARER, "忙", by=PREPARER)
    with pytest.raises(InvalidInput):
        assigning.delegate(uow, task_id, PREPARER, by=PREPARER)

    assert refused.value.code == "task.same_person"


def test_a_transferred_task_does_not_come_back(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)

    with pytest.raises(NotAllowed):
        tasks.complete(uow, task_id, signed(), by=PREPARER)
    with pytest.raises(WrongState):
        assigning.resolve_delegation(uow, task_id, by=OTHER_PREPARER)
    tasks.complete(uow, task_id, signed(), by=OTHER_PREPARER)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 1001])
def test_a_transfer_needs_a_reason(uow: UnitOfWork, reason: str) -> None:
    task_id = mine(uow)

    with pytest.raises(InvalidInput) as refused:
        assigning.transfer(uow, task_id, OTHER_PREPARER, reason, by=PREPARER)

    assert refused.value.code == "task.reason_missing"


def test_a_head_hands_over_tasks_of_his_office_unclaimed_and_delegated_ones_too(uow: UnitOfWork) -> None:
    unclaimed = open_task(uow, started(uow, REVIEW)).id
    delegated = mine(uow)
    assigning.delegate(uow, delegated, OTHER_PREPARER, by=PREPARER)

    for task_id in (unclaimed, delegated):
        assigning.transfer(uow, task_id, THIRD_PREPARER, "张三调离", by=HEAD, oversight=HEADS)

    assert hands(uow, unclaimed) == hands(uow, delegated) == (104, None)
    assert uow.session.get_one(UserTask, unclaimed).claimed_at == uow.now()


def test_a_head_of_another_office_does_not(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    elsewhere = Actor(111, "别处负责人", frozenset({("unit_head", 12)}))

    for by in (elsewhere, CHIEF):
        with pytest.raises(NotAllowed):
            assigning.transfer(uow, task_id, THIRD_PREPARER, "忙", by=by, oversight=HEADS)


def test_reminders_follow_the_task_to_its_new_holder(uow: UnitOfWork, clock: VirtualClock) -> None:
    task_id = mine(uow)
    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)
    rungs = uow.session.scalars(select(LadderRung).where(LadderRung.task_id == task_id)).all()
    clock.set(max(rung.at for rung in rungs))

    ladder.send(uow, [rung.id for rung in rungs])

    told = select(Notification.person_id).where(
        Notification.task_id == task_id, Notification.recipient == "assignee"
    )
    assert set(uow.session.scalars(told)) == {OTHER_PREPARER.person_id}


def test_an_ended_task_is_handed_to_nobody(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    tasks.complete(uow, task_id, signed(), by=PREPARER)

    acts: list[Callable[[], None]] = [
        lambda: assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER),
        lambda: assigning.transfer(uow, task_id, OTHER_PREPARER, "忙", by=PREPARER),
        lambda: assigning.resolve_delegation(uow, task_id, by=PREPARER),
    ]
    for act in acts:
        with pytest.raises(WrongState) as refused:
            act()
        assert refused.value.code == "task.wrong_state"


def test_a_counter_signed_task_is_not_handed_over_as_a_whole(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    section = Actor(202, "钱八", REVIEWER.roles)

    with pytest.raises(WrongState) as refused:
        assigning.transfer(uow, task_id, section, "忙", by=SYSTEM)

    assert refused.value.code == "task.countersigned"


def test_what_was_transferred_can_be_taken_back_after_completion_by_who_filed_it(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)
    tasks.complete(uow, task_id, signed(), by=OTHER_PREPARER)

    with pytest.raises(NotAllowed), uow.savepoint():
        withdraw(uow, task_id, by=PREPARER)
    withdraw(uow, task_id, by=OTHER_PREPARER)

    assert hands(uow, task_id) == (102, None)


def test_handing_over_is_three_statements_and_leaves_word_history_and_audit(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = mine(uow)
    counts = []
    acts: list[Callable[[UnitOfWork], None]] = [
        lambda uow: assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER),
        lambda uow: assigning.resolve_delegation(uow, task_id, by=OTHER_PREPARER),
        lambda uow: assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER),
    ]
    for act in acts:
        with statements(bihuan) as seen, bihuan.unit_of_work() as uow:
            act(uow)
        counts.append(len(seen))

    assert counts == [3, 3, 3]
    with bihuan.unit_of_work() as uow:
        rows = select(AuditRow.action, AuditRow.data).where(AuditRow.subject == str(task_id))
        audited = {action: data for action, data in uow.session.execute(rows)}  # noqa: C416 (typed rows)
    assert set(audited) == {"task.claim", "task.delegate", "task.resolve", "task.transfer"}
    assert audited["task.transfer"] == {"from_id": 101, "to_id": 102, "reason": "休假"}


def test_who_transfers_and_completes_at_once_has_done_one_of_both(bihuan: Bihuan) -> None:
    for _ in range(6):
        with bihuan.unit_of_work() as uow:
            task_id = mine(uow)

        def transferring(task_id: UUID = task_id) -> None:
            with bihuan.unit_of_work() as uow:
                assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)

        def completing(task_id: UUID = task_id) -> None:
            with bihuan.unit_of_work() as uow:
                tasks.complete(uow, task_id, signed(), by=PREPARER)

        told = at_once([transferring, completing])

        assert sorted(told, key=len)[0] == "done"
        assert Counter(told)["done"] == 1
        assert set(told) - {"done"} <= {"task.wrong_state", "task.not_yours", "task.changed_hands"}
        with bihuan.unit_of_work() as uow:
            filed = uow.session.scalars(
                select(SubmissionRow.id).where(SubmissionRow.task_id == task_id)
            ).all()
            assert len(filed) == (told[1] == "done")


def test_adding_signers_and_completing_at_once_never_lock_each_other_out(bihuan: Bihuan) -> None:
    for _ in range(6):
        with bihuan.unit_of_work() as uow:
            task_id = mine(uow)

        def adding(task_id: UUID = task_id) -> None:
            with bihuan.unit_of_work() as uow:
                add_signers(uow, task_id, [Signer(300)], "before", "", by=PREPARER)

        def completing(task_id: UUID = task_id) -> None:
            with bihuan.unit_of_work() as uow:
                tasks.complete(uow, task_id, signed(), by=PREPARER)

        told = at_once([adding, completing])

        assert Counter(told)["done"] == 1, told
        assert set(told) - {"done"} <= {"task.wrong_state", "task.countersigned", "task.changed_hands"}


def test_the_instance_is_locked_before_the_task_wherever_both_are(bihuan: Bihuan) -> None:
    """The other way round, completing one task and signing its neighbour would lock each other out."""
    with statements(bihuan) as seen, bihuan.unit_of_work() as uow:
        task_id = mine(uow)
        add_signers(uow, task_id, [Signer(300)], "after", "", by=PREPARER)
        other = mine(uow)
        tasks.complete(uow, other, signed(), by=PREPARER)

    both = [one.split("FOR NO KEY UPDATE OF ")[1] for one in seen if "FOR NO KEY UPDATE OF " in one]
    assert both == ["process_instance, user_task"] * 2
