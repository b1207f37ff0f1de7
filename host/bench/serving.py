"""Completions through REST: a real server with its processes, sessions, form tokens and validation."""

import json
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from http.client import HTTPConnection
from multiprocessing import get_context
from statistics import median
from time import monotonic, perf_counter, sleep
from uuid import UUID

from flask import Flask

from engine.clock import VirtualClock
from engine.storage.database import Database, Login
from host.accounts import making, sessions
from host.bench.ground import BUREAU, FILER, JURISDICTION, UNIT, Ground, ground
from host.bench.measure import Figures, Measure, Say
from host.composition import Bihuan
from host.setting_values import MOST_PER_MINUTE
from host.settings import Settings
from host.web.application import create_app
from host.web.context import COOKIE
from host.web.rates import Kind, Rates, keep_settling
from host.web.server import Server
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment

ALONE, WARMING, CLIENTS, EACH = 400, 60, 4, 400
SECRET = "a secret of the measurement, long enough"
BODY = json.dumps({"values": {"agreed": True, "opinion": ""}})
STARTS_SECONDS = 30
MILLI = 1_000


class Client:
    """One program with a connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Cookie": f"{COOKIE}={cookie}", "Content-Type": "application/json"}
        self._headers["X-Form-Token"] = json.loads(self._said("GET", "/api/v1/me", None))["form_token"]

    def complete(self, task_id: UUID) -> None:
        """Complete a task. Raises RuntimeError unless it was."""
        self._said("POST", f"/api/v1/tasks/{task_id}/complete", BODY)

    def timed(self, task_id: UUID) -> float:
        """Complete a task and return the seconds it took."""
        begun = perf_counter()
        self.complete(task_id)
        return perf_counter() - begun

    def _said(self, method: str, path: str, body: str | None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"expected 200 from {method} {path}, found {answer.status}: {said[:200]!r}")
        return said


def run(say: Say) -> Figures:
    """Complete tasks with one client, then with four at once."""
    with ground() as place:
        cookie = filer(place.bihuan)
        waiting = place.at_the_eighth(2 * WARMING + ALONE + CLIENTS * EACH)
        with _served(place) as port:
            _at_once(_clients(port, cookie), waiting[: 2 * WARMING])
            alone = Client(port, cookie)
            times = [alone.timed(task_id) for task_id in waiting[2 * WARMING :][:ALONE]]
            clients, many = _clients(port, cookie), waiting[2 * WARMING + ALONE :]
            begun = perf_counter()
            _at_once(clients, many)
            taken = perf_counter() - begun
    say(
        f"{CLIENTS} 个客户端经 REST 办结 {len(many)} 项,{taken:.1f} 秒;单个客户端最慢 {max(times) * MILLI:.1f} 毫秒"
    )
    return {
        "http_complete_p50_ms": round(median(times) * MILLI, 2),
        "http_complete_per_s": round(len(many) / taken, 1),
    }


def _clients(port: int, cookie: str) -> list[Client]:
    return [Client(port, cookie) for _ in range(CLIENTS)]


def _at_once(clients: Sequence[Client], task_ids: Sequence[UUID]) -> None:
    def work(number: int) -> None:
        for task_id in task_ids[number :: len(clients)]:
            clients[number].complete(task_id)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))


def filer(bihuan: Bihuan) -> str:
    """Put the filer into the register with an account; return the cookie of his session."""
    since = date(2020, 1, 1)
    with bihuan.unit_of_work() as uow:
        uow.session.add(Jurisdiction(id=JURISDICTION, code="bench", name="测量县"))
        uow.session.flush()
        for number, kind in ((BUREAU, "bureau"), (UNIT, "department")):
            office = Organisation(
                id=number,
                jurisdiction_id=JURISDICTION,
                code=str(number),
                name=f"单位 {number}",
                kind=kind,
                valid_from=since,
            )
            uow.session.add(office)
        uow.session.flush()
        uow.session.add(
            Person(id=FILER.person_id, jurisdiction_id=JURISDICTION, organisation_id=UNIT, name=FILER.name)
        )
        uow.session.flush()
        [(role, office_id)] = FILER.roles
        uow.session.add(
            RoleAssignment(
                id=1,
                jurisdiction_id=JURISDICTION,
                person_id=FILER.person_id,
                role=role,
                organisation_id=office_id,
                valid_from=since,
            )
        )
        account_id = making.make(
            uow, "filer", FILER.name, "nobody signs in with it", person_id=FILER.person_id
        )
        return sessions.begin(uow, account_id)


@contextmanager
def _served(place: Ground) -> Iterator[int]:
    """Run the server of the pages, as `bihuan serve` does, on the database of the ground; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    login = replace(place.bihuan.database.login, revive=None)
    process = get_context("spawn").Process(target=_serve, args=(port, login, place.clock.now()))
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join(30)


def _serve(port: int, login: Login, now: datetime) -> None:
    settings = replace(Settings.read(), host="127.0.0.1", port=port)
    Server(settings, partial(_app, settings, login, now)).run()


def _app(settings: Settings, login: Login, now: datetime) -> Flask:
    bihuan = Bihuan(settings, clock=VirtualClock(now), database=Database(login))
    rates = Rates(bihuan, dict.fromkeys(Kind, MOST_PER_MINUTE))
    keep_settling(rates)
    return create_app(bihuan, secret=SECRET, rates=rates)


def _wait_for(port: int) -> None:
    until = monotonic() + STARTS_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)


SERVING = Measure({"http_complete_p50_ms": "≤ 8", "http_complete_per_s": "≥ 180"}, run)
