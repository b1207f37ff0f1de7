"""After a run has settled: what does the instance wait for now, and what did it wait for before?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from engine import counting, ladder, signers
from engine.bpmn import values
from engine.bpmn.live import SentMessage, SentSignal
from engine.bpmn.run import LiveTask, Place
from engine.calendar.local_time import SHANGHAI, end_of_day, local_date
from engine.errors import BihuanError, InvalidInput
from engine.feel.shapes import coarse
from engine.handovers import send
from engine.model.timers import LadderRung
from engine.turn import Turn


def compare(turn: Turn) -> None:
    """Settle the run and turn every difference into rows: tasks, rungs, timers, messages, signals, incidents, the end."""
    turn.run.settle()
    _walked(turn)
    _tasks(turn)
    counting.count(turn)
    _timers(turn)
    _messages(turn)
    _signals(turn)
    _sent(turn)
    _failures(turn)
    _end(turn)


def _walked(turn: Turn) -> None:
    """Count the ways its tokens took: an image holds no past."""
    known = turn.waits.setdefault("walked", {})
    for way, times in turn.run.walked.items():
        name = f"{way.definition_key}/{way.source}>{way.target}"
        known[name] = known.get(name, 0) + times


def _tasks(turn: Turn) -> None:
    before: dict[str, str] = turn.waits["tasks"]
    live = {str(task.id): task for task in turn.run.user_tasks}
    gone = [token for token in before if token not in live]
    for token in gone:
        turn.changes.ended_tasks.setdefault("cancelled", []).append(UUID(token))
        turn.record("task.cancelled", task_id=UUID(token), element_id=before[token], **turn.cause)
    fresh = [task for token, task in live.items() if token not in before]
    for path in {task.path for task in fresh}:
        turn.waits["rounds"][path] = turn.waits["rounds"].get(path, 0) + 1
    for task in fresh:
        _new_task(turn, task)
    turn.waits["tasks"] = {token: task.element.id for token, task in live.items()}


def _new_task(turn: Turn, task: LiveTask) -> None:
    element = task.element
    now = turn.hands.uow.now()
    due_at = due_of(turn, task)
    rule, signing = signers.drawn(turn, task)
    office = turn.office(element.party)
    turn.offices |= {
        office,
        *(row["organisation_id"] for row in signing if row["organisation_id"] is not None),
    }
    offer = None if rule else turn.offers.get(Place(task.definition_key, element.id))
    turn.changes.add(
        "tasks",
        {
            "id": task.id,
            "instance_id": turn.instance_id,
            "jurisdiction_id": turn.row["jurisdiction_id"],
            "organisation_id": office,
            "campaign_id": turn.row["campaign_id"],
            "stage": turn.row["stage"],
            "definition_key": task.definition_key,
            "element_id": element.id,
            "name": element.name,
            "role": element.role,
            "form_key": element.form,
            "round": turn.waits["rounds"][task.path],
            "status": "open",
            "assignee_id": offer.person_id if offer else None,
            "assignee_name": offer.name if offer else None,
            "claimed_at": now if offer else None,
            "created_at": now,
            "due_at": due_at,
            "counter_sign": rule,
        },
    )
    for row in signing:
        turn.changes.add("items", row)
    add_rungs(turn, task, due_at)
    turn.record("task.created", task_id=task.id, element_id=element.id)


def add_rungs(turn: Turn, task: LiveTask, due_at: datetime | None) -> None:
    """Add the rungs of the ladder that the diagram gives a task."""
    element, now = task.element, turn.hands.uow.now()
    chosen = turn.hands.parameters.ladder(element.ladder, turn.row["stage"])
    if chosen and due_at:
        rows = ladder.rungs(
            chosen,
            task_id=task.id,
            campaign_id=turn.row["campaign_id"],
            due_at=due_at,
            now=now,
            offices=lambda role: _recipient_office(turn, task, role),
        )
        for row in rows:
            turn.changes.add("rungs", row)


def _recipient_office(turn: Turn, task: LiveTask, role: str) -> int:
    if role == "assignee":
        return turn.office(task.element.party)
    party = turn.hands.parameters.role_parties.get(role, "subject")
    return turn.office(party)


def plan_rungs_anew(turn: Turn, task: LiveTask, due_at: datetime | None) -> None:
    """Replace the rungs that a task still has before it by those of another due moment."""
    planned = delete(LadderRung).where(LadderRung.task_id == task.id, LadderRung.status == "planned")
    turn.hands.uow.session.execute(planned)
    add_rungs(turn, task, due_at)


def due_of(turn: Turn, task: LiveTask, *, opened_at: datetime | None = None) -> datetime | None:
    """Work out the due moment; a task that comes back keeps its due date plus the days a return allows.

    The days are counted from the day it opened if the date is over then; a date that is worked out anew needs none.
    opened_at: when, if it is open already and its date is worked out again; a later return adds to that date.
    """
    element = task.element
    if not element.due:
        return None
    try:
        found = coarse(turn.evaluate(element.due, task.data, now=opened_at))
    except BihuanError as error:
        raise InvalidInput(
            f"任务“{element.name}”({element.id})的期限表达式“{element.due}”算不出来:{error.text}",
            code="task.due_invalid",
            element_id=element.id,
        ) from error
    if found is None:
        return None
    if not isinstance(found, date):
        raise InvalidInput(
            f"任务“{element.name}”({element.id})的期限应为日期,得到的是“{found}”;请改流程图里的期限表达式。",
            code="task.due_invalid",
            element_id=element.id,
        )
    first = turn.waits["due"].setdefault(task.path, found.isoformat())
    if opened_at is not None:
        turn.waits["due"][task.path] = found.isoformat()
    today, on = local_date(opened_at or turn.hands.uow.now()), local_date(_instant(found))
    if turn.waits["rounds"][task.path] > 1 and (first == found.isoformat() or on < today):
        calendar, days = turn.hands.parameters.calendar, turn.hands.parameters.return_days
        turn.extended.add(task.id)
        return end_of_day(calendar.workdays_after(max(on, today), days))
    return _instant(found)


def _instant(found: date) -> datetime:
    if isinstance(found, datetime):
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    return end_of_day(found)


def _timers(turn: Turn) -> None:
    before: dict[str, str] = turn.waits["timers"]
    live = {str(timer.id): timer for timer in turn.run.timers}
    for token in before:
        if token not in live:
            fired = before[token] <= turn.hands.uow.now().isoformat() and not turn.run.is_cancelled
            turn.changes.ended_timers.setdefault("fired" if fired else "cancelled", []).append(UUID(token))
    for token, timer in live.items():
        if before.get(token) != timer.due_at.isoformat():
            if token in before:
                turn.changes.ended_timers.setdefault("fired", []).append(timer.id)
            turn.changes.add(
                "timers",
                {
                    "instance_id": turn.instance_id,
                    "token_id": timer.id,
                    "element_id": timer.element_id,
                    "due_at": timer.due_at,
                    "next_attempt_at": timer.due_at,
                    "status": "planned",
                },
            )
    turn.waits["timers"] = {token: timer.due_at.isoformat() for token, timer in live.items()}


def _messages(turn: Turn) -> None:
    before: dict[str, Any] = turn.waits["messages"]
    live = {str(message.id): message for message in turn.run.messages}
    turn.changes.gone_messages.extend(UUID(token) for token in before if token not in live)
    for token, message in live.items():
        if token not in before:
            turn.changes.add(
                "messages",
                {
                    "instance_id": turn.instance_id,
                    "jurisdiction_id": turn.row["jurisdiction_id"],
                    "token_id": message.id,
                    "element_id": message.element_id,
                    "name": message.name,
                    "key": message.key,
                },
            )
    turn.waits["messages"] = {token: message.name for token, message in live.items()}


def _signals(turn: Turn) -> None:
    before: dict[str, Any] = turn.waits.get("signals", {})
    live = {str(signal.id): signal for signal in turn.run.signals}
    turn.changes.gone_signals.extend(UUID(token) for token in before if token not in live)
    for token, signal in live.items():
        if token not in before:
            turn.changes.add(
                "signals",
                {
                    "instance_id": turn.instance_id,
                    "jurisdiction_id": turn.row["jurisdiction_id"],
                    "token_id": signal.id,
                    "element_id": signal.element_id,
                    "name": signal.name,
                },
            )
    turn.waits["signals"] = {token: signal.name for token, signal in live.items()}


def _sent(turn: Turn) -> None:
    """Put what the diagram threw on its way: whoever waits for it gets it after the commit."""
    common = {"jurisdiction_id": turn.row["jurisdiction_id"], "thrower_id": turn.instance_id}
    rows = []
    for message in turn.run.sent:
        turn.record("message.sent", element_id=message.element_id, name=message.name, key=message.key)
        rows.append(common | {"kind": "message", "key": message.key, **_thrown(message)})
    for signal in turn.run.sent_signals:
        turn.record("signal.sent", element_id=signal.element_id, name=signal.name)
        rows.append(common | {"kind": "broadcast", "key": None, **_thrown(signal)})
    send(turn.hands.uow, rows)


def _thrown(event: SentMessage | SentSignal) -> dict[str, Any]:
    payload = values.dumps(dict(event.payload))
    return {"name": event.name, "element_id": event.element_id, "payload": payload}


def _failures(turn: Turn) -> None:
    before: dict[str, str] = turn.waits["failed"]
    live = {str(failure.task_id): failure for failure in turn.run.failures}
    for token, failure in live.items():
        if token not in before:
            turn.changes.add(
                "incidents",
                {
                    "instance_id": turn.instance_id,
                    "token_id": failure.task_id,
                    "element_id": failure.element_id,
                    "code": failure.code,
                    "text": failure.text,
                    "attempts": turn.tried.get(token, 0) + 1,
                    "opened_at": turn.hands.uow.now(),
                },
            )
            turn.record("incident.opened", element_id=failure.element_id, code=failure.code)
    turn.changes.gone_failures.extend(UUID(token) for token in before if token not in live)
    turn.waits["failed"] = {token: failure.code for token, failure in live.items()}


def _end(turn: Turn) -> None:
    status = turn.status()
    if status == "active":
        return
    turn.changes.ended_subjects.setdefault(status, []).append(turn.instance_id)
    turn.record(f"instance.{status}")
