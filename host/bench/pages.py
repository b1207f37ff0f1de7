"""The slowest page of the demonstration's county at the server: what is linked from the inbox, as everybody in it."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from host.accounts import sessions
from host.bench.measure import Figures, Measure, Say
from host.composition import Bihuan, server_database
from host.demo import accounts, county, moments
from host.model.accounts import Account
from host.settings import Settings
from host.web.application import create_app
from host.web.context import COOKIE

ALIKE, ROUNDS, TOLD = 2, 4, 8
"""Pages of one route that are opened for each person; how often, the best counts; how many are told."""
LINKED = re.compile(r'href="(/[^"#]*)')


def run(say: Say) -> Figures:
    """Open the pages; an earlier county of the data folder is used, else one is made."""
    settings = Settings.read()
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        here = (settings, server, moments.usual())
        demo = county.find(*here, say) or county.make(*here, lambda _text, _part: None)
        database = server.sibling(demo.database)
        bihuan = leaving.enter_context(Bihuan(settings, clock=demo.clock, database=database))
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
    return {"slowest_page_ms": round(taken[0][0], 1)}


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
        best, page = min((_opened(client, address) for _ in range(ROUNDS)), key=lambda one: one[0])
        yield best, address
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


PAGES = Measure({"slowest_page_ms": "≤ 60"}, run, slow=True)
