"""What an instance waits for now, read from its tokens."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from engine.bpmn import spiff
from engine.bpmn.failing import TaskNotLive
from engine.bpmn.flows import MainFlow
from engine.bpmn.live import Counting, Failure, LiveMessage, LiveSignal, LiveTask, LiveTimer, Place, Wait
from engine.bpmn.nodes.events import EventBasedGateway
from engine.bpmn.nodes.loops import MultiInstance
from engine.bpmn.nodes.messaging import Message, definitions
from engine.bpmn.nodes.signalling import Condition, Signal
from engine.bpmn.nodes.subprocesses import EventSubprocess
from engine.bpmn.nodes.timing import Timer
from engine.bpmn.tokens import FAILURE, Token

_KINDS = ((Timer, "timer"), (Message, "message"), (Signal, "signal"), (Condition, "condition"))


def tokens(top: MainFlow, mask: int) -> list[Token]:
    """Return the tokens in these states, in all trees."""
    return [token for flow in top.flows() for token in flow.tokens(mask)]


def user_tasks(top: MainFlow) -> list[LiveTask]:
    """Return what people have to do."""
    return [
        LiveTask(
            token.id,
            definition_key(token),
            token.task_spec.element,
            MappingProxyType(token.data),
            path(token),
        )
        for token in tokens(top, spiff.READY)
        if token.task_spec.manual
    ]


def timers(top: MainFlow) -> list[tuple[LiveTimer, Token]]:
    """Return the running timers with their tokens."""
    return [
        (LiveTimer(event_id(token, one), one.element_id, due_at, counts=one.counts), token)
        for token, one in _events(top)
        if isinstance(one, Timer) and (due_at := one.due_at(token)) is not None
    ]


def count(top: MainFlow, evaluate: Counting, tasks: Collection[UUID] | None) -> None:
    """Work out the timers that count from the day a user task is due: of these tasks anew; None: where nobody did yet."""
    counting = [
        (token, one)
        for token, one in _events(top)
        if isinstance(one, Timer) and one.counts and (tasks is not None or one.waits_for_a_day(token))
    ]
    if counting:
        beside = {id(one.parent): one.id for one in tokens(top, spiff.READY) if one.task_spec.manual}
        for token, one in counting:
            task_id = beside.get(id(token.parent))
            if task_id is not None and (tasks is None or task_id in tasks):
                one.count(token, partial(evaluate, task_id))


def redate(top: MainFlow, later: Callable[[LiveTimer], datetime]) -> None:
    """Move the due moment of every running timer; since when it runs and the anchor of a cycle move with it.

    One that counts from the day its task is due stays: that day moves it (`count`).
    """
    for timer, token in timers(top):
        if timer.counts:
            continue
        moved, memory, element_id = later(timer), token.internal_data, timer.element_id
        by = moved - timer.due_at
        memory["due"][element_id] = moved.isoformat()
        if element_id in memory.get("since", {}):
            memory["since"][element_id] = _moved(memory["since"][element_id], by)
        if "cycle" in memory:
            memory["cycle"] = {**memory["cycle"], "anchor": _moved(memory["cycle"]["anchor"], by)}


def _moved(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()


def messages(top: MainFlow) -> list[LiveMessage]:
    """Return the messages waited for."""
    return [
        LiveMessage(event_id(token, one), one.element_id, one.name, one.key(token))
        for token, one in _events(top)
        if isinstance(one, Message)
    ]


def signals(top: MainFlow) -> list[LiveSignal]:
    """Return the signals waited for."""
    return [
        LiveSignal(event_id(token, one), one.element_id, one.name)
        for token, one in _events(top)
        if isinstance(one, Signal)
    ]


def failures(top: MainFlow) -> list[Failure]:
    """Return the automatic steps that stand still."""
    return [
        Failure(token.id, definition_key(token), token.task_spec.bpmn_id or "", *token.internal_data[FAILURE])
        for token in tokens(top, spiff.LIVE)
        if token.is_failed
    ]


def waits(top: MainFlow) -> list[Wait]:
    """Return everything the instance waits for: tasks, then failures, then events."""
    found = [Wait("task", one.id, one.definition_key, one.element.id) for one in user_tasks(top)]
    found += [Wait("failure", one.task_id, one.definition_key, one.element_id) for one in failures(top)]
    for token, one in _events(top):
        kind = next((kind for known, kind in _KINDS if isinstance(one, known)), "")
        if kind and not (isinstance(one, Timer) and one.due_at(token) is None):
            found.append(Wait(kind, event_id(token, one), definition_key(token), one.element_id))
    return found


def standing(top: MainFlow) -> list[Place]:
    """Return the places of all tokens; events at a border, and those that begin event subprocesses, only watch."""
    return [
        Place(definition_key(token), token.task_spec.bpmn_id)
        for token in tokens(top, spiff.LIVE)
        if token.task_spec.telling and not isinstance(token.task_spec, spiff.BoundaryEvent | spiff.StartEvent)
    ]


def definition_key(token: Token) -> str:
    """Return the process a token is in."""
    key: str = token.workflow.spec.definition_key
    return key


def path(token: Token) -> str:
    """Return the element of a token with the activities around it, each with the number of its instance."""
    steps = []
    at: Any = token
    while at is not None:
        step = at.task_spec.bpmn_id or ""
        if at.parent is not None and isinstance(at.parent.task_spec, MultiInstance) and at.triggered:
            step = f"{step}#{at.internal_data['index'] + 1}"
        steps.append(step)
        at = getattr(at.workflow, "holder", None)
    return "/".join(reversed(steps))


def trees(top: MainFlow) -> dict[UUID, Place]:
    """Return the activities that run a tree of their own now, by token; event subprocesses are not among them."""
    return {
        flow.holder.id: Place(definition_key(flow.holder), flow.holder.task_spec.bpmn_id or "")
        for flow in top.subprocesses.values()
        if not flow.completed and not isinstance(flow.holder.task_spec, EventSubprocess)
    }


def event_id(token: Token, definition: Any) -> UUID:
    """Return the id of one wait: the token's own, or at an event-based gateway one per event."""
    token_id: UUID = token.id
    if isinstance(token.task_spec, EventBasedGateway):
        return uuid5(token_id, definition.element_id)
    return token_id


def find(top: MainFlow, task_id: UUID, fits: Callable[[Token], bool]) -> Token:
    """Return the live token of this id, or the one that waits for the event of this id. Raises TaskNotLive."""
    for flow in top.flows():
        token: Token | None = flow.tasks.get(task_id)
        if token is not None and token._state & spiff.LIVE and fits(token):
            return token
    waiting = token_of_event(top, task_id)
    if waiting is not None and fits(waiting):
        return waiting
    raise TaskNotLive("这一步已不在等待中,可能刚被别人处理;请刷新后再看。", task_id=str(task_id))


def token_of_event(top: MainFlow, wait_id: UUID) -> Token | None:
    """Return the token that waits for the event of this id."""
    return next((token for token, one in _events(top) if event_id(token, one) == wait_id), None)


def _events(top: MainFlow) -> list[tuple[Token, Any]]:
    return [(token, one) for token in top.event_manager.tasks.values() for one in definitions(token)]


def missed(token: Token) -> int:
    """Return how many occurrences of a cycle passed unseen when a token fired."""
    for one in definitions(token):
        if isinstance(one, Timer) and one.kind == "timeCycle":
            return one.following(token)[1]
    return 0
