"""`bihuan worker`: the scheduler's ticker and the queue's worker in one process; run as many as you like."""

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
    with Bihuan(Settings.read()) as bihuan, Ticker(bihuan):
        click.echo("工作进程已启动;按 Ctrl-C 停止。", err=True)
        bihuan.run_worker()
