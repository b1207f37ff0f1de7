"""Several writes as one statement: each a common table expression, always the same text for the same parts."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Writing:
    """Parts of one statement with their arguments; a part may read what an earlier one returns, by its name."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._arguments: list[Any] = []

    def add(self, name: str, statement: str, *arguments: Any) -> None:
        """Add a part. statement: with a `%s` (and its type) for each argument."""
        self._parts.append(f"{name} as ({statement})")
        self._arguments.extend(arguments)

    def run(self, connection: Connection, *, counting: str | None) -> int:
        """Run it, if there is anything to do. Returns how many rows the part `counting` touched (0 without one)."""
        if not self._parts:
            return 0
        parts = list(self._parts)
        if counting is not None:
            parts[-1] = f"{parts[-1][:-1]} returning 1)"
        counted = "select 0" if counting is None else f"select count(*) from {counting}"  # noqa: S608 (a name of ours)
        text = f"with {', '.join(parts)} {counted}"
        return int(connection.exec_driver_sql(text, tuple(self._arguments)).scalar_one())


@lru_cache(maxsize=256)
def insertion(table: Table, names: tuple[str, ...]) -> str:
    """Return an INSERT for any number of rows, given as one JSON array of objects: the server keeps its plan."""
    columns = ", ".join(f'"{name}"' for name in names)
    typed = ", ".join(f'"{name}" {table.c[name].type.compile(DIALECT)}' for name in names)
    rows = f"jsonb_to_recordset(%s::jsonb) as r({typed})"
    return f"insert into {table.fullname} ({columns}) select {columns} from {rows}"  # noqa: S608 (our own names)
