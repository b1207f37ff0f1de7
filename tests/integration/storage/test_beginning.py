"""BEGIN and the scope in one message: quoted, seen, gone with the transaction, and told in the usual way if it fails."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from engine.storage.beginning import begin_with
from engine.storage.database import Database

SET = "select set_config('app.word', %s, true)"


def test_what_is_said_is_quoted_and_ends_with_the_transaction(database: Database) -> None:
    with database.engine.connect() as connection:
        begin_with(connection, SET, ("it's; drop table \\ 表",))
        asked = text("select current_setting('app.word', true)")

        assert connection.scalar(asked) == "it's; drop table \\ 表"
        connection.rollback()
        assert not connection.scalar(asked)


def test_what_fails_is_told_as_ever_and_the_connection_goes_on(database: Database) -> None:
    with database.engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="nobody_has_this"):
            begin_with(connection, "select nobody_has_this(%s)", ("x",))
        connection.rollback()

        assert connection.scalar(text("select 1")) == 1
