"""The jobs of the queue: each one claims rows, does its part in transactions of its own, and may be repeated."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate import App, JobContext
from procrastinate.exceptions import JobAborted
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from engine import bulk, handing, ladder, launching, timers
from engine.errors import BihuanError
from engine.handovers import HAND_OVER_JOB
from engine.model.timers import Sweep
from engine.storage.errors import is_lost
from engine.uow import UnitOfWork
from engine.vault import Vault
from host.imports import jobs as import_jobs
from host.imports.jobs import Entry
from host.telling import letters, packing, sending
from host.telling.sending import Postman
from host.workers.queueing import AfterAFailure, AfterALoss
from webhooks import delivering
from webhooks.client import Client
from webhooks.inbound import applying


@dataclass(frozen=True)
class Post:
    """How other systems are told: the guarded client, and the keys."""

    client: Client
    vault: Vault


Opening = Callable[[], AbstractContextManager[UnitOfWork]]
RUNG_BATCH = 1_000
MOST_TIMERS = 5_000
QUEUED = text(
    "select count(*) from queue.procrastinate_jobs where task_name = 'fire_timers' and status = 'todo'"
)
log = logging.getLogger(__name__)


def register(
    queue: App,
    opening: Opening,
    post: Callable[[], Post],
    entry: Callable[[], Entry],
    postman: Callable[[], Postman],
) -> None:
    """Register every job on `queue`; each opens its units of work with `opening`.

    post: how to tell other systems. entry: how to let new people in. postman: how to tell people outside the pages.
    """

    again = AfterALoss()

    @queue.task(name="fire_timers", pass_context=True, retry=again)
    def fire_timers(context: JobContext, timer_ids: Sequence[int]) -> None:
        fire_batch(opening, timer_ids, between=lambda: stop_if_told(context))

    @queue.task(name="send_rungs", pass_context=True, retry=again)
    def send_rungs(context: JobContext) -> None:
        while send_some_rungs(opening):
            stop_if_told(context)

    @queue.task(name="deliver_webhooks", pass_context=True, retry=again)
    def deliver_webhooks(context: JobContext) -> None:
        while deliver_some(opening, post()):
            stop_if_told(context)

    @queue.task(name="send_letters", pass_context=True, retry=again)
    def send_letters(context: JobContext) -> None:
        while pack_some(opening):
            stop_if_told(context)
        while send_some_letters(opening, postman()):
            stop_if_told(context)

    @queue.task(name=HAND_OVER_JOB, retry=AfterAFailure())
    def hand(handover_id: int) -> None:
        hand_over(opening, handover_id)

    @queue.task(name=launching.LAUNCH_JOB, retry=again)
    def launch_subjects(campaign_id: int, subject_ids: Sequence[int]) -> None:
        launch_members(opening, campaign_id, subject_ids)

    import_jobs.register(queue, opening, entry)

    @queue.task(name=bulk.BULK_JOB, retry=again)
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
            if is_lost(error):
                raise  # not the target's fault
            log.warning("target %s of bulk order %s failed", position, run_id, exc_info=True)
            with opening() as uow:
                bulk.keep(uow, run_id, position, bulk.failed("", error))


def stop_if_told(context: JobContext) -> None:
    """Leave the rest of a job to another worker when this one's time to end well is over."""
    if context.should_abort():
        raise JobAborted


def hand_over(opening: Opening, handover_id: int) -> None:
    """Count an attempt, then hand over what a diagram threw; what it raises is tried again, the last failure is not."""
    with opening() as uow:
        goes_on = handing.begin(uow, handover_id)
    if not goes_on:
        return
    try:
        with opening() as uow:
            handing.hand_over(uow, handover_id)
    except Exception as error:
        if is_lost(error):
            raise
        log.warning("handover %s failed", handover_id, exc_info=True)
        with opening() as uow:
            given_up = handing.fail(uow, handover_id, as_bihuan_error(error))
        if not given_up:
            raise


