"""Fixtures for every test: one embedded server per run, one fresh migrated database per module."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from engine.clock import VirtualClock
from engine.operations import Operations
from engine.storage.database import DRIVER, Database, Login
from engine.storage.embedded import EmbeddedServer
from engine.storage.locks import exclusive
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from tests.scratch import scratch
from tests.template import copied, make_template

RUN = "BIHUAN_TEST_RUN"
FOREIGN = "BIHUAN_TEST_DATABASE_URL"
OpenUnitOfWork = Callable[[], AbstractContextManager[UnitOfWork]]


def _folder() -> Path:
    """Return the data folder of this run: short, and open to the server's user."""
    return scratch() / f"bihuan-tests-{os.environ[RUN]}"


def foreign_login() -> Login:
    """Return the three logins of a server that is not ours."""
    names = (FOREIGN.replace("_URL", f"{role}_URL") for role in ("", "_APP", "_SYSTEM"))
    owner, app, system = (make_url(os.environ[name]).set(drivername=DRIVER) for name in names)
    return Login(owner, app, system)


def pytest_configure() -> None:
    """Name the run once; parallel workers inherit the name and share one server."""
    os.environ.setdefault(RUN, uuid4().hex[:12])


def pytest_sessionfinish() -> None:
    """Remove the run's data folder when the last worker has left it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(_folder(), ignore_errors=True)


def _hurry(folder: Path) -> None:
    """Let the server of this run not wait for the disk: it is thrown away. What kills servers has its own."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    for one in (folder, config):
        one.chmod(0o755)
    (config / "local.conf").write_text("fsync = off\nfull_page_writes = off\nmax_wal_size = 256MB\n")
    (config / "local.conf").chmod(0o644)


@pytest.fixture(scope="session")
def server_folder() -> Path:
    """The data folder of the run's server."""
    return _folder()


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[Database]:
    """The run's embedded server, as its `postgres` database; it makes and drops others.

    Or, for tests/integration/storage, the one of `BIHUAN_TEST_DATABASE_URL` with its logins (docs/operating.md): what is
    made there stays there.
    """
    if FOREIGN in os.environ:
        database = Database(foreign_login())
        server_folder.mkdir(exist_ok=True)
        yield database
        database.close()
        return
    _hurry(server_folder)
    with EmbeddedServer(server_folder) as embedded:
        login = embedded.login("postgres")
        database = Database(login)
        yield database
        database.close()


@pytest.fixture(scope="session")
def template(server: Database, server_folder: Path) -> str:
    """The name of a migrated database to copy; the first worker makes it."""
    name = f"bihuan_template_{os.environ[RUN]}"
    with exclusive(server_folder / ".template.lock"):
        if not server.has_database(name):
            make_template(server, name)
    return name


@pytest.fixture(scope="module")
def database(server: Database, template: str) -> Iterator[Database]:
    """A fresh, migrated database for this module."""
    fresh = copied(server, template)
    yield fresh
    fresh.close()
    server.drop_database(fresh.name)


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that stands still on 1 March 2021, 08:00 in Shanghai."""
    return VirtualClock(datetime(2021, 3, 1, tzinfo=UTC))


@pytest.fixture
def bihuan(database: Database, clock: VirtualClock, server_folder: Path) -> Bihuan:
    """The composed system on the module's database, with the standing clock."""
    settings = Settings.read({"BIHUAN_DATA_DIR": str(server_folder)})
    return Bihuan(settings, clock=clock, database=database)


@pytest.fixture
def operations(bihuan: Bihuan) -> Operations:
    """The registry of operations of `bihuan`."""
    return bihuan.operations


@pytest.fixture
def open_uow(bihuan: Bihuan) -> OpenUnitOfWork:
    """Open units of work that commit: `with open_uow() as uow: …`."""
    return bihuan.unit_of_work


class _Undone(Exception):
    """Thrown at the end of a test to roll its unit of work back."""


@pytest.fixture
def uow(bihuan: Bihuan) -> Iterator[UnitOfWork]:
    """One unit of work for the whole test, rolled back at its end."""
    try:
        with bihuan.unit_of_work() as unit:
            yield unit
            raise _Undone
    except _Undone:
        pass
