"""The ticker: looks every few seconds for what is due. Any number may run; none is a leader."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

from apscheduler.schedulers.background import BackgroundScheduler
from procrastinate.exceptions import ConnectorException

from engine.sealing.sealer import seal
from engine.storage.errors import is_lost
from host.composition import Bihuan
from host.workers import forgetting, keeping
from host.workers.jobs import sweep
from host.workers.queueing import STALLED_SECONDS, queue, reap
from ledger import extensions

SWEEP_SECONDS = 5
SEAL_SECONDS = 20
EXTENSION_SECONDS, MOST_EXTENSIONS = 30, 100
PURGE_SECONDS = 3600
FORGET_SECONDS = 86_400
DEAD_SECONDS = STALLED_SECONDS
log = logging.getLogger(__name__)


class Ticker:
    """Sweeps due timers and rungs into the queue, seals the audit, gives jobs of dead workers back, ends requests for more
    time whose task is over, purges attachments whose years of keeping are over, forgets old logs; a context manager.

    The audit is sealed here and not by a job: behind a long queue a job would come too late.
    Each begins at once: a process that never lives long still does its part. Memory store, UTC, coalesced, no
    misfire limit: a late tick is one tick, never none. The scheduler goes by the
    machine's clock; when that is set back it would wait for the old time, so a watch that does not goes beside it.
    """

    def __init__(self, bihuan: Bihuan) -> None:
        self._bihuan = bihuan
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._left = Event()
        self._watch = Thread(target=self._keep_time, name="ticker-watch", daemon=True)

    def __enter__(self) -> Self:
        for name, act, seconds in (
            ("sweep", self._sweep, SWEEP_SECONDS),
            ("seal", self._seal, SEAL_SECONDS),
            ("reap", self._reap, DEAD_SECONDS),
            ("extensions", self._end_extensions, EXTENSION_SECONDS),
            ("purge", self._purge, PURGE_SECONDS),
            ("forget", self._forget, FORGET_SECONDS),
        ):
            self._scheduler.add_job(
                _attempted(name, act), "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC)
            )
        self._scheduler.start()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._scheduler.shutdown(wait=True)

    def catch_up(self, now: datetime) -> list[str]:
        """Let whatever would wait longer than its own interval run now; return their names: the clock was set back."""
        late = [
            job
            for job in self._scheduler.get_jobs()
            if job.next_run_time - now > job.trigger.interval + timedelta(seconds=1)
        ]
        for job in late:
            log.warning("the clock was set back; %s goes on now", job.id)
            job.modify(next_run_time=now)
        return [str(job.id) for job in late]

    def _keep_time(self) -> None:
        while not self._left.wait(SWEEP_SECONDS):
            self.catch_up(datetime.now(UTC))

    def _sweep(self) -> None:
        sweep(self._bihuan.unit_of_work)

    def _seal(self) -> None:
        with self._bihuan.unit_of_work() as uow:
            seal(uow)

    def _end_extensions(self) -> None:
        with self._bihuan.unit_of_work() as uow:
            over = extensions.moot(uow, MOST_EXTENSIONS)
        for instance_id in over:
            with self._bihuan.unit_of_work() as uow:
                extensions.end(uow, instance_id)

    def _purge(self) -> None:
        keeping.purge(self._bihuan)

    def _forget(self) -> None:
        forgetting.forget(self._bihuan)

    def _reap(self) -> None:
        async def run() -> None:
            app = queue(self._bihuan.database)
            async with app.open_async():
                await reap(app, seconds=DEAD_SECONDS)

        asyncio.run(run())


def _attempted(name: str, act: Callable[[], None]) -> Callable[[], None]:
    """Return `act` as the ticker's loop runs it: whatever happens, the next tick tries again."""

    def attempt() -> None:
        try:
            act()
        except Exception as error:  # the ticker's loop
            if is_lost(error) or isinstance(error, ConnectorException):
                log.warning("%s: the database cannot be reached; the next tick tries again", name)
            else:
                log.exception("%s failed", name)

    return attempt
