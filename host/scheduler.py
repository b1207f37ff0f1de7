"""The ticker: looks every few seconds for what is due. Any number may run; none is a leader."""

import asyncio
import logging
from datetime import UTC
from types import TracebackType
from typing import Self

from apscheduler.schedulers.background import BackgroundScheduler

from engine.sealing.sealer import seal
from host.composition import Bihuan
from host.jobs import sweep
from host.queueing import STALLED_SECONDS, queue, reap

SWEEP_SECONDS = 5
SEAL_SECONDS = 20
log = logging.getLogger(__name__)


class Ticker:
    """Sweeps due timers and rungs into the queue, seals the audit, gives jobs of dead workers back; a context manager.

    The audit is sealed here and not by a job: behind a long queue a job would come too late.
    Memory store, UTC, coalesced, no misfire limit: a late tick is one tick, never none.
    """

    def __init__(self, bihuan: Bihuan) -> None:
        self._bihuan = bihuan
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def __enter__(self) -> Self:
        self._scheduler.add_job(self._sweep, "interval", seconds=SWEEP_SECONDS)
        self._scheduler.add_job(self._seal, "interval", seconds=SEAL_SECONDS)
        self._scheduler.add_job(self._reap, "interval", seconds=STALLED_SECONDS)
        self._scheduler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=True)

    def _sweep(self) -> None:
        try:
            sweep(self._bihuan.unit_of_work)
        except Exception:  # the ticker's loop: the next tick tries again
            log.exception("sweep failed")

    def _seal(self) -> None:
        try:
            with self._bihuan.unit_of_work() as uow:
                seal(uow)
        except Exception:  # the ticker's loop: the next tick tries again
            log.exception("sealing failed")

    def _reap(self) -> None:
        async def run() -> None:
            app = queue(self._bihuan.database)
            async with app.open_async():
                await reap(app)

        try:
            asyncio.run(run())
        except Exception:  # the ticker's loop: the next tick tries again
            log.exception("reaping failed")
