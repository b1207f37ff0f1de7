"""What can go wrong before the first row is read."""

from engine.errors import BihuanError, Conflict


class StorageUnavailable(BihuanError):
    """The database cannot be used; the sentence says why and what to do."""

    code = "storage.unavailable"


class DatabaseExists(Conflict):
    """A database of this name exists already; it was left as it is."""

    code = "storage.database_exists"
