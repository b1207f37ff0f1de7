"""More time for one task: asked for by who has it, decided by whom the policy names, carried out as a new date, told."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import definitions, instances, ladder, tasks, timers
from engine.access import SYSTEM, Actor
from engine.calendar.local_time import end_of_day, local_date
from engine.clock import VirtualClock
from engine.errors import BihuanError, InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow, EventRow
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Notification
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from forms.errors import FormInvalid
from host.filing import file_task
from ledger import extensions, inbox
from ledger.model.extensions import ExtensionRequest
from ledger.model.register import Organisation
from tests.integration.engine.diagrams import diagram, flow
from tests.integration.engine.stage import order
from tests.integration.ledger.test_stages import (
    CLOSES,
    DUE,
    OPENS,
    campaign,
    chosen,
    clock,
    pack,
    pass_time,
    planned,
)

__all__ = ["chosen", "clock", "pack", "planned"]
Ids = dict[tuple[str, int], int]
LATER = date(2020, 12, 8)
LAST = date(2020, 12, 14)
REASON = "审计数据 12 月 5 日才出具"


def holder(task: UserTask) -> Actor:
    """Return somebody who may do a task."""
    return Actor(
        700 + task.organisation_id, f"经办{task.role}", frozenset({(task.role, task.organisation_id)})
    )


def open_tasks(uow: UnitOfWork, **where: Any) -> list[UserTask]:
    uow.session.expire_all()
    found = select(UserTask).filter_by(status="open", **where).order_by(UserTask.id)
    return list(uow.session.scalars(found))


def due_on(uow: UnitOfWork, task_id: UUID) -> date:
    uow.session.expire_all()
    found = uow.session.get_one(UserTask, task_id).due_at
    assert found
    return local_date(found)


def ask(uow: UnitOfWork, task: UserTask, until: date = LATER, reason: str = REASON) -> UUID:
    by = holder(task)
    return extensions.ask(uow, inbox.one(uow, by, task.id), until, reason, by=by)


def decide(uow: UnitOfWork, request: UUID, **answer: Any) -> UserTask:
    """File the decision as whoever has the task of it; return that task."""
    [task] = open_tasks(uow, instance_id=request)
    by = holder(task)
    tasks.claim(uow, task.id, by=by)
    file_task(uow, task.id, answer, by=by)
    return task


def told(uow: UnitOfWork) -> list[tuple[str, UUID | None, str | None]]:
    found = select(Notification.kind, Notification.task_id, Notification.text)
    return [(kind, task, text) for kind, task, text in uow.session.execute(found)]


@pytest.fixture
def filing(uow: UnitOfWork, clock: VirtualClock, planned: Ids) -> list[UserTask]:
    """Six projects file their targets, due on 30 November 2020."""
    pass_time(uow, clock, OPENS)
    return open_tasks(uow, campaign_id=planned["target", 1])


def test_a_grant_gives_the_task_its_ladder_and_what_follows_other_days_and_nobody_elses(
    uow: UnitOfWork, filing: list[UserTask], planned: Ids
) -> None:
    task, *others = filing
    request = ask(uow, task)
    [waiting] = open_tasks(uow, instance_id=request)
    assert (waiting.role, waiting.form_key, waiting.campaign_id) == ("section", "extension_decision", None)
    assert due_on(uow, task.id) == local_date(DUE), "nothing moves before it is decided"

    decide(uow, request, outcome="同意", until=LATER.isoformat())

    assert due_on(uow, task.id) == LATER
    assert {due_on(uow, one.id) for one in others} == {local_date(DUE)}
    assert campaign(uow, planned["target", 1]).due_at == DUE
    rungs = select(LadderRung.at, LadderRung.offset_days).filter_by(task_id=task.id, status="planned")
    assert {local_date(at) - timedelta(days=days) for at, days in uow.session.execute(rungs)} == {LATER}
    [(kind, about, text)] = told(uow)
    assert (
        (kind, about) == ("redated", task.id) and text and "2020-12-08" in text and "延期申请已获同意" in text
    )
    audited = select(AuditRow.action).where(AuditRow.action.like("extension.%"))
    uow.flush()
    assert set(uow.session.scalars(audited)) == {"extension.ask", "extension.decide"}
    known = uow.session.get_one(ProcessInstance, task.instance_id).parameter_hash
    assert known != uow.session.get_one(ProcessInstance, others[0].instance_id).parameter_hash


def test_another_day_may_be_granted_than_was_asked_for(uow: UnitOfWork, filing: list[UserTask]) -> None:
    decide(uow, ask(uow, filing[0]), outcome="同意", until="2020-12-03", opinion="先报初稿")

    assert due_on(uow, filing[0].id) == date(2020, 12, 3)
    assert "先报初稿" in str(told(uow)[0][2])


def test_a_refusal_needs_a_reason_is_told_to_who_asked_and_moves_nothing(
    uow: UnitOfWork, filing: list[UserTask]
) -> None:
    task = filing[0]
    request = ask(uow, task)
    with pytest.raises(FormInvalid):
        decide(uow, request, outcome="不同意")
    [waiting] = open_tasks(uow, instance_id=request)
    file_task(uow, waiting.id, {"outcome": "不同意", "opinion": "数据已有"}, by=holder(waiting))

    assert due_on(uow, task.id) == local_date(DUE)
    [heard] = uow.session.scalars(select(Notification))
    assert (heard.kind, heard.person_id, heard.task_id) == ("extension", holder(task).person_id, task.id)
    assert heard.text == "延期申请没有获准:数据已有"
    assert uow.session.get_one(ProcessInstance, request).status == "completed"


def test_the_policy_bounds_what_is_asked_for_and_what_is_granted(
    uow: UnitOfWork, filing: list[UserTask], chosen: Parameters
) -> None:
    by = holder(filing[0])
    offer = extensions.offer(uow, inbox.one(uow, by, filing[0].id), by=by)
    assert offer == extensions.Offer(local_date(DUE), date(2020, 12, 1), LAST)
    assert chosen.calendar.workdays_between(local_date(DUE), LAST) == 10 and local_date(CLOSES) > LAST
    for until, reason, code in (
        (LAST + timedelta(days=1), REASON, "extension.day"),
        (local_date(DUE), REASON, "extension.day"),
        (LATER, "  ", "extension.reason"),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask(uow, filing[0], until, reason)
        assert refused.value.code == code

    request = ask(uow, filing[0], LAST)
    with pytest.raises(FormInvalid) as beyond:
        decide(uow, request, outcome="同意", until="2020-12-15")

    assert [one.path for one in beyond.value.errors] == ["until"]
    assert due_on(uow, filing[0].id) == local_date(DUE)


def test_it_is_asked_for_once_at_a_time_as_often_as_the_policy_says_and_in_time(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    request = ask(uow, filing[0])
    assert refusal(uow, filing[0]) == "extension.waiting"
    decide(uow, request, outcome="同意", until=LATER.isoformat())
    assert refusal(uow, filing[0]) == "extension.times"
    clock.set(end_of_day(local_date(DUE)) + timedelta(hours=1))
    assert refusal(uow, filing[1]) == "extension.overdue"


def refusal(uow: UnitOfWork, task: UserTask) -> str:
    """Ask and return the code of the refusal."""
    uow.session.expire_all()
    with pytest.raises(BihuanError) as refused:
        ask(uow, task, LATER + timedelta(days=1))
    return refused.value.code


def test_who_does_not_have_the_task_asks_for_nothing(uow: UnitOfWork, filing: list[UserTask]) -> None:
    task = filing[0]
    tasks.claim(uow, task.id, by=holder(task))
    colleague = Actor(1, "别人", frozenset({(task.role, task.organisation_id)}))
    row = inbox.within_scope(uow, task.id)

    with pytest.raises(BihuanError) as refused:
        extensions.ask(uow, row, LATER, REASON, by=colleague)

    assert refused.value.code == "extension.not_offered"


def test_a_task_that_is_done_meanwhile_gets_no_more_time(uow: UnitOfWork, filing: list[UserTask]) -> None:
    request = ask(uow, filing[0])
    instances.cancel(uow, filing[0].instance_id, "项目取消", by=SYSTEM)
    [waiting] = open_tasks(uow, instance_id=request)
    by = holder(waiting)
    tasks.claim(uow, waiting.id, by=by)

    with pytest.raises(WrongState) as refused, uow.savepoint():
        file_task(uow, waiting.id, {"outcome": "同意", "until": LATER.isoformat()}, by=by)
    assert refused.value.code == "extension.task_over"
    file_task(uow, waiting.id, {"outcome": "不同意", "opinion": "事项已取消"}, by=by)

    assert not told(uow), "who is done is not told"


def test_a_request_ends_with_its_task_and_nobody_has_to_answer_it(
    uow: UnitOfWork, filing: list[UserTask]
) -> None:
    over, open_still, answered, ended = (ask(uow, one) for one in filing[:4])
    decide(uow, answered, outcome="不同意", opinion="数据已有")
    instances.cancel(uow, ended, "申请人撤回", by=SYSTEM)
    for one in (filing[0], filing[2], filing[3]):
        instances.cancel(uow, one.instance_id, "项目取消", by=SYSTEM)
    heard = told(uow)

    assert set(extensions.moot(uow, 10)) == {over, ended}
    for request in (over, ended, answered):
        extensions.end(uow, request)

    assert not extensions.moot(uow, 10) and told(uow) == heard, "who is done is not told"
    uow.session.expire_all()
    states = [uow.session.get_one(ProcessInstance, one).status for one in (over, open_still, answered, ended)]
    assert states == ["cancelled", "active", "completed", "cancelled"]
    assert not open_tasks(uow, instance_id=over) and open_tasks(uow, instance_id=open_still)
    kept = uow.session.get_one(ExtensionRequest, over)
    assert kept.decided_at and (kept.decided_by, kept.granted_on, kept.opinion) == (
        None,
        None,
        extensions.OVER,
    )
    assert uow.session.get_one(ExtensionRequest, answered).opinion == "数据已有"


COUNTED = diagram(
    "counted",
    '<bpmn:startEvent id="begin"/><bpmn:userTask id="fill" name="整改并回复" bihuan:form="signature"'
    ' bihuan:due="workdays_after(today, 5)" bihuan:ladder="standard"/><bpmn:endEvent id="done"/>'
    + flow("begin", "fill")
    + flow("fill", "done"),
    unit="begin fill done",
    bureau="",
)


TIMED = diagram(
    "counted",
    '<bpmn:startEvent id="begin"/><bpmn:userTask id="fill" name="整改并回复" bihuan:form="signature"'
    ' bihuan:due="workdays_after(today, 5)" bihuan:ladder="standard"/>'
    '<bpmn:boundaryEvent id="late" name="逾期" attachedToRef="fill" cancelActivity="false"><bpmn:timerEventDefinition'
    ' id="late_timer"><bpmn:timeDate>workdays_after(today, 5)</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
    '<bpmn:endEvent id="done"/><bpmn:endEvent id="noted"/>'
    + flow("begin", "fill")
    + flow("fill", "done")
    + flow("late", "noted"),
    unit="begin fill late done noted",
    bureau="",
)


def test_a_grant_moves_the_timer_on_the_task_and_nothing_is_sent_or_fires_before_the_new_day(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids, chosen: Parameters
) -> None:
    task = counted(uow, chosen, {"decided_by": "performance"}, TIMED)
    assert task.due_at
    due = local_date(task.due_at)
    until = due + timedelta(days=4)
    decide(uow, ask(uow, task, until), outcome="同意", until=until.isoformat())
    heard = told(uow)

    clock.set(end_of_day(due) + timedelta(days=2))
    assert fired(uow, task) == [] and max(rung_days(uow, task, "sent")) < 0, (
        "reminders, no step for the overdue"
    )
    assert not [one for one in told(uow) if one not in heard and one[0] == "escalation"]
    clock.set(end_of_day(until) + timedelta(days=2))

    assert fired(uow, task) == ["late"]
    assert rung_days(uow, task, "sent") >= {1}, "the first overdue step comes a day after the new date"
    sent = select(LadderRung.at).filter_by(task_id=task.id, status="sent", offset_days=1)
    assert [local_date(at) for at in uow.session.scalars(sent)] == [until + timedelta(days=1)]


def fired(uow: UnitOfWork, task: UserTask) -> list[str]:
    """Let what is due happen; return the timers of the task's instance that struck."""
    uow.flush()
    ladder.send(uow, ladder.due(uow.session, uow.now(), 1_000))
    for timer_id in timers.lease(uow, 1_000):
        timers.fire(uow, timer_id)
    uow.flush()
    struck = select(EventRow.element_id).filter_by(instance_id=task.instance_id, type="timer.fired")
    return [one for one in uow.session.scalars(struck) if one]


