"""The jobs of the queue: each one claims rows, does its part in transactions of its own, and may be repeated."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from procrastinate import App

from engine import bulk, ladder, launching, messages, timers
from engine.access import SYSTEM
from engine.bpmn import values
from engine.comparing import DELIVER_JOB
from engine.errors import BihuanError, NotFound
from engine.events import Event
from engine.uow import UnitOfWork

Opening = Callable[[], AbstractContextManager[UnitOfWork]]
RUNG_BATCH = 1_000
log = logging.getLogger(__name__)


def register(queue: App, opening: Opening) -> None:
    """Register every job on `queue`; each opens its units of work with `opening`."""

    @queue.task(name="fire_timers")
    def fire_timers(timer_ids: Sequence[int]) -> None:
        fire_batch(opening, timer_ids)

    @queue.task(name="send_rungs")
    def send_rungs() -> None:
        send_due_rungs(opening)

    @queue.task(name=DELIVER_JOB)
    def deliver(jurisdiction_id: int, name: str, key: str | None, payload: str) -> None:
        deliver_message(opening, jurisdiction_id, name, key, payload)

    @queue.task(name=launching.LAUNCH_JOB)
    def launch_subjects(campaign_id: int, subject_ids: Sequence[int]) -> None:
        launch_members(opening, campaign_id, subject_ids)

    @queue.task(name=bulk.BULK_JOB)
    def run_bulk(run_id: int, first: int) -> None:
        carry_out_batch(opening, run_id, first)


def carry_out_batch(opening: Opening, run_id: int, first: int) -> None:
    """Give a bulk command for each target of a batch, each counted before it begins and in a transaction of its own."""
    with opening() as uow:
        positions = bulk.waiting(uow.session, run_id, first)
    for position in positions:
        with opening() as uow:
            goes_on = bulk.begin(uow, run_id, position)
        if not goes_on:
            continue
        try:
            with opening() as uow:
                bulk.carry_out(uow, run_id, position)
        except Exception as error:  # a worker's loop: one bad target must not stop the others
            log.warning("target %s of bulk order %s failed", position, run_id, exc_info=True)
            with opening() as uow:
                bulk.keep(uow, run_id, position, bulk.failed("", error))


def deliver_message(opening: Opening, jurisdiction_id: int, name: str, key: str | None, payload: str) -> None:
    """Hand a message that a diagram threw to the instance that waits for it; nobody waiting is no failure."""
    with opening() as uow:
        try:
            messages.correlate(
                uow, name, key, values.loads(payload), jurisdiction_id=jurisdiction_id, by=SYSTEM
            )
        except NotFound:
            uow.record(Event("message.unclaimed", data={"name": name, "key": key}))


def fire_batch(opening: Opening, timer_ids: Sequence[int]) -> None:
    """Fire timers, those first that were never tried; whatever kills the process on the way has been counted before."""
    with opening() as uow:
        fresh = timers.first_attempts(uow, timer_ids)
    for timer_id in fresh:
        _fire(opening, timer_id)
    for timer_id in sorted(set(timer_ids) - set(fresh)):
        fire_timer(opening, timer_id)


def fire_timer(opening: Opening, timer_id: int) -> None:
    """Count an attempt, then fire one timer."""
    with opening() as uow:
        goes_on = timers.next_attempt(uow, timer_id)
    if goes_on:
        _fire(opening, timer_id)


def _fire(opening: Opening, timer_id: int) -> None:
    """Fire one timer in a transaction of its own; a failure is postponed in another."""
    try:
        with opening() as uow:
            timers.fire(uow, timer_id)
    except Exception as error:  # a worker's loop: one bad timer must not stop the others
        log.warning("timer %s failed", timer_id, exc_info=True)
        with opening() as uow:
            timers.postpone(uow, timer_id, as_bihuan_error(error))


def launch_members(opening: Opening, campaign_id: int, member_ids: Sequence[int]) -> None:
    """Launch members together; those that were tried before, one by one, each counted before it begins.

    If a launch fails its members are tried again one by one, and those that cannot be launched are set aside.
    """
    with opening() as uow:
        fresh = launching.first_attempts(uow, member_ids)
    if fresh:
        _launch(opening, campaign_id, fresh)
    for member_id in sorted(set(member_ids) - set(fresh)):
        with opening() as uow:
            goes_on = launching.next_attempt(uow, member_id)
        if goes_on:
            _launch(opening, campaign_id, [member_id])


def _launch(opening: Opening, campaign_id: int, member_ids: Sequence[int]) -> None:
    try:
        with opening() as uow:
            launching.launch(uow, campaign_id, member_ids)
    except Exception as error:  # a worker's loop: one bad member must not stop the others
        log.warning("launching %s members failed", len(member_ids), exc_info=True)
        if len(member_ids) > 1:
            for member_id in member_ids:
                _launch(opening, campaign_id, [member_id])
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
