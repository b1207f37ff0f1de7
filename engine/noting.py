"""Leave a word about a task with people, or with whoever may claim it: a row each, told by the trigger on notifications."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from engine.access import Actor
from engine.model.base import table_of
from engine.model.timers import Notification
from engine.uow import UnitOfWork

NOTICE = table_of(Notification)


def note(
    uow: UnitOfWork, kind: str, task: Mapping[Any, Any], told: Mapping[int | None, str | None], *, by: Actor
) -> None:
    """Tell people of a task. task: id, role, organisation_id. told: who, with a text; None: whoever holds the task's role."""
    common = {"kind": kind, "task_id": task["id"], "organisation_id": task["organisation_id"]}
    sent = {"created_at": uow.now(), "sender_id": by.person_id, "sender_name": by.name}
    rows = [
        {
            **common,
            **sent,
            "recipient": task["role"] if person is None else "assignee",
            "person_id": person,
            "text": text,
        }
        for person, text in told.items()
    ]
    if rows:
        uow.session.execute(insert(NOTICE), rows)