def rung_days(uow: UnitOfWork, task: UserTask, status: str) -> set[int]:
    found = select(LadderRung.offset_days).filter_by(task_id=task.id, status=status)
    return set(uow.session.scalars(found))


@pytest.mark.parametrize("who", ["performance", "department"])
def test_the_policy_names_who_decides_also_for_a_date_counted_from_its_opening(
    uow: UnitOfWork, planned: Ids, chosen: Parameters, who: str
) -> None:
    task = counted(uow, chosen, {"decided_by": who})
    assert task.due_at
    until = local_date(task.due_at) + timedelta(days=2)
    request = ask(uow, task, until)

    assert decide(uow, request, outcome="同意", until=until.isoformat()).role == who

    assert due_on(uow, task.id) == until
    kept = uow.session.get_one(ExtensionRequest, request)
    assert (kept.granted_on, kept.decided_by) == (until, f"经办{who}")


def test_where_the_policy_names_nobody_nobody_asks(uow: UnitOfWork, planned: Ids, chosen: Parameters) -> None:
    assert refusal(uow, counted(uow, chosen, {"decided_by": None})) == "extension.not_offered"


def counted(uow: UnitOfWork, chosen: Parameters, rules: Mapping[str, Any], xml: bytes = COUNTED) -> UserTask:
    """Return a task that is due some working days after it opened, under other rules."""
    body = {**chosen.body, "policy": {**chosen.policy, "extension": {**chosen.policy["extension"], **rules}}}
    known = parameters(body)
    definitions.keep_parameters(uow, known)
    bundle = definitions.bind(uow, definitions.publish_process(uow, xml, by=SYSTEM).key, known.slots)
    office = uow.session.scalars(select(Organisation).where(Organisation.kind == "department").limit(1)).one()
    place = {"jurisdiction_id": office.jurisdiction_id, "organisation_id": office.id}
    whose = {"subject": office.id, "bureau": office.id}
    ordered = order("counted", bundle, parameter_hash=known.hash, parties=whose, **place)
    begun = instances.start(uow, ordered, by=SYSTEM)
    return open_tasks(uow, instance_id=begun)[0]
