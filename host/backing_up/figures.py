"""What is in a database, in figures that two databases have in common only if they hold the same rows."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

TABLES = text("""
select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('app', 'queue') order by 1
""")
Figures = Mapping[str, tuple[int, str]]
"""By table: how many rows, and the sum of their hashes."""


def figures_of(connection: Connection) -> Figures:
    """Return the figures of all tables, read in the transaction of this connection."""
    # a row as text looks the same wherever these are the same
    connection.execute(
        text("set local timezone to 'UTC'; set local datestyle to 'ISO'; set local bytea_output to 'hex'")
    )
    return {name: _of(connection, name) for name in connection.scalars(TABLES).all()}


def _of(connection: Connection, table: str) -> tuple[int, str]:
    asked = f"select count(*), coalesce(sum(hashtextextended(row::text, 0)::numeric), 0)::text from {table} as row"  # noqa: S608 (quoted by the server)
    count, total = connection.execute(text(asked)).one()
    return int(count), str(total)


def differences(expected: Figures, found: Figures) -> list[str]:
    """Return the tables whose figures differ."""
    names = sorted({*expected, *found})
    return [name for name in names if tuple(expected.get(name, ())) != tuple(found.get(name, ()))]
