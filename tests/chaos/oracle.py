"""The oracle: from rows alone, and from what clients were told, it says what was lost and what happened twice."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from engine.access import SYSTEM
from engine.advance import IDENTITY, view
from engine.bpmn.run import Run
from engine.library import binding, parameter_set
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.steps import Hands
from engine.uow import UnitOfWork
from host.composition import Bihuan

MOST_SHOWN = 5
GROUP = 500
RULES: Mapping[str, str] = {
    "a timer that is due has not fired": """
        select id from app.timer where status = 'planned' and due_at <= :now""",
    "a timer failed": "select id from app.timer where status = 'failed'",
    "a token's timer has fired other than once": """
        select token_id from app.timer where status = 'fired' group by token_id, due_at having count(*) > 1""",
    "an instance's timers fired and its journal says otherwise": """
        select i.id from app.process_instance i
         where (select count(*) from app.timer t where t.instance_id = i.id and t.status = 'fired')
            <> (select count(*) from app.event e where e.instance_id = i.id and e.type = 'timer.fired')""",
    "an operation of an instance took effect other than once": """
        select i.id from app.process_instance i
         where i.definition_key = 'later'
           and (select count(*) from app.event e where e.instance_id = i.id and e.type = 'posted')
            <> (select count(*) from app.timer t where t.instance_id = i.id and t.status = 'fired')""",
    "a task's completions and its status do not agree": """
        select t.id from app.user_task t
          left join app.event e on e.task_id = t.id and e.type in ('task.completed', 'task.withdrawn')
         group by t.id, t.status
        having count(*) filter (where e.type = 'task.completed')
             - count(*) filter (where e.type = 'task.withdrawn') <> (t.status = 'completed')::int""",
    "a task has other than one filed form": """
        select t.id from app.user_task t left join app.submission s on s.task_id = t.id and not s.withdrawn
         group by t.id, t.status having count(s.id) <> (t.status = 'completed')::int""",
    "a filed form belongs to no task": """
        select s.id from app.submission s where not exists (select from app.user_task t where t.id = s.task_id)""",
    "a task was created other than once": """
        select t.id from app.user_task t left join app.event e on e.task_id = t.id and e.type = 'task.created'
         group by t.id having count(e.id) <> 1""",
    "an instance counts its completed tasks wrongly": """
        select i.id from app.process_instance i where i.completed_tasks <>
               (select count(*) from app.user_task t where t.instance_id = i.id and t.status = 'completed')""",
    "an instance that has ended still has open work": """
        select i.id from app.process_instance i where i.status <> 'active' and (
               exists (select from app.user_task t where t.instance_id = i.id and t.status = 'open')
            or exists (select from app.timer t where t.instance_id = i.id and t.status = 'planned'))""",
    "an active instance waits for nothing": """
        select i.id from app.process_instance i where i.status = 'active'
           and not exists (select from app.user_task t where t.instance_id = i.id and t.status = 'open')
           and not exists (select from app.timer t where t.instance_id = i.id and t.status = 'planned')
           and not exists (select from app.message_subscription m where m.instance_id = i.id)
           and not exists (select from app.incident n where n.instance_id = i.id and n.resolved_at is null)""",
    "an instance started or ended other than once": """
        select i.id from app.process_instance i left join app.event e on e.instance_id = i.id
         group by i.id, i.status
        having count(*) filter (where e.type = 'instance.started') <> 1
            or count(*) filter (where e.type in ('instance.completed', 'instance.cancelled'))
            <> (i.status <> 'active')::int""",
    "a task that was returned ended otherwise, or was returned twice": """
        select r.task_id from app.task_return r join app.user_task t on t.id = r.task_id
         group by r.task_id, t.status having count(*) <> 1 or t.status <> 'cancelled'""",
    "a message that was sent was not received once": """
        select sent.data ->> 'key' from app.event sent where sent.type = 'message.sent'
           and (select count(*) from app.event e
                 where e.type = 'message.received' and e.data ->> 'key' = sent.data ->> 'key') <> 1""",
    "something that was thrown has not arrived": "select id || ' ' || status from app.handover",
    "a message found nobody": "select id from app.event where type = 'message.unclaimed'",
    "a reminder that is due was neither sent nor skipped": """
        select id from app.ladder_rung where status = 'planned' and at <= :now""",
    "a rung exists twice": """
        select task_id from app.ladder_rung group by task_id, kind, offset_days having count(*) > 1""",
    "a sent rung has told its recipients other than once": """
        select r.id from app.ladder_rung r left join app.notification n on n.rung_id = r.id
         group by r.id, r.status, r.recipients
        having count(n.id) <> case r.status when 'sent' then jsonb_array_length(r.recipients) else 0 end""",
    "reminders were journalled other than once": """
        select r.task_id from (select task_id, count(*) as sent from app.ladder_rung
                                where status = 'sent' group by task_id) r
         where r.sent <> (select count(*) from app.event e
                           where e.task_id = r.task_id and e.type in ('reminder.sent', 'escalation.sent'))""",
    "a member of an open stage has no instance": """
        select s.id from app.campaign_subject s join app.campaign c on c.id = s.campaign_id
         where c.status = 'open' and s.status in ('pending', 'failed')
            or s.status = 'started' and not exists
               (select from app.process_instance i where i.id = s.instance_id)""",
    "an instance of a stage belongs to no member": """
        select i.id from app.process_instance i where i.campaign_id is not null and not exists
               (select from app.campaign_subject s where s.instance_id = i.id)""",
    "an incident was opened": "select id || ' ' || code from app.incident",
    "a job is stuck in the queue": """
        select id || ' ' || task_name || ' ' || status from queue.procrastinate_jobs""",
    "commands and audit do not agree": """
        select a.action from (
            select 'task.complete' as action, count(*) filter (where type = 'task.completed') as done from app.event
            union all select 'task.claim', count(*) filter (where type = 'task.claimed') from app.event
            union all select 'task.return', count(*) filter (where type = 'task.returned') from app.event
            union all select 'task.withdraw', count(*) filter (where type = 'task.withdrawn') from app.event
        ) a where a.done <> (select count(*) from app.audit_entry e where e.action = a.action)""",
}
EVENTS = text("""
select task_id::text, count(*) from app.event where type = :type and task_id is not null group by task_id
""")


Broken = Mapping[str, Collection[str]]


def findings(bihuan: Bihuan, folder: Path | None = None, before: Broken | None = None) -> list[str]:
    """Return what is wrong, a line per rule that is broken; nothing if all is well.

    folder: where the clients' papers lie, if there were clients. before: what was `broken` before they came.
    """
    known = before or {}
    new = ((rule, set(rows) - set(known.get(rule, ()))) for rule, rows in broken(bihuan).items())
    found = [_line(rule, rows) for rule, rows in new if rows]
    with bihuan.unit_of_work() as uow:
        found += _told_otherwise(uow, folder)
    return [*found, *_images_that_differ(bihuan)]


def broken(bihuan: Bihuan) -> Broken:
    """Return the rows that break rules, by rule."""
    with bihuan.unit_of_work() as uow:
        return {rule: _rows(uow, query) for rule, query in RULES.items()}


def _rows(uow: UnitOfWork, query: str) -> list[str]:
    values = {"now": uow.now()} if ":now" in query else {}
    return [str(one) for one in uow.session.scalars(text(query), values)]


def _line(rule: str, examples: Iterable[str]) -> str:
    shown = sorted(examples)
    more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    return f"{rule}: {', '.join(shown[:MOST_SHOWN])}{more}"


def told(folder: Path) -> Counter[tuple[str, str]]:
    """Return how often clients were told `done`, by command and task."""
    lines = (
        json.loads(line) for path in folder.glob("told-*.jsonl") for line in path.read_text().splitlines()
    )
    return Counter((what, task_id) for what, task_id, answer in lines if answer == "done")


def _told_otherwise(uow: UnitOfWork, folder: Path | None) -> Iterator[str]:
    """Yield what clients were told is done and the journal does not have, or does not have as often."""
    if folder is None:
        return
    answers = told(folder)
    for what in ("claimed", "completed", "withdrawn", "returned"):
        rows = uow.session.execute(EVENTS, {"type": f"task.{what}"})
        happened: dict[str, int] = {row[0]: row[1] for row in rows}
        lacking = [
            task_id
            for (command, task_id), number in answers.items()
            if command == what and number > happened.get(task_id, 0)
        ]
        if lacking:
            yield _line(f"a client was told “{what}” and the journal does not have it", lacking)


def _images_that_differ(bihuan: Bihuan) -> Iterator[str]:
    """Restore every image and compare what it waits for with the rows."""
    instance = table_of(ProcessInstance)
    active = select(instance.c.id).where(instance.c.status == "active").order_by(instance.c.id)
    with bihuan.unit_of_work() as uow:
        ids = list(uow.session.scalars(active))
    wrong: dict[str, list[str]] = {}
    for first in range(0, len(ids), GROUP):
        with bihuan.unit_of_work() as uow:
            some = ids[first : first + GROUP]
            rows = uow.session.execute(select(instance).where(instance.c.id.in_(some))).mappings().all()
            waited = _rows_waited_for(uow, some)
            for row in rows:
                for kind, there in _waited_in_image(uow, row).items():
                    if there != waited[kind].get(row["id"], set()):
                        wrong.setdefault(kind, []).append(str(row["id"]))
    for kind, instances in wrong.items():
        yield _line(f"the image and the rows do not wait for the same {kind}", instances)


def _waited_in_image(uow: UnitOfWork, row: Any) -> dict[str, set[Any]]:
    identity = {name: row[name] for name in IDENTITY} | {"instance_id": row["id"]}
    bound = binding(uow.session, row["bundle_hash"])
    chosen = parameter_set(uow.session, row["parameter_hash"])
    run = Run.restore(bound.bundle, row["image"], **view(Hands(uow, bound, identity, SYSTEM, chosen)))
    return {
        "tasks": {task.id for task in run.user_tasks},
        "timers": {(timer.id, timer.due_at) for timer in run.timers},
        "messages": {message.id for message in run.messages},
    }


def _rows_waited_for(uow: UnitOfWork, ids: list[Any]) -> dict[str, dict[Any, set[Any]]]:
    queries = {
        "tasks": "select instance_id, id from app.user_task where status = 'open' and instance_id = any(:ids)",
        "timers": """
            select instance_id, token_id, due_at from app.timer where status = 'planned' and instance_id = any(:ids)""",
        "messages": "select instance_id, token_id from app.message_subscription where instance_id = any(:ids)",
    }
    found: dict[str, dict[Any, set[Any]]] = {}
    for kind, query in queries.items():
        for instance_id, *what in uow.session.execute(text(query), {"ids": ids}):
            value = what[0] if len(what) == 1 else tuple(what)
            found.setdefault(kind, {}).setdefault(instance_id, set()).add(value)
    return {kind: found.get(kind, {}) for kind in queries}


def counts(bihuan: Bihuan, now: datetime) -> dict[str, int]:
    """Return how far things have come."""
    query = text("""
        select (select count(*) from app.timer where status = 'fired') as fired,
               (select count(*) from app.timer where status = 'planned' and due_at <= :now) as due,
               (select count(*) from app.user_task where status = 'completed') as completed,
               (select count(*) from app.user_task where status = 'open' and element_id in ('fill', 'check')) as open,
               (select count(*) from app.ladder_rung where status = 'planned' and at <= :now) as rungs,
               (select count(*) from app.campaign_subject where status = 'pending') as pending,
               (select count(*) from queue.procrastinate_jobs where status in ('todo', 'doing')) as jobs""")
    with bihuan.unit_of_work() as uow:
        return dict(uow.session.execute(query, {"now": now}).mappings().one())
