"""A worker process as it is in life, with its ticker, at a moment of its own; made to be killed, or to kill itself."""

import os
import signal
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from engine.clock import VirtualClock
from engine.storage.database import Database, Login
from host.composition import Bihuan
from host.settings import Settings
from host.workers.scheduler import Ticker

BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.integration.webhooks.worker"])


def die(*_: Any) -> bool:
    """Kill -9 oneself."""
    os.kill(os.getpid(), signal.SIGKILL)
    return True


def lay(database: Database, point: str) -> None:
    """Lay a trap in what is done within one jurisdiction: at a statement that contains `point`, or around the commit."""
    engine = database.engine
    if point == BEFORE_COMMIT:
        event.listen(engine, "commit", die)
    elif point == AFTER_COMMIT:
        event.listen(
            Session,
            "after_commit",
            lambda one: not one.in_nested_transaction() and one.bind is engine and die(),
        )
    else:
        event.listen(engine, "before_cursor_execute", lambda *given: point in given[2] and die())


def live(login: Login, folder: str, now: datetime, point: str = "") -> None:
    """Sweep, and run what is queued, until killed. point: where it kills itself."""
    settings = Settings.read({"BIHUAN_DATA_DIR": folder, "BIHUAN_WEBHOOK_NETWORKS": "127.0.0.0/8"})
    with Bihuan(settings, clock=VirtualClock(now), database=Database(login)) as bihuan:
        if point:
            lay(bihuan.database, point)
        with Ticker(bihuan):
            bihuan.run_worker()


def started(bihuan: Bihuan, point: str = "") -> ForkServerProcess:
    """Let a worker live beside `bihuan`, at its present moment."""
    arguments = (bihuan.database.login, str(bihuan.settings.data_dir), bihuan.clock.now(), point)
    process = FORKS.Process(target=live, args=arguments)
    process.start()
    return process
