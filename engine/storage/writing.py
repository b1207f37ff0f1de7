"""Several writes as one statement: each a common table expression, always the same text for the same parts."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection


class Writing:
    """Parts of one statement with their arguments; a part may read what an earlier one returns, by its name."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._arguments: list[Any] = []

    def add(self, name: str, statement: str, *arguments: Any) -> None:
        """Add a part. statement: with a `%s` (and its type) for each argument."""
        self._parts.append(f"{name} as ({statement})")
        self._arguments.extend(map(_said, arguments))

    def run(self, connection: Connection, *, counting: str | None) -> int:
        """Run it, if there is anything to do. Returns how many rows the part `counting` touched (0 without one)."""
        if not self._parts:
            return 0
        text = _together(tuple(self._parts), counting)
        return int(connection.exec_driver_sql(text, tuple(self._arguments)).scalar_one())


def _said(argument: Any) -> str | None:
    """Return an argument as the server reads it: the driver would look at each for its type, and the statement says that."""
    if argument is None or isinstance(argument, str):
        return argument
    if isinstance(argument, list):
        return f"{{{','.join(map(str, argument))}}}"  # ids and numbers: nothing to quote
    return str(argument)


@lru_cache(maxsize=1024)
def _together(parts: tuple[str, ...], counting: str | None) -> str:
    """Return the statement: the same object for the same parts, which the driver has translated already."""
    counted = "select 0"
    if counting is not None:
        parts = (*parts[:-1], f"{parts[-1][:-1]} returning 1)")
        counted = f"select count(*) from {counting}"  # noqa: S608 (a name of ours)
    return f"with {', '.join(parts)} {counted}"


@lru_cache(maxsize=256)
def insertion(table: str, names: tuple[str, ...]) -> str:
    """Return an INSERT for any number of rows, given as one JSON array of objects: the server keeps its plan."""
    columns = ", ".join(f'"{name}"' for name in names)
    rows = f"jsonb_populate_recordset(null::{table}, %s::jsonb)"
    return f"insert into {table} ({columns}) select {columns} from {rows}"  # noqa: S608 (our own names)
