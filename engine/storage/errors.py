"""What can go wrong before the first row is read."""

from engine.errors import BihuanError


class StorageUnavailable(BihuanError):
    """The database cannot be used; the sentence says why and what to do."""

    code = "storage.unavailable"
