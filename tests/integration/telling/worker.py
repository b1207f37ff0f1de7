"""A worker process as it is in life, with its ticker and the mail server of the test; made to be killed."""

from collections.abc import Mapping
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

from engine.clock import VirtualClock
from engine.storage.database import Database, Login
from host.composition import Bihuan
from host.settings import Settings
from host.workers.scheduler import Ticker

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.integration.telling.worker"])


def live(login: Login, environment: Mapping[str, str], now: datetime) -> None:
    """Sweep, and run what is queued, until killed."""
    settings = Settings.read(environment)
    with Bihuan(settings, clock=VirtualClock(now), database=Database(login)) as bihuan, Ticker(bihuan):
        bihuan.run_worker()


def started(bihuan: Bihuan, environment: Mapping[str, str]) -> ForkServerProcess:
    """Let a worker live beside `bihuan`, at its present moment."""
    process = FORKS.Process(target=live, args=(bihuan.database.login, environment, bihuan.clock.now()))
    process.start()
    return process
