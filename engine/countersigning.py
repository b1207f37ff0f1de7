"""Several people sign one task: 会签, 或签, 票签, and 加签 on an ordinary task.

The diagram holds one task; each signer is a row. A vote changes its row and counts; only the vote that decides
opens the instance.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, insert, or_, select, tuple_, update

from engine import tasks
from engine.access import Actor
from engine.bpmn import values as exact
from engine.deciding import ITEM, LIVE, SIGNED, evaluated, held, require_rule, require_running, settle
from engine.errors import BihuanError, Conflict, InvalidInput, NotAllowed, WrongState
from engine.events import Event
from engine.hands import in_two_names, two_names
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.standing import TASK, require_form, require_mine, require_open, require_undelegated
from engine.submission import Submission
from engine.uow import UnitOfWork
from engine.voting import Choice, choice

FILED = table_of(SubmissionRow)
WITH_FORM = ("signer", "main")
WITH_OPINION = ("before", "after")
LONGEST_OPINION = 2000


def vote(uow: UnitOfWork, task_id: UUID, submission: Submission, *, by: Actor) -> bool | None:
    """File one's form in a task that several people sign; the vote is read from it (`bihuan:vote`).

    Returns whether the task has passed by it; None while it is undecided.
    Raises NotFound; Conflict (`sign.already_signed`) on a second vote; NotAllowed unless a signer; WrongState if it
    is not his turn or the task is over; InvalidInput if the form is not the task's.
    """
    task = held(uow, task_id)
    rule = require_rule(task)
    if task["assignee_id"] is not None and task["assignee_id"] == by.person_id:
        require_mine(task, by)
        require_undelegated(task)
    require_form(task, submission)
    said = choice(evaluated(uow, task, rule["vote"], {"form": submission.values}))
    item = _take(uow, task, by, WITH_FORM, said, {"values": exact.dumps(dict(submission.values))})
    uow.session.execute(insert(FILED), [tasks.filed(uow, task, submission, by=by)])
    _tell(uow, task, item, said, by)
    return settle(uow, task, by=by)


def sign(uow: UnitOfWork, task_id: UUID, agreed: bool, opinion: str, *, by: Actor) -> bool | None:
    """Give the opinion one was asked for on somebody's ordinary task (加签).

    A no from a signer before is advice to the assignee; a no from one after gives the task back to him.
    Returns True if the task is finished by it, else None. Raises as `vote`; InvalidInput if a no gives no reason.
    """
    if not agreed and not opinion.strip():
        raise InvalidInput("不同意时请写明意见。", code="sign.opinion_missing")
    if len(opinion) > LONGEST_OPINION:
        raise InvalidInput(f"意见最多 {LONGEST_OPINION} 字;请精简。", code="sign.opinion_too_long")
    task = held(uow, task_id)
    require_rule(task)
    said: Choice = "yes" if agreed else "no"
    item = _take(uow, task, by, WITH_OPINION, said, {"opinion": opinion.strip() or None})
    _tell(uow, task, item, said, by)
    if item["kind"] == "after" and not agreed:
        _give_back(uow, task, by)
        return None
    return settle(uow, task, by=by)


def _take(
    uow: UnitOfWork,
    task: Mapping[str, Any],
    by: Actor,
    kinds: tuple[str, ...],
    said: Choice,
    written: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Mark the actor's own open row as signed, one row and once; a person before a role he also holds."""
    if task["status"] != "open" or by.person_id is None:
        raise _why_not(uow, task, by)
    require_running(uow, task)
    again = ITEM.alias()
    voted = exists().where(
        again.c.task_id == task["id"], again.c.voter_id == by.person_id, again.c.kind == "signer"
    )
    seat = (
        select(ITEM.c.id)
        .where(ITEM.c.task_id == task["id"], ITEM.c.state == "open", ITEM.c.kind.in_(kinds))
        .where(_own(task, by), or_(ITEM.c.kind != "signer", ~voted), TASK.c.id == ITEM.c.task_id)
        .where(~in_two_names(by.doer_id, by.person_id))
        .order_by(ITEM.c.person_id.is_(None), ITEM.c.position)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    signed = (
        update(ITEM)
        .where(ITEM.c.id == seat, ITEM.c.state == "open")
        .values(state=said, voter_id=by.person_id, voter_name=by.name, voted_at=uow.now(), **written)
        .returning(ITEM.c.id, ITEM.c.kind)
    )
    row = uow.session.execute(signed).mappings().first()
    if row is None:
        raise _why_not(uow, task, by)
    return dict(row)


def _own(task: Mapping[str, Any], by: Actor) -> ColumnElement[bool]:
    """Return the condition that a row is the actor's: his name, his role, or the assignee's own row."""
    holds = and_(
        ITEM.c.person_id.is_(None), tuple_(ITEM.c.role, ITEM.c.organisation_id).in_(sorted(by.roles))
    )
    if task["assignee_id"] != by.person_id:
        return or_(ITEM.c.person_id == by.person_id, holds)
    main = ITEM.c.kind == "main" if task["owner_id"] is None else false()
    return or_(ITEM.c.person_id == by.person_id, main)


def _why_not(uow: UnitOfWork, task: Mapping[str, Any], by: Actor) -> BihuanError:
    """Return the refusal that fits the actor's rows, the most telling first."""
    rows = select(ITEM.c.state, ITEM.c.kind, ITEM.c.voter_id, ITEM.c.voter_name).where(
        ITEM.c.task_id == task["id"], or_(_own(task, by), ITEM.c.voter_id == by.person_id)
    )
    own = [] if by.person_id is None else uow.session.execute(rows).all()
    holds = any(row.kind == "main" and row.state in LIVE for row in own)  # his form is still to come
    if not holds and any(row.voter_id == by.person_id and row.state in SIGNED for row in own):
        return Conflict(f"您已经签署过“{task['name']}”,不能重复签署。", code="sign.already_signed")
    require_open(uow, task)
    states = {row.state for row in own}
    if "open" in states and uow.session.scalar(
        select(in_two_names(by.doer_id, by.person_id)).where(TASK.c.id == task["id"])
    ):
        return two_names(by)
    if "open" in states:
        return WrongState("加签人请签署意见,会签人和办理人请提交表单;请重新打开任务。", code="sign.other_way")
    if "queued" in states:
        return WrongState(f"“{task['name']}”还没轮到您签署;轮到时会出现在待办里。", code="sign.not_your_turn")
    other = next((row.voter_name for row in own if row.state in SIGNED), None)
    if other is not None:
        return Conflict(
            f"“{task['name']}”中您岗位的签署已由{other}提交;请刷新待办列表。", code="sign.signed_by_other"
        )
    return NotAllowed(f"您不是“{task['name']}”的签署人;如需签署请联系办理人加签。", code="sign.not_signer")


def _tell(uow: UnitOfWork, task: Mapping[str, Any], item: Mapping[str, Any], said: Choice, by: Actor) -> None:
    facts = {"item_id": item["id"], "kind": item["kind"], "choice": said}
    event = Event(
        "task.signed", task["instance_id"], task["campaign_id"], task["id"], task["element_id"], facts
    )
    uow.record(event, by=by)
    uow.audit("task.sign", by=by, subject=str(task["id"]), instance_id=task["instance_id"], data=facts)


def _give_back(uow: UnitOfWork, task: Mapping[str, Any], by: Actor) -> None:
    """Open the assignee's row again, queue those after; what he filed is withdrawn, the opinions stay readable."""
    behind = (ITEM.c.task_id == task["id"], ITEM.c.kind.in_(("main", "after")), ITEM.c.state != "removed")
    again = case((ITEM.c.kind == "main", "open"), else_="queued")
    blank = dict.fromkeys(("voter_id", "voter_name", "voted_at", "values"))
    uow.session.execute(update(ITEM).where(*behind).values(state=again, **blank))
    filed = FILED.c.task_id == task["id"]
    uow.session.execute(update(FILED).where(filed, FILED.c.withdrawn.is_(False)).values(withdrawn=True))
    event = Event("task.sent_back", task["instance_id"], task["campaign_id"], task["id"], task["element_id"])
    uow.record(event, by=by)
