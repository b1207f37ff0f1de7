"""The demonstration's county of another version of the program is brought to this one, or made anew."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.storage.database import Database
from host.demo.county import Demo, find
from host.demo.moments import usual
from host.migrations.running import current, migrate, newest
from host.settings import Settings


@pytest.fixture
def older(server: Database) -> Iterator[Database]:
    """A database as a version before the accounts left it."""
    database = server.create_database()
    migrate(database, "0024")
    yield database
    database.close()
    server.drop_database(database.name)


def noted(folder: Path, database: Database) -> tuple[Settings, Demo]:
    demo = Demo(database.name, 1, 2025, 0.0)
    (folder / "demo.json").write_text(json.dumps(asdict(demo)), encoding="utf-8")
    return replace(Settings.read(), data_dir=folder), demo


def test_an_older_county_is_upgraded_and_the_user_told(
    server: Database, older: Database, tmp_path: Path
) -> None:
    settings, demo = noted(tmp_path, older)
    said: list[str] = []

    assert find(settings, server, usual(), said.append) == demo

    assert current(older) == newest()
    assert len(said) == 1
    assert "0024" in said[0]
    assert "升级" in said[0]
    assert find(settings, server, usual(), said.append) == demo
    assert len(said) == 1


def test_a_county_of_an_unknown_version_is_to_be_made_anew(
    server: Database, older: Database, tmp_path: Path
) -> None:
    settings, _ = noted(tmp_path, older)
    with older.owner_engine.begin() as connection:
        connection.exec_driver_sql("update app.alembic_version set version_num = '9999'")
    said: list[str] = []

    assert find(settings, server, usual(), said.append) is None

    assert len(said) == 1
    assert "重新建立" in said[0]
