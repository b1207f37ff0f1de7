"""The driver's cursor without its description of columns: nobody asks for more than their names and types."""

from typing import Any

import psycopg


class LeanCursor(psycopg.Cursor[Any]):
    """A cursor that describes columns as plain tuples.

    SQLAlchemy asks after each statement whether there are columns; the driver answers with an object for each of them,
    which costs a statement of forty columns as much as fetching its row.
    """

    @property
    def description(self) -> Any:
        """Return (name, type, nothing else known) of each column; None if the statement returns no rows."""
        found = self.pgresult
        if found is None or not found.nfields:
            return None
        nothing = (None,) * 5
        return [(_name(found, at), found.ftype(at), *nothing) for at in range(found.nfields)]


def _name(found: Any, at: int) -> str:
    name: bytes = found.fname(at)
    return name.decode()
