"""The rows one command writes, collected and written with one statement per table."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from engine.model.base import table_of
from engine.model.campaigns import CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.journal import Incident
from engine.model.messages import MessageSubscription
from engine.model.signals import SignalSubscription
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import LadderRung, Timer

Row = dict[str, Any]

TABLES = {
    "instances": table_of(ProcessInstance),
    "tasks": table_of(UserTask),
    "items": table_of(SignItem),
    "submissions": table_of(SubmissionRow),
    "rungs": table_of(LadderRung),
    "timers": table_of(Timer),
    "messages": table_of(MessageSubscription),
    "signals": table_of(SignalSubscription),
    "incidents": table_of(Incident),
}


@dataclass
class Changes:
    """New rows by table, and the tokens that are gone."""

    new: dict[str, list[Row]] = field(default_factory=dict)
    ended_tasks: dict[str, list[UUID]] = field(default_factory=dict)
    ended_timers: dict[str, list[UUID]] = field(default_factory=dict)
    gone_messages: list[UUID] = field(default_factory=list)
    gone_signals: list[UUID] = field(default_factory=list)
    ended_subjects: dict[str, list[UUID]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Add a row to `table` (a name of TABLES)."""
        self.new.setdefault(table, []).append(row)

    def flush(self, session: Session, now: datetime) -> None:
        """Write everything: parents before children, endings before beginnings."""
        for status, ids in self.ended_tasks.items():
            _end_tasks(session, ids, status, now)
        for status, ids in self.ended_timers.items():
            timer = table_of(Timer)
            ended = update(Timer).where(timer.c.token_id.in_(ids), timer.c.status == "planned")
            session.execute(ended.values(status=status, ended_at=now))
        if self.gone_messages:
            waiting = table_of(MessageSubscription)
            session.execute(waiting.delete().where(waiting.c.token_id.in_(self.gone_messages)))
        if self.gone_signals:
            listening = table_of(SignalSubscription)
            session.execute(listening.delete().where(listening.c.token_id.in_(self.gone_signals)))
        for name, table in TABLES.items():
            rows = self.new.get(name)
            if rows:
                session.execute(insert(table), rows)
        for status, ids in self.ended_subjects.items():
            subject = table_of(CampaignSubject)
            session.execute(
                update(CampaignSubject).where(subject.c.instance_id.in_(ids)).values(status=status)
            )


def _end_tasks(session: Session, ids: list[UUID], status: str, now: datetime) -> None:
    rung = table_of(LadderRung)
    if status != "completed":
        task = table_of(UserTask)
        ended = update(task).where(task.c.id.in_(ids)).values(status=status, ended_at=now)
        rows = session.execute(ended.returning(task.c.id, task.c.counter_sign))
        signed = [row.id for row in rows if row.counter_sign is not None]
        if signed:
            item = table_of(SignItem)
            waiting = update(item).where(item.c.task_id.in_(signed), item.c.state.in_(("open", "queued")))
            session.execute(waiting.values(state="void"))
    skipped = update(LadderRung).where(rung.c.task_id.in_(ids), rung.c.status == "planned")
    session.execute(skipped.values(status="skipped", reason=f"task_{status}", ended_at=now))


KEEP_INSTANCE = (
    update(table_of(ProcessInstance))
    .where(
        table_of(ProcessInstance).c.id == bindparam("instance_id"),
        table_of(ProcessInstance).c.revision == bindparam("old_revision"),
    )
    .values(
        image=bindparam("image"),
        waits=bindparam("waits"),
        undo=bindparam("undo"),
        status=bindparam("status"),
        revision=table_of(ProcessInstance).c.revision + 1,
        completed_tasks=bindparam("completed_tasks"),
        ended_at=bindparam("ended_at"),
    )
)
