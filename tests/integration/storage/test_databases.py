"""Databases come and go beside each other."""

import pytest
from sqlalchemy.exc import OperationalError

from engine.storage.database import Database, quoted
from engine.storage.errors import DatabaseExists
from host.composition import Bihuan


def test_a_fresh_database_is_migrated_and_can_be_dropped_while_in_use(bihuan: Bihuan) -> None:
    fresh = bihuan.create_database()
    connection = fresh.engine.connect()
    assert connection.exec_driver_sql("select count(*) from procrastinate_jobs").scalar() == 0

    bihuan.database.drop_database(fresh.name)

    assert not bihuan.database.has_database(fresh.name)
    connection.invalidate()
    connection.close()
    fresh.close()


def test_dropping_a_database_that_is_gone_is_fine(server: Database) -> None:
    server.drop_database("never_was")


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(server: Database) -> None:
    kept = server.create_database("kept_year")
    with kept.owner_engine.begin() as connection:
        connection.exec_driver_sql("create table public.kept (id int)")

    with pytest.raises(DatabaseExists, match="kept_year"):
        server.create_database("kept_year")

    with kept.owner_engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from public.kept").scalar() == 0
    server.drop_database("kept_year")


def test_a_database_that_does_not_exist_is_an_error_of_the_driver(server: Database) -> None:
    with pytest.raises(OperationalError, match="never_was"):
        server.sibling("never_was").engine.connect()


def test_names_are_quoted() -> None:
    assert quoted('a"; drop database b') == '"a""; drop database b"'
