"""A worker process as it is in life, with its ticker, at a moment of its own; made to be killed."""

from datetime import datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

from engine.clock import VirtualClock
from engine.storage.database import Database, Login
from host.composition import Bihuan
from host.scheduler import Ticker
from host.settings import Settings

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.integration.webhooks.worker"])


def live(login: Login, folder: str, now: datetime) -> None:
    """Sweep, and run what is queued, until killed."""
    settings = Settings.read({"BIHUAN_DATA_DIR": folder, "BIHUAN_WEBHOOK_NETWORKS": "127.0.0.0/8"})
    with Bihuan(settings, clock=VirtualClock(now), database=Database(login)) as bihuan, Ticker(bihuan):
        bihuan.run_worker()


def started(bihuan: Bihuan) -> ForkServerProcess:
    """Let a worker live beside `bihuan`, at its present moment."""
    arguments = (bihuan.database.login, str(bihuan.settings.data_dir), bihuan.clock.now())
    process = FORKS.Process(target=live, args=arguments)
    process.start()
    return process