def fire_batch(
    opening: Opening, timer_ids: Sequence[int], *, between: Callable[[], None] = lambda: None
) -> None:
    """Fire timers, those first that were never tried; whatever kills the process on the way has been counted before.

    between: called before each timer; what it raises ends the batch.
    """
    with opening() as uow:
        fresh = timers.first_attempts(uow, timer_ids)
    for timer_id in fresh:
        between()
        _fire(opening, timer_id)
    for timer_id in sorted(set(timer_ids) - set(fresh)):
        between()
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
        if is_lost(error):
            raise  # not the timer's fault: it is tried again at once, and not an hour later
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
        if is_lost(error):
            raise
        log.warning("launching %s members failed", len(member_ids), exc_info=True)
        if len(member_ids) > 1:
            for member_id in member_ids:
                _launch(opening, campaign_id, [member_id])
            return
        with opening() as uow:
            launching.set_aside(uow, member_ids[0], as_bihuan_error(error))


def send_some_rungs(opening: Opening) -> bool:
    """Send a batch of the rungs whose moment has come; tell whether there may be more."""
    with opening() as uow:
        found = ladder.due(uow.session, uow.now(), RUNG_BATCH)
        if found:
            ladder.send(uow, found)
    return len(found) == RUNG_BATCH


def deliver_some(opening: Opening, post: Post) -> bool:
    """Claim what other systems are to be told now, tell them, keep how it went; tell whether there may be more."""
    with opening() as uow:
        parcels, now = delivering.claim(uow, post.vault), uow.now()
    for parcel, answer in delivering.send(post.client, parcels, now):
        with opening() as uow:
            delivering.keep(uow, parcel, answer)
    return bool(parcels)


def pack_some(opening: Opening) -> bool:
    """Pack a batch of what is due into letters; tell whether there may be more."""
    with opening() as uow:
        return packing.pack(uow) == packing.BATCH


def send_some_letters(opening: Opening, postman: Postman) -> bool:
    """Claim letters, send them, keep how it went; tell whether there may be more."""
    with opening() as uow:
        (found, taken), now = letters.claim(uow), uow.now()
    for letter, outcome in sending.send(postman, found, now):
        with opening() as uow:
            letters.keep(uow, letter, outcome)
    return bool(taken)


def as_bihuan_error(error: Exception) -> BihuanError:
    """Return `error` as one of ours, so that an incident can show a code and a sentence."""
    if isinstance(error, BihuanError):
        return error
    told = f"执行时出现程序错误({type(error).__name__}),已推迟并等待处理;请把此编号告诉系统管理员。"
    return BihuanError(told, code="internal", kind=type(error).__name__)


def sweep(opening: Opening, *, limit: int = MOST_TIMERS) -> dict[str, Any]:
    """Look for what is due now and put it into the queue; return what was found.

    A timer in the queue is leased for a minute, so that the next sweep leaves it alone; a worker that dies loses nothing.
    Never more than `limit` timers wait in the queue: while no worker runs, they wait in their own table.
    """
    with opening() as uow:
        room = limit - timers.BATCH * int(uow.session.scalar(QUEUED) or 0)
        found = timers.lease(uow, room) if room > 0 else []
        for first in range(0, len(found), timers.BATCH):
            uow.defer("fire_timers", timer_ids=found[first : first + timers.BATCH])
        rungs = bool(ladder.due(uow.session, uow.now(), 1))
        if rungs:
            uow.defer("send_rungs", queueing_lock="send_rungs")
        if told := delivering.is_due(uow):
            uow.defer("deliver_webhooks", queueing_lock="deliver_webhooks")
        if posted := packing.is_due(uow) or letters.is_due(uow):
            uow.defer("send_letters", queueing_lock="send_letters")
        if heard := applying.is_due(uow):
            uow.defer(applying.HEAR_JOB, queueing_lock=applying.HEAR_JOB)
        _leave_word(uow)
    return {"timers": len(found), "rungs": rungs, "webhooks": told, "letters": posted, "calls": heard}


def last_sweep(uow: UnitOfWork) -> datetime | None:
    """Return when somebody last looked for what is due, by the clock of whoever looked; None if nobody ever did."""
    return uow.session.scalar(select(func.max(Sweep.at)))


def _leave_word(uow: UnitOfWork) -> None:
    """Keep the moment in the one row there is; it is the last statement, so that two tickers hardly meet."""
    word = insert(Sweep).values(id=1, at=uow.now())
    uow.session.execute(word.on_conflict_do_update(index_elements=[Sweep.id], set_={"at": word.excluded.at}))
