"""Two worker processes, begun together on the same moment of the clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from engine.clock import VirtualClock
from engine.storage.database import Database, Login
from host.bench.ground import Ground
from host.composition import Bihuan
from host.settings import Settings
from host.workers.queueing import drain

WORKERS = 2
Work = Callable[[Bihuan, Any], object]


def together(place: Ground, work: Work, parts: Sequence[Any]) -> float:
    """Let one process per part do `work`; return the seconds from the start of all to the end of the last.

    work: a function of a module, it may run in another process. The time to start the processes does not count.
    """
    context = get_context("spawn")
    login = replace(place.bihuan.database.login, revive=None)
    members = []
    for part in parts:
        ours, theirs = context.Pipe()
        arguments = (login, place.clock.now(), work, part, theirs)
        process = context.Process(target=_serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        members.append((process, ours))
    for _, pipe in members:
        pipe.recv()
    begun = perf_counter()
    for _, pipe in members:
        pipe.send("go")
    for _, pipe in members:
        pipe.recv()
    taken = perf_counter() - begun
    for process, pipe in members:
        pipe.close()
        process.join(timeout=30)
    return taken


def drain_queue(bihuan: Bihuan, _: Any) -> None:
    """Run every job that is in the queue, as a worker does."""
    drain(bihuan.queue)


def _serve(login: Login, now: datetime, work: Work, part: Any, pipe: Connection) -> None:
    with Bihuan(Settings.read(), clock=VirtualClock(now), database=Database(login)) as bihuan:
        with bihuan.unit_of_work() as uow:
            uow.connection()
        pipe.send("ready")
        pipe.recv()
        work(bihuan, part)
        pipe.send("done")
