"""`bihuan worker`: the scheduler's ticker and the queue's worker in one process; run as many as you like."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from sqlalchemy.exc import OperationalError

from engine.storage.errors import StorageUnavailable, is_lost
from host import logs
from host.composition import NOT_MIGRATED, Bihuan
from host.settings import Settings
from host.workers.scheduler import Ticker
from host.workers.working import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, first_line


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(worker)


@click.command("worker")
def worker() -> None:
    """Fire due timers, send reminders and run queued jobs until stopped with Ctrl-C or a signal."""
    settings = Settings.read()
    logs.start(settings)
    with stopped_by_signals(), _opened(settings) as bihuan, Ticker(bihuan):
        click.echo("工作进程已启动;按 Ctrl-C 停止。", err=True)
        bihuan.run_worker()


def _opened(settings: Settings) -> Bihuan:
    """Open the system; wait for a database that cannot be reached or is not migrated yet, longer each time, and say so."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return Bihuan(settings)
        except StorageUnavailable as error:
            if error.code != NOT_MIGRATED:
                raise
            click.echo(f"{error.text}{pause:g} 秒后再看。", err=True)
        except OperationalError as error:
            if not is_lost(error):
                raise
            told = f"数据库暂时连不上,{pause:g} 秒后再试;地址由 BIHUAN_DATABASE_URL 指定。原因:{first_line(error)}"
            click.echo(told, err=True)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, at any moment of its life: everything is left, and it is a good end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
