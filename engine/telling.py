"""Let others know of a task: copy them in (抄送), urge who holds it (催办), leave a word (留言)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import case, exists, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new

from engine import noting
from engine.access import Actor
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.events import Event
from engine.lifecycle import WORDS
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.papers import TaskComment, TaskCopy
from engine.model.tasks import SubmissionRow
from engine.noting import NOTICE
from engine.parties import show_to
from engine.standing import MISSING, TASK, read, require_open
from engine.uow import UnitOfWork

Row = Mapping[str, Any]
PAUSE = timedelta(hours=1)
LONGEST_TEXT = 500
LONGEST_COMMENT = 1000
MOST_COPIES = 100
COPY, COMMENT = table_of(TaskCopy), table_of(TaskComment)
INSTANCE, ITEM, FILED = table_of(ProcessInstance), table_of(SignItem), table_of(SubmissionRow)


def cc(uow: UnitOfWork, task_id: UUID, people: Sequence[Actor], *, by: Actor) -> int:
    """Put a task before others for information; return how many had not been told yet. Their offices then see it.

    people: with the roles they hold.
    Allowed while it is open and after it is completed, to who holds it, delegated it, signs it or filed in it.
    Raises NotFound; NotAllowed; WrongState if it was cancelled; InvalidInput unless 1–100 persons.
    """
    unique = {one.person_id: one for one in people if one.person_id is not None}
    if not unique or len(people) > MOST_COPIES:
        raise InvalidInput(f"抄送请选 1 到 {MOST_COPIES} 人。", code="task.copies_invalid")
    task = read(uow, task_id)
    if task["status"] not in ("open", "completed"):
        word = WORDS[task["status"]]
        raise WrongState(f"任务“{task['name']}”{word},不能再抄送。", code="task.wrong_state")
    if not (
        by.system or by.person_id in (task["assignee_id"], task["owner_id"]) or _takes_part(uow, task, by)
    ):
        raise NotAllowed(f"只有办理“{task['name']}”的人可以抄送它。", code="task.not_yours")
    for offices in sorted({tuple(sorted({place for _, place in one.roles})) for one in unique.values()}):
        show_to(uow, task["instance_id"], offices)
    rows = [
        {
            "task_id": task_id,
            "instance_id": task["instance_id"],
            "person_id": one.person_id,
            "person_name": one.name,
            "sender_id": by.person_id,
            "sender_name": by.name,
            "created_at": uow.now(),
        }
        for one in unique.values()
    ]
    new = insert_new(COPY).on_conflict_do_nothing().returning(COPY.c.person_id)
    told = sorted(uow.session.scalars(new, rows))
    if told:
        noting.note(uow, "cc", task, dict.fromkeys(told), by=by)
        _tell(uow, task, "task.copied", "task.cc", by, {"to_ids": told})
    return len(told)


def read_copy(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Note that somebody has read the copy of a task put before him; nothing happens if there is none."""
    mine = (COPY.c.task_id == task_id, COPY.c.person_id == by.person_id, COPY.c.read_at.is_(None))
    read_now = update(COPY).where(*mine).values(read_at=uow.now()).returning(COPY.c.id)
    if by.person_id is not None and uow.session.scalar(read_now) is not None:
        _tell(uow, read(uow, task_id), "task.copy_read", "task.read_copy", by, {})


def comment(uow: UnitOfWork, task_id: UUID, text: str, *, by: Actor) -> None:
    """Leave a word on a task, open or over, for everybody who sees its instance.

    Raises NotFound for who does not see it; InvalidInput without words.
    """
    if not text.strip() or len(text) > LONGEST_COMMENT:
        raise InvalidInput(f"请写留言(1–{LONGEST_COMMENT} 字)。", code="task.comment_text")
    task = read(uow, task_id)
    row = {"task_id": task_id, "instance_id": task["instance_id"], "text": text.strip()}
    who = {"author_id": by.person_id, "author_name": by.name, "created_at": uow.now()}
    uow.session.execute(insert(COMMENT), [row | who])
    _tell(uow, task, "task.commented", "task.comment", by, {})


def comments(uow: UnitOfWork, instance_id: UUID) -> Sequence[Any]:
    """Return the words left on the tasks of an instance, the first first: name of the task, author, text, when."""
    found = select(COMMENT, TASK.c.name.label("task_name")).join(TASK, TASK.c.id == COMMENT.c.task_id)
    return uow.session.execute(found.where(COMMENT.c.instance_id == instance_id).order_by(COMMENT.c.id)).all()


def _takes_part(uow: UnitOfWork, task: Row, by: Actor) -> bool:
    if by.person_id is None:
        return False
    signs = exists().where(
        ITEM.c.task_id == task["id"],
        ITEM.c.state.not_in(("removed", "void")),
        (ITEM.c.person_id == by.person_id) | (ITEM.c.voter_id == by.person_id),
    )
    filed = exists().where(FILED.c.task_id == task["id"], FILED.c.actor_id == by.person_id)
    return bool(uow.session.scalar(select(signs | filed)))


