"""Three servers and three workers on one PostgreSQL, restarted one after the other while people work: nothing fails."""

import json
import queue
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.clock import SystemClock
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from host.bench.ground import ground
from host.bench.serving import BODY, filer
from host.composition import Bihuan
from host.health import signs
from host.settings import Settings
from host.web.context import COOKIE
from tests.chaos.several import DRAIN_SECONDS, Proxy, Running, free_port

MANY, TASKS, PEOPLE, PAUSE_SECONDS = 3, 4_000, 3, 0.03
pytestmark = pytest.mark.slow


class People:
    """Who works through the proxy until told to stop: completes tasks and looks at pages."""

    def __init__(self, proxy: Proxy, cookie: str, waiting: list[UUID]) -> None:
        self.proxy = proxy
        self.headers = {"Cookie": f"{COOKIE}={cookie}", "Content-Type": "application/json"}
        self.waiting: queue.SimpleQueue[UUID] = queue.SimpleQueue()
        for one in waiting:
            self.waiting.put(one)
        self.done: list[UUID] = []
        self.failed: list[str] = []
        self._left = Event()
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(PEOPLE)]

    def begin(self) -> None:
        """Begin to work."""
        status, said = self.proxy.send("GET", "/api/v1/me", None, self.headers)
        assert status == 200, said
        self.headers["X-Form-Token"] = json.loads(said)["form_token"]
        for one in self._threads:
            one.start()

    def end(self) -> None:
        """Let them finish what they have in hand."""
        self._left.set()
        for one in self._threads:
            one.join(60)

    def _work(self) -> None:
        while not self._left.wait(PAUSE_SECONDS):
            task = self.waiting.get()
            if self._sends("POST", f"/api/v1/tasks/{task}/complete", BODY):
                self.done.append(task)
            self._sends("GET", "/inbox?view=mine", None)

    def _sends(self, method: str, path: str, body: str | None) -> bool:
        try:
            status, said = self.proxy.send(method, path, body, self.headers)
        except (OSError, HTTPException) as error:
            self.failed.append(f"{method} {path}: {error!r}")
            return False
        if status != 200:
            self.failed.append(f"{method} {path}: {status} {said[:200]!r}")
        return status == 200


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="bihuan-several-"))
    folder.chmod(0o755)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(folder))
    yield {
        "BIHUAN_DATA_DIR": str(folder),
        "BIHUAN_SECRET": "one secret for all three machines, long",
        "BIHUAN_WEB_WORKERS": "1",
        "BIHUAN_DRAIN_SECONDS": str(DRAIN_SECONDS),
    }
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(environment: dict[str, str]) -> Iterator[tuple[Bihuan, list[UUID]]]:
    """A database with many tasks that wait for the filer, in the real time."""
    with ground() as made:
        waiting = made.at_the_eighth(TASKS)
        yield Bihuan(Settings.read(), clock=SystemClock(), database=made.bihuan.database), waiting


def test_a_rolling_restart_of_three_servers_and_three_workers_fails_no_request(
    place: tuple[Bihuan, list[UUID]], environment: dict[str, str]
) -> None:
    bihuan, waiting = place
    address = bihuan.database.login.owner_url.render_as_string(hide_password=False)
    environment |= {"BIHUAN_DATABASE_URL": address}
    ports = [free_port() for _ in range(MANY)]
    servers = {
        port: Running(("serve", "--without-worker", "--port", str(port)), environment) for port in ports
    }
    workers = [Running(("worker",), environment) for _ in range(MANY)]
    proxy, people = Proxy(ports), People(Proxy(ports), filer(bihuan), waiting)
    people.proxy = proxy
    with ExitStack() as leaving:
        for one in (*servers.values(), *workers):
            one.start()
            leaving.callback(one.kill)
        proxy.watch()
        leaving.callback(proxy.leave)
        for port in ports:
            proxy.wait_for(port)
        people.begin()
        for (port, server), worker in zip(servers.items(), workers, strict=True):
            time.sleep(1)
            assert server.stop() == 0
            assert worker.stop() == 0
            server.start()
            worker.start()
            proxy.wait_for(port)
        time.sleep(1)
        people.end()

        assert people.failed == []
        assert all(proxy.served[port] > 10 for port in ports), proxy.served
        with bihuan.unit_of_work() as uow:
            kept = uow.session.scalar(select(func.count()).select_from(table_of(SubmissionRow)))
            seen = signs.read(uow)
        assert kept == len(people.done) + 7  # the first instance was brought to its eighth task by seven
        assert seen.workers >= MANY and (seen.sweep_age_seconds or 99) < 20
        for one in (*servers.values(), *workers):
            assert one.stop() == 0
