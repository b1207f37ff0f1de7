"""`bihuan worker`: the scheduler's ticker and the queue's worker in one process; run as many as you like."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from host.composition import Bihuan
from host.scheduler import Ticker
from host.settings import Settings


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(worker)


@click.command("worker")
def worker() -> None:
    """Fire due timers, send reminders and run queued jobs until stopped with Ctrl-C or a signal."""
    settings = Settings.read()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    with stopped_by_signals(), Bihuan(settings) as bihuan, Ticker(bihuan):
        click.echo("工作进程已启动;按 Ctrl-C 停止。", err=True)
        bihuan.run_worker()


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, at any moment of its life: everything is left, and it is a good end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