def urge(uow: UnitOfWork, task_id: UUID, text: str, *, by: Actor) -> int:
    """Ask who holds a task to hurry; return how many were told: its holder, its group, or each signer in turn.

    Allowed to anybody with a role at one of the instance's organisations and to who watches over all, once an hour per
    task and sender.
    Raises NotFound; NotAllowed; WrongState unless open; Conflict (`task.urged`) if it is too soon; InvalidInput.
    """
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise InvalidInput(f"请写催办内容(1–{LONGEST_TEXT} 字)。", code="task.urge_text")
    task = _locked(uow, task_id)
    require_open(uow, task)
    _require_concerned(task, by)
    told = uow.session.scalars(_notices(uow, task, text.strip(), by)).all()
    if not told:
        raise Conflict(
            f"您一小时内已催办过“{task['name']}”;请稍后再催。", code="task.urged", wait_seconds=PAUSE.seconds
        )
    _tell(uow, task, "task.urged", "task.urge", by, {"told": len(told)})
    return len(told)


def _locked(uow: UnitOfWork, task_id: UUID) -> Row:
    """Lock the task alone, so that two clicks count as one; nothing else is locked after it."""
    locked = (
        select(TASK, INSTANCE.c.parties, INSTANCE.c.organisation_id.label("instance_organisation_id"))
        .join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .where(TASK.c.id == task_id)
        .with_for_update(of=TASK, key_share=True)
    )
    row = uow.session.execute(locked).mappings().first()
    if row is None:
        raise NotFound(MISSING, code="task.not_found")
    return cast(Row, row)


def may_urge(task: Any, instance: Any, by: Actor) -> bool:
    """Tell whether somebody may ask for a task of an instance: open, another's, and of an organisation of his.

    Whether it is too soon for another time shows only when he tries.
    """
    mine = by.person_id is not None and by.person_id == task.assignee_id
    concerned = _concerned(task.organisation_id, instance.organisation_id, instance.parties, by)
    return task.status == "open" and concerned and not mine


def _concerned(of_task: int, of_instance: int, parties: Mapping[str, int], by: Actor) -> bool:
    places = {of_task, of_instance, *parties.values()}
    return by.system or by.watches or any(place in places for _, place in by.roles)


def _require_concerned(task: Row, by: Actor) -> None:
    of_task, of_instance = task["organisation_id"], task["instance_organisation_id"]
    if not _concerned(of_task, of_instance, task["parties"], by):
        raise NotAllowed("只有本事项的相关单位可以催办。", code="task.not_concerned")
    if by.person_id is not None and by.person_id == task["assignee_id"]:
        raise NotAllowed(f"任务“{task['name']}”就在您手里;请直接办理。", code="task.urge_own")


def _notices(uow: UnitOfWork, task: Row, text: str, by: Actor) -> Any:
    """Return one INSERT: a row per recipient, none if this sender has urged within the hour."""
    lately = exists().where(
        NOTICE.c.kind == "urge",
        NOTICE.c.task_id == task["id"],
        NOTICE.c.sender_id.is_not_distinct_from(by.person_id),
        NOTICE.c.created_at > uow.now() - PAUSE,
    )
    holder = task["role"] if task["assignee_id"] is None else "assignee"
    waiting = TASK.outerjoin(ITEM, (ITEM.c.task_id == TASK.c.id) & (ITEM.c.state == "open"))
    recipients = (
        select(
            TASK.c.id,
            literal("urge"),
            case((ITEM.c.person_id.is_not(None), "assignee"), else_=func.coalesce(ITEM.c.role, holder)),
            func.coalesce(ITEM.c.organisation_id, TASK.c.organisation_id),
            case((ITEM.c.role.is_(None), func.coalesce(ITEM.c.person_id, TASK.c.assignee_id))),
            literal(uow.now(), NOTICE.c.created_at.type),
            literal(text),
            literal(by.person_id, NOTICE.c.sender_id.type),
            literal(by.name),
        )
        .select_from(waiting)
        .where(TASK.c.id == task["id"], ~lately)
    )
    columns = ("task_id", "kind", "recipient", "organisation_id", "person_id", "created_at", "text")
    into = insert(NOTICE).from_select([*columns, "sender_id", "sender_name"], recipients)
    return into.returning(NOTICE.c.id)


def _tell(uow: UnitOfWork, task: Row, what: str, action: str, by: Actor, facts: Mapping[str, Any]) -> None:
    event = Event(what, task["instance_id"], task["campaign_id"], task["id"], task["element_id"], facts)
    uow.record(event, by=by)
    uow.audit(action, by=by, subject=str(task["id"]), instance_id=task["instance_id"], data=facts)
