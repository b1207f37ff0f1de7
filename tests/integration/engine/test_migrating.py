"""Running instances go over to a changed diagram with everything people see of them."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import drafts, messages, migrating, suspending, tasks
from engine.access import SYSTEM, Actor
from engine.bpmn.failing import CrossingRefused
from engine.bpmn.fates import Crossing
from engine.calendar.local_time import SHANGHAI, end_of_day
from engine.clock import VirtualClock
from engine.errors import BihuanError, InvalidInput
from engine.migrating import Passage
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from tests.integration.engine.diagrams import REVIEW, TWO_STEPS, WAITING
from tests.integration.engine.stage import (
    BUREAU,
    PREPARER,
    REVIEWER,
    UNIT,
    open_task,
    published,
    signed,
    started,
)

OPERATOR = Actor(9, "运维员", system=True)


def changed(uow: UnitOfWork, xml: bytes, *edits: tuple[str, str]) -> Passage:
    """Publish a diagram with some texts replaced; return the way there."""
    text = xml.decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return Passage(published(uow, text.encode()))


def row(uow: UnitOfWork, task_id: UUID) -> UserTask:
    uow.session.expire_all()
    return uow.session.get_one(UserTask, task_id)


def test_a_claimed_task_keeps_its_id_its_holder_its_draft_and_its_due_date(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    drafts.save(uow, task.id, {"opinion": "写了一半"}, revision=0, by=PREPARER)
    due_at = task.due_at
    passage = changed(uow, REVIEW, ('id="fill" name="填报"', 'id="fill" name="填报(新)"'))

    fates = migrating.migrate(uow, instance_id, passage, "改名", by=OPERATOR)

    after = row(uow, task.id)
    assert [fate.kind for fate in fates] == ["kept"]
    assert (after.name, after.status, after.assignee_name, after.due_at) == (
        "填报(新)",
        "open",
        "张三",
        due_at,
    )
    draft = drafts.load(uow, task.id, by=PREPARER)
    assert draft is not None
    assert draft.values == {"opinion": "写了一半"}
    assert uow.session.get_one(ProcessInstance, instance_id).bundle_hash == passage.bundle_hash
    assert migrating.migrate(uow, instance_id, passage, "再来一次", by=OPERATOR) == []
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    assert open_task(uow, instance_id).element_id == "check"
    uow.flush()
    entry = uow.session.scalars(
        select(AuditRow).where(AuditRow.instance_id == instance_id, AuditRow.action == "instance.migrate")
    ).one()
    assert entry.data["reason"] == "改名"


def test_role_and_office_follow_the_new_lane_unless_the_task_is_claimed(uow: UnitOfWork) -> None:
    free, claimed = started(uow, REVIEW), started(uow, REVIEW)
    tasks.claim(uow, open_task(uow, claimed).id, by=PREPARER)
    passage = changed(
        uow,
        REVIEW,
        ("<bpmn:flowNodeRef>fill</bpmn:flowNodeRef>", ""),
        ("<bpmn:flowNodeRef>check</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>check</bpmn:flowNodeRef><bpmn:flowNodeRef>fill</bpmn:flowNodeRef>"),
    )  # fmt: skip

    for instance_id in (free, claimed):
        migrating.migrate(uow, instance_id, passage, "改岗位", by=OPERATOR)

    followed, stayed = open_task(uow, free), open_task(uow, claimed)
    assert (followed.role, followed.organisation_id) == ("section", BUREAU)
    assert (stayed.role, stayed.organisation_id, stayed.assignee_id) == ("preparer", UNIT, PREPARER.person_id)
    tasks.claim(uow, followed.id, by=REVIEWER)


def test_a_changed_due_rule_counts_only_if_due_dates_are_to_be_worked_out_anew(uow: UnitOfWork) -> None:
    keeps, recomputes = started(uow, REVIEW), started(uow, REVIEW)
    before = open_task(uow, keeps).due_at
    passage = changed(uow, REVIEW, ("dates.review.due", "dates.review.closes"))

    migrating.migrate(uow, keeps, passage, "改期限", by=OPERATOR)
    anew = Passage(passage.bundle_hash, Crossing(recompute=True))
    migrating.migrate(uow, recomputes, anew, "改期限", by=OPERATOR)

    assert before is not None
    assert open_task(uow, keeps).due_at == before
    later = open_task(uow, recomputes)
    assert later.due_at is not None
    assert (later.due_at - before).days == 30
    rungs = uow.session.scalars(select(LadderRung.at).where(LadderRung.task_id == later.id)).all()
    assert len(rungs) == 4
    assert min(rungs) > before - (later.due_at - before)


def test_a_span_worked_out_anew_counts_from_the_day_the_task_was_opened(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    clock.set(datetime(2021, 3, 1, 9, tzinfo=SHANGHAI))
    spans = REVIEW.replace(b"dates.review.due", b"workdays_after(today, 10)")
    instance_id = started(uow, spans)
    clock.set(datetime(2021, 3, 9, 9, tzinfo=SHANGHAI))
    passage = changed(uow, spans, ("workdays_after(today, 10)", "workdays_after(today, 5)"))

    anew = Passage(passage.bundle_hash, Crossing(recompute=True))
    migrating.migrate(uow, instance_id, anew, "改期限", by=OPERATOR)

    assert open_task(uow, instance_id).due_at == end_of_day(date(2021, 3, 8))


def test_a_renamed_element_is_refused_by_name_unless_it_is_mapped(uow: UnitOfWork) -> None:
    instance_id = started(uow, TWO_STEPS)
    first = open_task(uow, instance_id)
    tasks.claim(uow, first.id, by=PREPARER)
    tasks.complete(uow, first.id, signed(), by=PREPARER)
    second = open_task(uow, instance_id)
    uow.flush()
    passage = changed(uow, TWO_STEPS, ("second", "supplement"))

    planned = migrating.plan(uow, instance_id, passage)
    with pytest.raises(CrossingRefused) as refused:
        migrating.migrate(uow, instance_id, passage, "改名", by=OPERATOR)
    assert [(fate.kind, fate.element_id) for fate in planned] == [("refused", "second")]
    assert "补报" in refused.value.text

    mapped = Passage(passage.bundle_hash, Crossing(mapped={"second": "supplement"}))
    migrating.migrate(uow, instance_id, mapped, "改名", by=OPERATOR)

    assert (row(uow, second.id).element_id, row(uow, second.id).status) == ("supplement", "open")
    withdraw(uow, first.id, by=PREPARER)
    assert open_task(uow, instance_id).id == first.id


def test_a_task_may_be_cancelled_and_begun_elsewhere(uow: UnitOfWork) -> None:
    instance_id = started(uow, TWO_STEPS)
    task = open_task(uow, instance_id)
    passage = changed(uow, TWO_STEPS, ("补报", "补充填报"))

    moved = Passage(passage.bundle_hash, Crossing(moved={"first": "second"}))
    migrating.migrate(uow, instance_id, moved, "跳过填报", by=OPERATOR)

    assert row(uow, task.id).status == "cancelled"
    assert (open_task(uow, instance_id).element_id, open_task(uow, instance_id).name) == (
        "second",
        "补充填报",
    )


def test_timers_and_messages_go_over_and_a_suspended_instance_stays_suspended(uow: UnitOfWork) -> None:
    instance_id = started(uow, WAITING, code="M7")
    before = uow.session.scalars(select(Timer).where(Timer.instance_id == instance_id)).one()
    timer_id, due_at = before.id, before.due_at
    suspending.suspend(uow, instance_id, "等新版", by=OPERATOR)
    passage = changed(
        uow, WAITING, ("dates.review.opens", "dates.review.closes"), ('"upper_score"', '"county_score"')
    )

    migrating.migrate(uow, instance_id, passage, "换版", by=OPERATOR)

    uow.session.expire_all()
    timer = uow.session.scalars(select(Timer).where(Timer.instance_id == instance_id)).one()
    assert (timer.id, timer.status, timer.due_at) == (timer_id, "suspended", due_at)
    assert uow.session.get_one(ProcessInstance, instance_id).status == "suspended"
    suspending.resume(uow, instance_id, "新版已到", by=OPERATOR)
    assert uow.session.get_one(Timer, timer_id).status == "planned"


def test_a_renamed_message_is_waited_for_under_its_new_name(uow: UnitOfWork) -> None:
    instance_id = started(uow, WAITING.replace(b"dates.review.opens", b"2021-02-01"), code="M8")
    passage = changed(uow, WAITING, ('"upper_score"', '"county_score"'))

    migrating.migrate(uow, instance_id, passage, "换名", by=OPERATOR)

    told = messages.correlate(uow, "county_score", "M8", {}, jurisdiction_id=1, by=SYSTEM)
    assert told == instance_id
    assert open_task(uow, instance_id).element_id == "fill"


def test_migrating_needs_a_reason(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    with pytest.raises(InvalidInput):
        migrating.migrate(uow, instance_id, changed(uow, REVIEW, ("审核", "复核")), "", by=OPERATOR)


@pytest.mark.parametrize("passage", [Passage("0" * 64), Passage("", parameter_hash="0" * 64)])
def test_a_look_refuses_what_the_act_refuses(uow: UnitOfWork, passage: Passage) -> None:
    instance_id = started(uow, TWO_STEPS)
    there = passage.bundle_hash or published(uow, REVIEW)
    refused = Passage(there, passage.crossing, passage.parameter_hash)

    with pytest.raises(BihuanError) as look:
        migrating.plan(uow, instance_id, refused)
    with pytest.raises(BihuanError) as act:
        migrating.migrate(uow, instance_id, refused, "改版", by=OPERATOR)

    assert look.value.code == act.value.code
