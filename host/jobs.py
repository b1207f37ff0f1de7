"""The jobs of the queue: each one claims rows, does its part in transactions of its own, and may be repeated."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from procrastinate import App, RetryStrategy

from engine import ladder, launching, messages, signals, timers
from engine.access import SYSTEM
from engine.bpmn import values
from engine.comparing import BROADCAST_JOB, DELIVER_JOB
from engine.errors import BihuanError, NotFound
from engine.events import Event
from engine.uow import UnitOfWork

Opening = Callable[[], AbstractContextManager[UnitOfWork]]
RUNG_BATCH = 1_000
PATIENCE = RetryStrategy(max_attempts=7, exponential_wait=4)
"""What was thrown is handed over again after 4 s, 16 s, … 4 h if the instance cannot take it."""
log = logging.getLogger(__name__)


def register(queue: App, opening: Opening) -> None:
    """Register every job on `queue`; each opens its units of work with `opening`."""

    @queue.task(name="fire_timers")
    def fire_timers(timer_ids: Sequence[int]) -> None:
        for timer_id in timer_ids:
            fire_timer(opening, timer_id)

    @queue.task(name="send_rungs")
    def send_rungs() -> None:
        send_due_rungs(opening)

    @queue.task(name=DELIVER_JOB, retry=PATIENCE)
    def deliver(jurisdiction_id: int, name: str, key: str | None, payload: str) -> None:
        deliver_message(opening, jurisdiction_id, name, key, payload)

    @queue.task(name=BROADCAST_JOB, retry=PATIENCE)
    def tell_all(jurisdiction_id: int, thrower_id: str, name: str, payload: str) -> None:
        broadcast_signal(opening, jurisdiction_id, UUID(thrower_id), name, payload)

    @queue.task(name=signals.HAND_JOB, retry=PATIENCE)
    def hand(instance_id: str, waiting_ids: Sequence[int], name: str, payload: str) -> None:
        with opening() as uow:
            signals.hand(uow, UUID(instance_id), waiting_ids, name, values.loads(payload))

    @queue.task(name=launching.LAUNCH_JOB)
    def launch_subjects(campaign_id: int, subject_ids: Sequence[int]) -> None:
        launch_members(opening, campaign_id, subject_ids)


def deliver_message(opening: Opening, jurisdiction_id: int, name: str, key: str | None, payload: str) -> None:
    """Hand a message that a diagram threw to the instance that waits for it; nobody waiting is no failure."""
    with opening() as uow:
        try:
            messages.correlate(
                uow, name, key, values.loads(payload), jurisdiction_id=jurisdiction_id, by=SYSTEM
            )
        except NotFound:
            uow.record(Event("message.unclaimed", data={"name": name, "key": key}))


def broadcast_signal(
    opening: Opening, jurisdiction_id: int, thrower_id: UUID, name: str, payload: str
) -> None:
    """Send a signal that a diagram threw to everyone else who waits for it: a job for each, so none stops another."""
    with opening() as uow:
        signals.broadcast(
            uow, name, values.loads(payload), jurisdiction_id=jurisdiction_id, by=SYSTEM, but=thrower_id
        )


def fire_timer(opening: Opening, timer_id: int) -> None:
    """Fire one timer in a transaction of its own; a failure is counted and postponed in another."""
    try:
        with opening() as uow:
            timers.fire(uow, timer_id)
    except Exception as error:  # a worker's loop: one bad timer must not stop the others
        log.warning("timer %s failed", timer_id, exc_info=True)
        with opening() as uow:
            timers.postpone(uow, timer_id, as_bihuan_error(error))


def launch_members(opening: Opening, campaign_id: int, member_ids: Sequence[int]) -> None:
    """Launch members together; if that fails, one by one, and set aside those that cannot be launched."""
    try:
        with opening() as uow:
            launching.launch(uow, campaign_id, member_ids)
    except Exception as error:  # a worker's loop: one bad member must not stop the others
        log.warning("launching %s members failed", len(member_ids), exc_info=True)
        if len(member_ids) > 1:
            for member_id in member_ids:
                launch_members(opening, campaign_id, [member_id])
            return
        with opening() as uow:
            launching.set_aside(uow, member_ids[0], as_bihuan_error(error))


def send_due_rungs(opening: Opening) -> None:
    """Send every rung whose moment has come, a batch per transaction."""
    while True:
        with opening() as uow:
            found = ladder.due(uow.session, uow.now(), RUNG_BATCH)
            if found:
                ladder.send(uow, found)
        if len(found) < RUNG_BATCH:
            return


def as_bihuan_error(error: Exception) -> BihuanError:
    """Return `error` as one of ours, so that an incident can show a code and a sentence."""
    if isinstance(error, BihuanError):
        return error
    text = f"执行时出现程序错误({type(error).__name__}),已推迟并等待处理;请把此编号告诉系统管理员。"
    return BihuanError(text, code="internal", kind=type(error).__name__)


def sweep(opening: Opening, *, limit: int = 5_000) -> dict[str, Any]:
    """Look for what is due now and put it into the queue; return what was found.

    A timer in the queue is leased for a minute, so that the next sweep leaves it alone; a worker that dies loses nothing.
    """
    with opening() as uow:
        found = timers.lease(uow, limit)
        for first in range(0, len(found), timers.BATCH):
            uow.defer("fire_timers", timer_ids=found[first : first + timers.BATCH])
        rungs = bool(ladder.due(uow.session, uow.now(), 1))
        if rungs:
            uow.defer("send_rungs", queueing_lock="send_rungs")
    return {"timers": len(found), "rungs": rungs}
