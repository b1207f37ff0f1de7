"""What can go wrong before the first row is read, and when the server goes away."""

from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import BihuanError, Conflict

GONE_STATES = frozenset({"57P01", "57P02", "57P03", "53300"})
"""The server is being stopped, has crashed, is starting, or has no room for one more connection."""


class StorageUnavailable(BihuanError):
    """The database cannot be used; the sentence says why and what to do."""

    code = "storage.unavailable"


class DatabaseExists(Conflict):
    """A database of this name exists already; it was left as it is."""

    code = "storage.database_exists"


def is_lost(error: BaseException) -> bool:
    """Tell whether the way to the database was the trouble, not what was asked: the same may be tried again."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, StorageUnavailable)
    state = getattr(error.orig, "sqlstate", None)
    never_connected = isinstance(error, OperationalError) and state is None
    return error.connection_invalidated or never_connected or state in GONE_STATES
