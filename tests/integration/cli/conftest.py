"""The command line in this process: `run("check", file)` gives exit status, output and errors."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.storage.database import Database
from engine.storage.embedded import EmbeddedServer
from host.cli.main import bihuan as command
from host.cli.main import main
from host.composition import Bihuan
from tests.conftest import RUN
from tests.scratch import scratch


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def code(self) -> str:
        """The stable code of the first error line."""
        return self.err_lines[0].split(": ")[0]

    @property
    def err_lines(self) -> list[str]:
        return self.err.strip().splitlines()


Run = Callable[..., Ran]
Operate = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def own_folder() -> Iterator[Path]:
    """A server of this process alone: these tests count its databases."""
    folder = scratch() / f"bihuan-cli-{os.environ[RUN]}-{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def own_server(own_folder: Path) -> Iterator[Database]:
    """That server, as its `postgres` database."""
    with EmbeddedServer(own_folder) as embedded:
        login = embedded.login("postgres")
        database = Database(login)
        yield database
        database.close()


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_folder: Path, tmp_path: Path
) -> Run:
    """Run `bihuan` with these arguments in an empty folder, on the run's server."""
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(own_folder))
    monkeypatch.chdir(tmp_path)

    def bihuan(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["bihuan", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return bihuan


@pytest.fixture
def databases(own_server: Database) -> Callable[[], set[str]]:
    """Return the names of the databases on the server now."""

    def names() -> set[str]:
        with own_server.owner_engine.connect() as connection:
            return set(connection.exec_driver_sql("select datname from pg_database").scalars())

    return names


@pytest.fixture
def operate(bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch) -> Operate:
    """Run `bihuan` with these arguments on the module's database; return exit status and output."""
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))

    def invoke(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, [*arguments, "--database", bihuan.database.name])
        return done.exit_code, done.output

    return invoke
