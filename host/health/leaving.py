"""A flag that all processes of one server see: it is about to stop, so nobody should be sent to it any more."""

import mmap


class Leaving:
    """Made before the server forks; once raised it stays."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """Raise it."""
        self._shared[0] = 1

    @property
    def has_begun(self) -> bool:
        """Whether it was raised."""
        return self._shared[0] == 1
