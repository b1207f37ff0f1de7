"""What may be there once only, when two write it at the same moment: the second is refused as if he had come later."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from engine.errors import Conflict
from engine.uow import UnitOfWork


@contextmanager
def once(uow: UnitOfWork, refusals: Mapping[str, Conflict]) -> Iterator[None]:
    """Raise the refusal of the unique constraint that the block's rows violate; undo only the block.

    A look beforehand cannot see what another transaction has not committed yet.
    """
    try:
        with uow.savepoint():
            yield
    except IntegrityError as error:
        name = error.orig.diag.constraint_name if isinstance(error.orig, UniqueViolation) else None
        if name is None or name not in refusals:
            raise
        raise refusals[name] from None
