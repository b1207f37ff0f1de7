"""Decide a request for more time: grant it, whole or with another day, which gives the task its new days, or refuse it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from engine import definitions, library
from engine.calendar.local_time import end_of_day, local_date
from engine.errors import InvalidInput, WrongState
from engine.events import Event
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.model.timers import Notification
from engine.operations import Step
from engine.redating import NewDays, redate
from engine.uow import UnitOfWork
from ledger.extensions import ASKED, asked_in
from ledger.stage_days import entry_of, extended

GRANTED = "同意"
NOTICE = "extension"
"""The kind of the message that tells who asked."""
TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)


def decide_extension(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the decision on the request of this flow and carry it out; who asked is told.

    Raises WrongState if a task that is over would get more time; InvalidInput for a day beyond what the policy allows.
    """
    asked = asked_in(uow, step.instance_id)
    task = uow.session.execute(select(TASK).where(TASK.c.id == asked.task_id)).one()
    until = step.values["until"] if step.values["outcome"] == GRANTED else None
    opinion = step.values.get("opinion")
    if until is not None:
        _grant(uow, step, asked, task, until, opinion)
    decided = {"granted_on": until, "opinion": opinion, "decided_at": step.now, "decided_by": step.actor.name}
    uow.session.execute(update(ASKED).where(ASKED.c.instance_id == step.instance_id).values(decided))
    if task.status == "open" and (until is None or task.assignee_id not in (None, asked.author_id)):
        _tell(uow, step, asked, task, until, opinion)
    facts = {"granted": until is not None, "until": until.isoformat() if until else None, "opinion": opinion}
    place = (asked.asked_id, task.campaign_id, task.id, task.element_id)
    uow.record(Event("task.extension_decided", *place, facts), by=step.actor)
    uow.audit("extension.decide", by=step.actor, subject=str(task.id), instance_id=asked.asked_id, data=facts)
    return {"granted": until is not None}


def _grant(uow: UnitOfWork, step: Step, asked: Any, task: Any, until: date, opinion: str | None) -> None:
    if task.status != "open":
        raise WrongState(
            f"“{task.name}”已经办结或撤下,不用延期;请选“不同意”并说明。", code="extension.task_over"
        )
    due = local_date(task.due_at)
    if not due < until <= asked.last_on:
        raise InvalidInput(
            f"延期应晚于 {due}、不晚于 {asked.last_on},填的是 {until};请改正。", code="extension.day"
        )
    reason = "延期申请已获同意" + (f":{opinion}" if opinion else "")
    redate(uow, asked.asked_id, _new_days(uow, task, until), reason, by=step.actor)


def _new_days(uow: UnitOfWork, task: Any, until: date) -> NewDays:
    """Return the days of the task's instance: all of its stage if the task is due on the stage's day, else its own."""
    instance = uow.session.execute(select(INSTANCE).where(INSTANCE.c.id == task.instance_id)).one()
    known = library.parameter_set(uow.session, instance.parameter_hash)
    own = {task.id: end_of_day(until)}
    campaign = uow.session.get(Campaign, task.campaign_id) if task.campaign_id is not None else None
    if campaign is None or campaign.stage not in known.dates:
        return NewDays(known.hash, {task.due_at: own[task.id]}, tasks=own)
    before = entry_of(known.dates, campaign)
    if before["due"] != local_date(task.due_at):
        return NewDays(known.hash, {task.due_at: own[task.id]}, tasks=own)
    chosen = extended(known, campaign, until)
    definitions.keep_parameters(uow, chosen)
    after = entry_of(chosen.dates, campaign)
    timers = {end_of_day(before[name]): end_of_day(after[name]) for name in ("due", "closes")}
    return NewDays(chosen.hash, timers, {"due_on": until}, tasks=own)


def _tell(
    uow: UnitOfWork, step: Step, asked: Any, task: Any, until: date | None, opinion: str | None
) -> None:
    said = f"延期申请没有获准:{opinion}" if until is None else f"延期申请已获同意,截止日改为 {until}。"
    row = {
        "task_id": task.id,
        "kind": NOTICE,
        "recipient": "assignee",
        "person_id": asked.author_id,
        "organisation_id": task.organisation_id,
        "created_at": step.now,
        "text": said,
        "sender_id": step.actor.person_id,
        "sender_name": step.actor.name,
    }
    uow.session.execute(insert(table_of(Notification)), row)
