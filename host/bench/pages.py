"""The slowest page of the demonstration's county at the server: what is linked from the inbox, as everybody in it."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from engine.clock import Clock
from engine.storage.database import Database
from host.accounts import sessions
from host.bench.measure import Figures, Measure, Say
from host.composition import Bihuan, server_database
from host.demo import accounts, county, moments
from host.demo.county import Demo
from host.enlarging.enlarge import enlarge
from host.model.accounts import Account
from host.settings import Settings
from host.web.application import create_app
from host.web.context import COOKIE

ALIKE, ROUNDS, TOLD = 2, 4, 8
TIMES = 27
"""Pages of one route that are opened for each person; how often, the best counts; how many are told. 27 × 150 projects."""
LINKED = re.compile(r'href="(/[^"#]*)')


def of_the_demonstration(say: Say) -> Figures:
    """Open the pages of the demonstration's county; an earlier one of the data folder is used, else one is made."""
    with _demonstration(say) as (settings, server, demo):
        return {"slowest_page_ms": _slowest(settings, server.sibling(demo.database), demo.clock, say)}


def of_four_thousand(say: Say) -> Figures:
    """Open the pages of the same county with TIMES as many units."""
    with _demonstration(say) as (settings, server, demo):
        large = server.create_database(template=demo.database, durable=False)
        try:
            say(f"扩大到 {TIMES} 倍:{enlarge(large, TIMES, lambda _table, _share: None):,} 行")
            with large.owner_engine.connect() as connection:
                connection.exec_driver_sql("analyze")
                connection.commit()
            return {"slowest_page_4000_ms": _slowest(settings, large, demo.clock, say)}
        finally:
            server.drop_database(large.name)


@contextmanager
def _demonstration(say: Say) -> Iterator[tuple[Settings, Database, Demo]]:
    settings = Settings.read()
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        here = (settings, server, moments.usual())
        demo = county.find(*here, say) or county.make(*here, lambda _text, _part: None)
        yield settings, server, demo


def _slowest(settings: Settings, database: Database, clock: Clock, say: Say) -> float:
    """Open what everybody can reach; return the milliseconds of the slowest page."""
    with Bihuan(settings, clock=clock, database=database) as bihuan:
        with bihuan.unit_of_work() as uow:
            accounts.make(uow)
        app = create_app(bihuan, secret="s" * 40, demo=True)
        taken = sorted(
            (
                (ms, login, address)
                for login, client in _people(app, bihuan)
                for ms, address in _walk(app, client)
            ),
            reverse=True,
        )
    for milliseconds, login, address in taken[:TOLD]:
        say(f"{milliseconds:.1f} 毫秒 {login} {address}")
    say(f"共 {len(taken)} 页")
    return round(taken[0][0], 1)


def _people(app: Flask, bihuan: Bihuan) -> Iterator[tuple[str, FlaskClient]]:
    with bihuan.unit_of_work() as uow:
        people = [(one.login, sessions.begin(uow, one.id)) for one in uow.session.scalars(select(Account))]
    for login, cookie in people:
        client = app.test_client()
        client.set_cookie(COOKIE, cookie)
        yield login, client


def _walk(app: Flask, client: FlaskClient) -> Iterator[tuple[float, str]]:
    """Follow the links from the start page; yield the best time of each page, and its address."""
    waiting, seen, alike = ["/inbox", "/me"], {"/inbox", "/me"}, Counter[str]()
    for address in waiting:
        route = _route(app, address)
        if route is None or alike[route] >= ALIKE:
            continue
        alike[route] += 1
        taken, page = _opened(client, address)
        if not page:  # a file
            continue
        yield min(taken, *(_opened(client, address)[0] for _ in range(ROUNDS - 1))), address
        found = {unescape(one) for one in LINKED.findall(page)} - seen
        seen |= found
        waiting += sorted(found)


def _route(app: Flask, address: str) -> str | None:
    path, _, query = address.partition("?")
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method="GET", query_args=query)
    except HTTPException:
        return None
    return None if endpoint == "static" else str(endpoint)


def _opened(client: FlaskClient, address: str) -> tuple[float, str]:
    begun = perf_counter()
    answer = client.get(address)
    taken = perf_counter() - begun
    if answer.status_code >= 500:
        raise RuntimeError(f"expected a page at {address}, found {answer.status_code}")
    return taken * 1000, answer.text if answer.mimetype == "text/html" else ""


PAGES = Measure({"slowest_page_ms": "≤ 60"}, of_the_demonstration)
LARGE_PAGES = Measure({"slowest_page_4000_ms": "≤ 150"}, of_four_thousand, slow=True)
