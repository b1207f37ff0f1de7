"""Try a command: the same work, undone in the end."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from engine.uow import UnitOfWork


class Undone(Exception):
    """Rolls a unit of work back that was only tried."""


@contextmanager
def undoable(work: AbstractContextManager[UnitOfWork]) -> Iterator[UnitOfWork]:
    """Open a unit of work that raising Undone rolls back; then the program goes on behind it."""
    with suppress(Undone), work as uow:
        yield uow
