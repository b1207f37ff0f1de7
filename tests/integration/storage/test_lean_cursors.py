"""The driver's cursor says what SQLAlchemy asks for, and no more."""

from sqlalchemy import text

from engine.storage.cursors import LeanCursor
from engine.storage.database import Database


def test_columns_keep_their_names_and_types(database: Database) -> None:
    with database.engine.connect() as connection:
        found = connection.execute(text("select 1::int4 as 编号, 'x'::text as said, null::uuid as nobody"))

        assert isinstance(found.cursor, LeanCursor)
        assert list(found.keys()) == ["编号", "said", "nobody"]
        assert [column[:2] for column in found.cursor.description] == [
            ("编号", 23),
            ("said", 25),
            ("nobody", 2950),
        ]
        assert tuple(found.one()) == (1, "x", None)


def test_a_statement_without_rows_has_no_columns(database: Database) -> None:
    with database.engine.connect() as connection:
        found = connection.execute(text("create temp table nothing (id int)"))

        assert not found.returns_rows
        assert connection.execute(text("delete from nothing")).rowcount == 0


def test_the_server_does_not_look_into_the_functions_of_an_index_at_each_row(database: Database) -> None:
    with database.owner_engine.connect() as connection:
        open_to_looks = text(
            "select proname from pg_proc where proname in ('bigrams', 'text_of') and proconfig is null"
            " and pronamespace = 'app'::regnamespace"
        )

        assert not connection.execute(open_to_looks).all()
