"""Begin a transaction and say what it sees in one message: a short command spends a tenth of its time before its work."""

from functools import lru_cache
from typing import Any

from psycopg import pq, sql
from sqlalchemy import Connection

DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


def begin_with(connection: Connection, statement: str, arguments: tuple[str, ...]) -> None:
    """Send BEGIN and a statement (a `%s` for each argument) before the first statement of a transaction.

    What it returns is dropped. The driver sees that a transaction is open and begins none itself. Raises as SQLAlchemy
    does: what goes wrong here is done again, and told, in the usual way.
    """
    driver: Any = connection.connection.driver_connection
    connection.dispatch.before_cursor_execute(
        connection, None, statement, arguments, None, False
    )  # who counts
    if driver.pgconn.exec_(_message(statement, arguments)).status not in DONE:
        driver.pgconn.exec_(b"rollback")
        connection.exec_driver_sql(statement, arguments)


@lru_cache(maxsize=1024)
def _message(statement: str, arguments: tuple[str, ...]) -> bytes:
    said = statement % tuple(sql.Literal(one).as_string(None) for one in arguments)
    return f"begin; {said}".encode()
