"""Workers as operators start them, on servers that may be killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.storage import postmaster
from engine.storage.database import Database
from engine.storage.embedded import EmbeddedServer
from host.composition import MAIN
from host.migrations.running import migrate

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
Hire = Callable[..., "subprocess.Popen[str]"]


class OtherServer:
    """A server that workers know by its address only: nobody but the test starts it again."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedServer(folder)
        self._data = folder / "postgres"
        self.database = Database(replace(self._server.login(MAIN), revive=None))

    @property
    def address(self) -> str:
        """The address, as an operator would write it."""
        return self._server.url(MAIN).render_as_string(hide_password=False).replace("+psycopg", "")

    def start(self) -> None:
        """Start it; make and migrate the database if it is new."""
        self.start_empty()
        migrate(self.database)

    def start_empty(self) -> None:
        """Start it; make the database if it is new, with nothing in it."""
        self._server.start()
        postgres = Database(replace(self._server.login("postgres"), revive=None))
        postgres.ensure_sibling(MAIN)

    def kill(self) -> None:
        """Kill -9 its postmaster."""
        pid = postmaster.recorded_pid(self._data)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs(postmaster.processes(self._data), timeout=10)

    def scalar(self, query: str) -> object:
        """Ask something; None while it does not answer."""
        with suppress(SQLAlchemyError), self.database.owner_engine.connect() as connection:
            return connection.scalar(text(query))
        return None

    def leave(self) -> None:
        """Stop it."""
        self.database.close()
        self._server.leave()


@pytest.fixture
def other_server() -> Iterator[OtherServer]:
    """Such a server, not started."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    folder.chmod(0o755)
    server = OtherServer(folder / "data")
    yield server
    with suppress(Exception):
        server.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def hire(tmp_path: Path) -> Iterator[Hire]:
    """Start `bihuan worker` (or another module's worker); what it says goes into a file; whoever is left is killed."""
    hired: list[subprocess.Popen[str]] = []

    def start(address: str, *, module: str = "host.cli.main", **settings: str) -> "subprocess.Popen[str]":
        environment = {"BIHUAN_DATABASE_URL": address, "PATH": "/usr/bin:/bin", **settings}
        with (tmp_path / "said").open("w") as output:
            command = [sys.executable, "-m", module, "worker"]
            hired.append(
                subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output, stdout=output, text=True)
            )
        return hired[-1]

    yield start
    for process in hired:
        process.kill()
        process.wait()


def wait_until(reached: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something real; fail after a while."""
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)
