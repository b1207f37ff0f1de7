"""A watch over the jobs of a worker: one that never ends must not hold its worker, and its instance, for ever."""

import asyncio
import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import get_ident

from engine.storage.database import Database
from engine.uow import UnitOfWork

HUNG_SECONDS = 180
"""How long one transaction of a job may last. A job is many of them; the longest known needs a few seconds."""
LOOK_SECONDS = 1
HUNG_STATUS = 75
log = logging.getLogger(__name__)


class Vigil:
    """Knows since when each job's transaction has been going on, and ends the process over one that hangs.

    A thread cannot be ended from outside, a process can: to the others it is a worker that died. The attempt was
    counted before it began, so a timer that hangs again and again becomes an incident.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: dict[int, float] = {}

    @contextmanager
    def over(self, unit: AbstractContextManager[UnitOfWork]) -> Iterator[UnitOfWork]:
        """Open a unit of work and watch over it until it ends."""
        self._since[get_ident()] = time.monotonic()
        try:
            with unit as uow:
                yield uow
        finally:
            self._since.pop(get_ident(), None)

    def longest(self) -> float:
        """Return for how many seconds the oldest transaction has been going on; 0 if there is none."""
        return max((time.monotonic() - since for since in list(self._since.values())), default=0.0)

    async def keep(self) -> None:
        """Look every second; end the process over a transaction that hangs, here and at the server."""
        while self.longest() <= HUNG_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
        log.critical("a job's transaction lasts more than %s s; this worker ends", HUNG_SECONDS)
        try:
            await asyncio.wait_for(asyncio.to_thread(self._database.cut_off), HUNG_SECONDS)
        finally:
            os._exit(HUNG_STATUS)
