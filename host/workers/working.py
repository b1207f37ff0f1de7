"""A worker's life: run queued jobs while the database comes and goes, and end well when asked to."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError

from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from host.workers.vigil import Vigil

GRACE_SECONDS = 10
"""How long a running job may go on after a request to stop before it is told to stop between two of its parts."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10
HEARTBEAT_SECONDS = 5
STOPPING = (signal.SIGTERM, signal.SIGINT)
Handlers = Mapping[int, Any]
POOL_SIZE, POOL_SECONDS = 4, 10
GONE = (ConnectorException, SQLAlchemyError, StorageUnavailable, OSError)
log = logging.getLogger(__name__)


class WatchedConnector(PsycopgConnector):
    """The queue's connections; they tell when one of the queue's own statements fails.

    The library forgets a job whose end it could not write: it stays `doing` under a worker that lives. And a worker
    that was frozen is struck off the list of workers. Both want a new life under a new number.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.failed = asyncio.Event()

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Run a statement."""
        await self._told(super().execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """Run a statement that gives one row."""
        found: dict[str, Any] = await self._told(super().execute_query_one_async(query, **arguments))
        return found

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """Run a statement that gives any number of rows."""
        found: list[dict[str, Any]] = await self._told(super().execute_query_all_async(query, **arguments))
        return found

    async def _told(self, asked: Awaitable[Any]) -> Any:
        try:
            return await asked
        except ConnectorException:
            self.failed.set()
            raise


def work(app: App, database: Database, vigil: Vigil, *, concurrency: int) -> None:
    """Run the jobs of a queue until SIGTERM or SIGINT; the second signal does not wait for the job that is running."""
    early = list[int]()  # a loop that is half made cannot be broken off cleanly
    before: Handlers = {
        kind: signal.signal(kind, lambda number, _: early.append(number)) for kind in STOPPING
    }
    asyncio.run(_live(app, database, vigil, concurrency, before, early))


async def _live(
    app: App, database: Database, vigil: Vigil, concurrency: int, before: Handlers, early: Sequence[int]
) -> None:
    stopping, pause = asyncio.Event(), FIRST_PAUSE_SECONDS
    watching = asyncio.create_task(vigil.keep())
    with _told_by_signals(stopping, before, early):
        while not stopping.is_set():
            began = time.monotonic()
            try:
                await asyncio.to_thread(_reach, database)
                await _one_life(app, database, concurrency, stopping)
            except GONE as error:
                log.warning("database lost, trying again in %s s: %s", pause, first_line(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            lived_long = time.monotonic() - began > LONGEST_PAUSE_SECONDS
            pause = FIRST_PAUSE_SECONDS if lived_long else min(pause * 2, LONGEST_PAUSE_SECONDS)
    watching.cancel()


def _reach(database: Database) -> None:
    """Ask the database for something; this brings an embedded server back."""
    with database.system_engine.connect() as connection:
        connection.exec_driver_sql("select 1")


async def _one_life(app: App, database: Database, concurrency: int, stopping: asyncio.Event) -> None:
    """Work until told to stop, or until the queue's own statements fail."""
    connector = WatchedConnector(
        kwargs=database.system_arguments, min_size=1, max_size=POOL_SIZE, timeout=POOL_SECONDS
    )
    app = app.with_connector(connector)
    try:
        await app.open_async()
        log.info("taking jobs from the queue")
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
            )
        )
        asked = [asyncio.create_task(event.wait()) for event in (stopping, connector.failed)]
        await asyncio.wait([working, *asked], return_when=asyncio.FIRST_COMPLETED)
        for one in (working, *asked):
            one.cancel()
        with suppress(asyncio.CancelledError):
            await working
        if not stopping.is_set():
            log.warning("the queue's worker begins anew under another number")
    finally:
        await app.close_async()


@contextmanager
def _told_by_signals(stopping: asyncio.Event, before: Handlers, early: Sequence[int]) -> Iterator[None]:
    """Set `stopping` at the first SIGTERM or SIGINT, or if one has come early; a second one acts as it did before."""
    loop = asyncio.get_running_loop()

    def give_back() -> None:
        for kind, handler in before.items():
            loop.remove_signal_handler(kind)
            signal.signal(kind, handler)

    def told() -> None:
        stopping.set()
        give_back()

    for kind in STOPPING:
        loop.add_signal_handler(kind, told)
    if early:
        told()
    try:
        yield
    finally:
        if not stopping.is_set():
            give_back()


def first_line(error: BaseException) -> str:
    """Return what an error says first, of the error behind it if there is one."""
    return (str(error.__cause__ or error).strip().splitlines() or [type(error).__name__])[0]
