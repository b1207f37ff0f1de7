"""Drafts: kept per person, never lost to a second window, a transfer or a return; gone once the form is filed."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from engine import assigning, drafts, instances, tasks
from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.papers import Draft
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from host.composition import Bihuan
from tests.integration.engine.committee import MEMBERS, meeting, people, statements, voting
from tests.integration.engine.diagrams import EIGHT, PARALLEL, REVIEW
from tests.integration.engine.stage import (
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    STRANGER,
    open_task,
    signed,
    started,
)
from tests.integration.engine.test_faults import at_once

TYPED = {"amount": "12.5", "rows": [{"name": "甲", "value": ""}], "agreed": None}


def mine(uow: UnitOfWork) -> UUID:
    task_id = open_task(uow, started(uow, REVIEW)).id
    tasks.claim(uow, task_id, by=PREPARER)
    return task_id


def kept(uow: UnitOfWork, *task_ids: UUID) -> int:
    rows = select(func.count()).select_from(Draft).where(Draft.task_id.in_(task_ids))
    return uow.session.scalars(rows).one()


def test_a_draft_is_read_back_as_typed(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assert drafts.load(uow, task_id, by=PREPARER) is None

    revision = drafts.save(uow, task_id, TYPED, revision=0, by=PREPARER)
    revision = drafts.save(uow, task_id, {**TYPED, "amount": "13"}, revision=revision, by=PREPARER)

    found = drafts.load(uow, task_id, by=PREPARER)
    assert found == drafts.Found({**TYPED, "amount": "13"}, 2, "张三", uow.now())


def test_a_second_window_that_is_behind_is_told_and_overwrites_nothing(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    drafts.save(uow, task_id, {"a": 1}, revision=0, by=PREPARER)
    drafts.save(uow, task_id, {"a": 2}, revision=1, by=PREPARER)

    for behind in (0, 1, 3):
        with pytest.raises(Conflict) as refused:
            drafts.save(uow, task_id, {"a": 9}, revision=behind, by=PREPARER)
        assert (refused.value.code, refused.value.facts["revision"]) == ("draft.conflict", 2)

    found = drafts.load(uow, task_id, by=PREPARER)
    assert found is not None
    assert found.values == {"a": 2}


def test_saving_over_a_draft_that_was_thrown_away_is_told(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    drafts.save(uow, task_id, {}, revision=0, by=PREPARER)

    assert drafts.discard(uow, task_id, by=PREPARER)
    assert not drafts.discard(uow, task_id, by=PREPARER)

    with pytest.raises(WrongState) as refused:
        drafts.save(uow, task_id, {}, revision=1, by=PREPARER)
    assert refused.value.code == "draft.gone"


def test_two_windows_that_save_at_once_one_is_told(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = mine(uow)

    def saving(revision: int) -> Counter[str]:
        def act() -> None:
            with bihuan.unit_of_work() as uow:
                drafts.save(uow, task_id, {"n": 1}, revision=revision, by=PREPARER)

        return Counter(at_once([act] * 4))

    assert saving(0) == {"done": 1, "draft.conflict": 3}
    assert saving(1) == {"done": 1, "draft.conflict": 3}


def test_only_who_holds_an_open_task_has_drafts_of_it(uow: UnitOfWork) -> None:
    task_id = mine(uow)

    for by in (OTHER_PREPARER, STRANGER, SYSTEM):
        with pytest.raises(NotAllowed):
            drafts.save(uow, task_id, {}, revision=0, by=by)
        with pytest.raises(NotAllowed):
            drafts.load(uow, task_id, by=by)
    with pytest.raises(NotFound):
        drafts.save(uow, uuid4(), {}, revision=0, by=PREPARER)
    with pytest.raises(InvalidInput) as refused:
        drafts.save(uow, task_id, {"text": "长" * 400_000}, revision=0, by=PREPARER)
    assert refused.value.code == "draft.too_large"


def test_filing_removes_the_drafts_of_everybody(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    drafts.save(uow, task_id, TYPED, revision=0, by=PREPARER)
    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)
    drafts.save(uow, task_id, TYPED, revision=0, by=OTHER_PREPARER)
    assert kept(uow, task_id) == 2

    tasks.complete(uow, task_id, signed(), by=OTHER_PREPARER)

    assert kept(uow, task_id) == 0
    with pytest.raises(WrongState):
        drafts.save(uow, task_id, TYPED, revision=0, by=OTHER_PREPARER)


def test_a_draft_survives_a_transfer_and_stays_its_authors(uow: UnitOfWork, clock: VirtualClock) -> None:
    task_id = mine(uow)
    drafts.save(uow, task_id, TYPED, revision=0, by=PREPARER)
    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)

    found = drafts.load(uow, task_id, by=OTHER_PREPARER)

    assert found == drafts.Found(TYPED, 0, "张三", clock.now())
    assert drafts.save(uow, task_id, {"a": 1}, revision=found.revision, by=OTHER_PREPARER) == 1
    again = drafts.load(uow, task_id, by=OTHER_PREPARER)
    assert again is not None
    assert (again.author, again.revision) == ("李四", 1)


def test_the_owner_of_a_delegated_task_reads_what_the_delegate_typed(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)
    drafts.save(uow, task_id, TYPED, revision=0, by=OTHER_PREPARER)

    assigning.resolve_delegation(uow, task_id, by=OTHER_PREPARER)

    found = drafts.load(uow, task_id, by=PREPARER)
    assert found is not None
    assert (found.values, found.author) == (TYPED, "李四")


def test_a_draft_of_a_step_that_was_cancelled_waits_for_its_next_round(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    fill = open_task(uow, instance_id)
    tasks.claim(uow, fill.id, by=PREPARER)
    tasks.complete(uow, fill.id, signed(), by=PREPARER)
    check = open_task(uow, instance_id)
    withdraw(uow, fill.id, by=PREPARER)
    assert uow.session.get_one(UserTask, check.id, populate_existing=True).status == "cancelled"
    uow.session.add(draft_of(check, uow))
    uow.session.flush()
    tasks.complete(uow, fill.id, signed(), by=PREPARER)
    again = open_task(uow, instance_id)
    tasks.claim(uow, again.id, by=REVIEWER)

    found = drafts.load(uow, again.id, by=REVIEWER)

    assert again.id != check.id
    assert found == drafts.Found(TYPED, 0, "赵六", uow.now())
    tasks.complete(uow, again.id, signed(), by=REVIEWER)
    assert kept(uow, check.id) == 0, "the step is done: its older draft goes too"


def draft_of(task: UserTask, uow: UnitOfWork) -> Draft:
    """Return what the reviewer had typed before the step was cancelled."""
    return Draft(
        task_id=task.id,
        person_id=REVIEWER.person_id,
        person_name=REVIEWER.name,
        instance_id=task.instance_id,
        definition_key=task.definition_key,
        element_id=task.element_id,
        form_key=task.form_key,
        values=TYPED,
        revision=4,
        saved_at=uow.now(),
    )


def test_filing_one_of_parallel_tasks_keeps_the_drafts_of_the_others(uow: UnitOfWork) -> None:
    instance_id = started(uow, PARALLEL)
    waiting = select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.status == "open")
    ids = uow.session.scalars(waiting).all()
    for task_id in ids:
        tasks.claim(uow, task_id, by=PREPARER)
        drafts.save(uow, task_id, TYPED, revision=0, by=PREPARER)
    same_step = update(Draft).where(Draft.instance_id == instance_id).values(element_id="part_1")
    uow.session.execute(same_step)

    tasks.complete(uow, ids[0], signed(), by=PREPARER)

    assert (kept(uow, ids[0]), kept(uow, *ids)) == (0, EIGHT - 1)


def test_a_ballot_is_seen_by_nobody_else(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    drafts.save(uow, task_id, TYPED, revision=0, by=MEMBERS[0])

    assert drafts.load(uow, task_id, by=MEMBERS[1]) is None
    with pytest.raises(NotAllowed):
        drafts.load(uow, task_id, by=MEMBERS[2])
    voting(uow, task_id, "yy")
    assert kept(uow, task_id) == 0


def test_a_cancelled_instance_takes_no_more_drafts(uow: UnitOfWork) -> None:
    task_id = mine(uow)
    instances.cancel(uow, uow.session.get_one(UserTask, task_id).instance_id, "取消", by=SYSTEM)

    with pytest.raises(WrongState):
        drafts.save(uow, task_id, {}, revision=0, by=PREPARER)


def test_saving_is_two_statements(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = mine(uow)

    with statements(bihuan) as seen, bihuan.unit_of_work() as uow:
        drafts.save(uow, task_id, TYPED, revision=0, by=PREPARER)

    assert len(seen) == 2, seen
