"""`bihuan serve`: pages, scheduler and worker in one command; `--demo` opens the demonstration's county."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import click
from flask import Flask
from rich.progress import Progress

from host import logs
from host.accounts import first
from host.cli.working import stopped_by_signals
from host.composition import Bihuan, server_database
from host.demo import accounts, year_before
from host.demo.county import Demo, find, make
from host.demo.moments import Moment, chosen, moments, usual
from host.health.leaving import Leaving
from host.health.tally import Tally
from host.health.watching import Watch
from host.secret import secret_of
from host.settings import Settings
from host.web.application import create_app
from host.web.observing import UNKNOWN
from host.web.permissions import ENDPOINTS
from host.web.rates import Rates, keep_settling, limits_of
from host.web.server import Server
from host.workers.attending import Attended, stop_with_parent
from host.workers.scheduler import Ticker

SPARE = 4
"""Places to count in beyond the processes there are: one may begin before another has ended."""


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(serve)


@click.command("serve")
@click.option("--demo", is_flag=True, help="Open a made-up county in the middle of its year.")
@click.option(
    "--at",
    type=click.Choice(list(moments())),
    default=usual().name,
    show_default=True,
    help="With --demo: where in the year the county stands; each has a database of its own.",
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on; default BIHUAN_PORT.")
@click.option("--without-worker", is_flag=True, help="Pages only: workers run elsewhere (bihuan worker).")
def serve(demo: bool, at: str, port: int | None, without_worker: bool) -> None:
    """Let people work in the browser until stopped with Ctrl-C or a signal."""
    settings = Settings.read()
    settings = replace(settings, port=port or settings.port)
    if demo:
        settings = replace(settings, public=(chosen()["policy"],))
    logs.start(settings)
    with stopped_by_signals(), ExitStack() as leaving:
        server_database(settings, leaving)  # held as long as this process lives; the others come and go
        county = _county(settings, moments()[at], leaving) if demo else None
        with ExitStack() as announcing:
            _announce(settings, open_system(settings, county, announcing), county)
        if not without_worker:
            leaving.callback(Attended(partial(_start_worker, settings, county)).stop)
        tally = Tally((*ENDPOINTS, UNKNOWN), settings.web_workers + SPARE)
        going = Leaving()
        Server(settings, partial(_make_app, settings, county, tally, going), going).run()


def open_system(settings: Settings, county: Demo | None, leaving: ExitStack) -> Bihuan:
    """Return the running system: the lasting one, or the county's with its clock.

    leaving: told how to leave all of it; the last process to leave the embedded server stops it.
    """
    if county is None:
        return leaving.enter_context(Bihuan(settings))
    server = server_database(settings, leaving)
    database = server.sibling(county.database)
    return leaving.enter_context(Bihuan(settings, clock=county.clock, database=database))


def _county(settings: Settings, moment: Moment, leaving: ExitStack) -> Demo:
    """Return the demonstration's county; it is made when it does not stand yet."""
    server = server_database(settings, leaving)
    found = find(settings, server, moment, click.echo)
    if found is None:
        with Progress(transient=True) as bar:
            task = bar.add_task("准备示范县", total=1.0)
            found = make(
                settings,
                server,
                moment,
                lambda text, part: bar.update(task, description=text, completed=part),
            )
    with ExitStack() as preparing, open_system(settings, found, preparing).unit_of_work() as uow:
        accounts.make(uow)
        year_before.leave(uow, found.jurisdiction_id, found.year)
    return found


def _make_app(settings: Settings, county: Demo | None, tally: Tally, going: Leaving) -> Flask:
    bihuan = open_system(settings, county, ExitStack())  # the process ends at once, see host.web.server
    rates = Rates(bihuan, limits_of(settings))
    keep_settling(rates)
    return create_app(
        bihuan,
        secret=secret_of(settings),
        https=settings.https,
        demo=county is not None,
        tally=tally,
        watch=Watch(bihuan),
        leaving=going,
        rates=rates,
    )


def _announce(settings: Settings, bihuan: Bihuan, county: Demo | None) -> None:
    address = f"http://{settings.host}:{settings.port}/"
    with bihuan.unit_of_work() as uow:
        empty = first.nobody_yet(uow)
    if empty:
        token = first.setup_token(secret_of(settings))
        click.echo(f"还没有账号。请打开这个地址设置首个系统管理员(只能用一次):\n    {address}set-up/{token}")
    else:
        click.echo(f"请在浏览器打开 {address}")
    if county is not None:
        click.echo(f"示范县:{county.year} 年度;登录页列出了各岗位的示范账号。按 Ctrl-C 停止。")


def _start_worker(settings: Settings, county: Demo | None) -> BaseProcess:
    process = get_context("spawn").Process(target=_work, args=(settings, county), name="bihuan-worker")
    process.start()
    return process


def _work(settings: Settings, county: Demo | None) -> None:
    logs.start(settings)
    stop_with_parent()
    with stopped_by_signals(), ExitStack() as leaving:
        bihuan = open_system(settings, county, leaving)
        with Ticker(bihuan):
            bihuan.run_worker()
