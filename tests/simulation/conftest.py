"""Simulated years, each run once per test run, whichever worker asks first."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from engine.storage.database import Database
from engine.storage.locks import exclusive
from host.settings import Settings
from host.simulation.simulate import Order, Table, simulate
from ledger.reports.annual import as_json
from tests.simulation.orders import ORDERS


@dataclass(frozen=True)
class LivedYear:
    """What a simulated year came to: the report as in OUT.json, rows behind measures, its kept database."""

    report: dict[str, Any]
    rows: dict[str, Table]
    database: str
    server: Database

    def ask(self, query: str, **bound: Any) -> list[RowMapping]:
        """Ask the kept database as its owner, whom row-level security does not bind."""
        with self._connected() as database, database.owner_engine.connect() as connection:
            return list(connection.execute(text(query), bound).mappings())

    @contextmanager
    def _connected(self) -> Iterator[Database]:
        database = self.server.sibling(self.database)
        yield database
        database.close()

    def printed(self, key: str) -> str:
        """Return a figure as it is printed."""
        found: str = self.report["measures"][key]["printed"]
        return found


Years = Callable[[str], LivedYear]


@pytest.fixture(scope="session")
def years(server: Database, server_folder: Path) -> Years:
    """Return a simulated year of `orders.ORDERS` by name; the first who asks runs it."""

    def lived(name: str) -> LivedYear:
        memory = server_folder / f"year-{name}.pickle"
        with exclusive(server_folder / f".year-{name}.lock"):
            if not memory.exists():
                memory.write_bytes(pickle.dumps(_live(name, server_folder)))
        report, rows = pickle.loads(memory.read_bytes())  # noqa: S301 (our own file)
        return LivedYear(report, rows, _database(name), server)

    return lived


def _database(name: str) -> str:
    return f"year_{name}"


def _live(name: str, folder: Path) -> tuple[dict[str, Any], dict[str, Table]]:
    order: Order = ORDERS[name]()
    settings = Settings.read({"BIHUAN_DATA_DIR": str(folder)})
    simulated = simulate(settings, replace(order, keep=_database(name)), lambda *_: None)
    return as_json(simulated.report), dict(simulated.rows)


@pytest.fixture(scope="session")
def base(years: Years) -> LivedYear:
    """A county of 25 projects, evaluated, everybody in time."""
    return years("base")


@pytest.fixture(scope="session")
def late(years: Years) -> LivedYear:
    """The same county, one filer in five late."""
    return years("late")


@pytest.fixture(scope="session")
def riverside(years: Years) -> LivedYear:
    """A county of a locality that does not exist."""
    return years("riverside")


@pytest.fixture(scope="session")
def monitored(years: Years) -> LivedYear:
    """A county in the middle of its year: planned and monitored once, not evaluated."""
    return years("monitored")
