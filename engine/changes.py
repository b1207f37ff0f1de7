"""The rows one command writes, collected and written with one statement for all tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.json_values import dumps
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.journal import Incident
from engine.model.messages import MessageSubscription
from engine.model.returns import TaskReturn
from engine.model.signals import SignalSubscription
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import LadderRung, Notification, Timer
from engine.storage.writing import Writing, insertion

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
    "returns": table_of(TaskReturn),
    "notices": table_of(Notification),
}

COMPLETED = """
update app.user_task task set status = 'completed', ended_at = %s::timestamptz, late = done.late,
       assignee_name = coalesce(done.by, task.assignee_name)
  from jsonb_to_recordset(%s::jsonb) as done(id uuid, late boolean, by text)
 where task.id = done.id and task.id = any(%s::uuid[])
returning task.id, task.instance_id, task.definition_key, task.element_id
"""  # the ids once more: whatever the server knows of the table, it looks them up and does not walk it
DROPPED = """
delete from app.draft using completed
 where draft.instance_id = completed.instance_id and (draft.task_id = completed.id or (
       draft.definition_key = completed.definition_key and draft.element_id = completed.element_id
       and draft.task_id not in (
           select open.id from app.user_task open
            where open.instance_id = completed.instance_id and open.status = 'open')))
"""  # the drafts of the task, and of earlier rounds of it
ENDED = """
update app.user_task set status = %s::text, ended_at = %s::timestamptz where id = any(%s::uuid[])
returning id, counter_sign
"""
VOIDED = """
update app.sign_item set state = 'void' from {ended} ended
 where task_id = ended.id and ended.counter_sign is not null and state in ('open', 'queued')
"""
SKIPPED = """
update app.ladder_rung set status = 'skipped', reason = %s::text, ended_at = %s::timestamptz
 where task_id = any(%s::uuid[]) and status || '' = 'planned'
"""  # not the bare column: before it has statistics the server would walk its index of all that is planned
TIMED = """
update app.timer set status = %s::text, ended_at = %s::timestamptz
 where instance_id = %s::uuid and token_id = any(%s::uuid[]) and status || '' = 'planned'
"""  # likewise
CLOSED = """
update app.incident set resolved_at = %s::timestamptz, resolved_by = '系统', resolution = '流程已离开这一步'
  from (select %s::uuid, %s::uuid[]) as gone(instance_id, tokens)
 where incident.instance_id = gone.instance_id and resolved_at is null
   and (token_id = any(gone.tokens) or timer_id in (
           select timer.id from app.timer
            where timer.instance_id = gone.instance_id and timer.token_id = any(gone.tokens)))
"""
UNSUBSCRIBED = (
    "delete from app.message_subscription where instance_id = %s::uuid and token_id = any(%s::uuid[])"
)
UNHEARD = "delete from app.signal_subscription where instance_id = %s::uuid and token_id = any(%s::uuid[])"
LEFT = "update app.campaign_subject set status = %s::text where instance_id = any(%s::uuid[])"
KEPT = """
update app.process_instance instance
   set undo_task_id = undo.task_id, undo_image = case when undo.task_id is not null then coalesce(undo.image, instance.image) end,
       undo_waits = case when undo.task_id is not null then coalesce(undo.waits, instance.waits) end,
       image = %s::text, waits = %s::jsonb, status = %s::text, party_ids = %s::bigint[],
       completed_tasks = %s::bigint, ended_at = %s::timestamptz, revision = revision + 1
  from (select %s::uuid, %s::text, %s::jsonb) as undo(task_id, image, waits)
 where instance.id = %s::uuid and instance.revision = %s::bigint
"""  # what is kept as it was is copied as it lies, packed


@dataclass
class Changes:
    """New rows by table, and the tokens that are gone.

    completed_tasks: {"id", "late", "by"} of tasks that people completed; ended_tasks: those that ended otherwise, by status.
    kept: the state of an instance that was opened, with its id and old revision.
    """

    new: dict[str, list[Row]] = field(default_factory=dict)
    completed_tasks: list[Row] = field(default_factory=list)
    ended_tasks: dict[str, list[UUID]] = field(default_factory=dict)
    ended_timers: dict[str, list[UUID]] = field(default_factory=dict)
    gone_messages: list[UUID] = field(default_factory=list)
    gone_failures: list[UUID] = field(default_factory=list)
    gone_signals: list[UUID] = field(default_factory=list)
    ended_subjects: dict[str, list[UUID]] = field(default_factory=dict)
    kept: Row | None = None

    def add(self, table: str, row: Row) -> None:
        """Add a row to `table` (a name of TABLES)."""
        self.new.setdefault(table, []).append(row)

    def flush(self, session: Session, now: datetime, *, also: Callable[[Writing], None] | None = None) -> int:
        """Write everything in one statement; return how many instances were kept: 0 if somebody else was faster.

        also: adds parts of its own to the statement.

        All parts of the statement see the tables as they were before it, so none touches a row of another.
        """
        writing = Writing()
        if self.kept:
            self._end(writing, now, self.kept["id"])
        for name, table in TABLES.items():
            rows = self.new.get(name)
            if rows:
                writing.add(
                    name,
                    insertion(table.fullname, tuple(dict.fromkeys(chain.from_iterable(rows)))),
                    dumps(rows),
                )
        for status, ids in self.ended_subjects.items():
            writing.add(f"left_{status}", LEFT, status, ids)
        if also:
            also(writing)
        if self.kept:
            writing.add("kept", KEPT, *_state(self.kept))
        session.flush()
        return writing.run(session.connection(), counting="kept" if self.kept else None)

    def _end(self, writing: Writing, now: datetime, instance_id: UUID) -> None:
        if self.completed_tasks:
            ids = [row["id"] for row in self.completed_tasks]
            writing.add("completed", COMPLETED, now, dumps(self.completed_tasks), ids)
            writing.add("dropped", DROPPED)
            writing.add("skipped", SKIPPED, "task_completed", now, ids)
        for status, ids in self.ended_tasks.items():
            writing.add(f"ended_{status}", ENDED, status, now, ids)
            writing.add(f"voided_{status}", VOIDED.format(ended=f"ended_{status}"))
            writing.add(f"skipped_{status}", SKIPPED, f"task_{status}", now, ids)
        for status, ids in self.ended_timers.items():
            writing.add(f"timed_{status}", TIMED, status, now, instance_id, ids)
        if self.gone_messages:
            writing.add("unsubscribed", UNSUBSCRIBED, instance_id, self.gone_messages)
        if self.gone_signals:
            writing.add("unheard", UNHEARD, instance_id, self.gone_signals)
        if self.gone_failures:
            writing.add("closed", CLOSED, now, instance_id, self.gone_failures)


def _state(kept: Row) -> Sequence[Any]:
    undo = kept["undo"]
    state = (kept[name] for name in ("status", "party_ids", "completed_tasks", "ended_at"))
    before: tuple[Any, ...] = (None, None, None)
    if undo is not None:
        before = (undo.task_id, undo.image, None if undo.waits is None else dumps(undo.waits))
    return (kept["image"], dumps(kept["waits"]), *state, *before, kept["id"], kept["revision"])
