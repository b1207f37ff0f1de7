"""Whose hands: a task is held in somebody's name, and in one instance one hand acts in one name only (代理)."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, func, tuple_

from engine.access import Actor
from engine.errors import NotAllowed
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow, UserTask

TASK = table_of(UserTask)
FILED = table_of(SubmissionRow)


def held_by(by: Actor) -> ColumnElement[bool]:
    """Return the condition that a task is in the actor's hands; a substitute has only the roles that were meant."""
    return _named(TASK.c.assignee_id, by)


def owned_by(by: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor delegated the task."""
    return _named(TASK.c.owner_id, by)


def _named(column: ColumnElement[Any], by: Actor) -> ColumnElement[bool]:
    mine = column == by.person_id
    if by.hand_id is None:
        return mine
    return and_(mine, tuple_(TASK.c.organisation_id, TASK.c.role).in_(sorted((o, r) for r, o in by.roles)))


def in_two_names(doer: Any, person: Any) -> ColumnElement[bool]:
    """Return the condition that who acts has filed in the task's instance before, in another name.

    doer, person: ids of who acts and in whose name, or parameters for them.
    """
    did = func.coalesce(FILED.c.hand_id, FILED.c.actor_id) == cast(doer, BigInteger)
    return exists().where(
        FILED.c.instance_id == TASK.c.instance_id,
        FILED.c.withdrawn.is_(False),
        did,
        FILED.c.actor_id != cast(person, BigInteger),
    )


def two_names(by: Actor) -> NotAllowed:
    """Return the refusal."""
    ask = "请本人办理或另请一位代理人" if by.hand_id else "请由同岗位的其他人办理"
    return NotAllowed(
        f"这件事项您已以另一个人的名义办理过,同一事项不能由一人经手两方;{ask}。", code="substitute.conflict"
    )
