"""How far the orders have come that a page gave: new days for many, one after the other (`?order=…`)."""

from dataclasses import dataclass

from flask import request

from engine import bulk
from host.web.context import system

MOST = 50


@dataclass(frozen=True)
class Going:
    """How many are done, failed, and there are in all; reasons: why, each once."""

    done: int
    failed: int
    total: int
    reasons: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether none waits any more."""
        return self.done + self.failed == self.total


def going() -> Going | None:
    """Return how far the orders in the address have come; None if nothing was ordered. Raises NotFound."""
    orders = request.args.getlist("order", type=int)[:MOST]
    with system().bihuan.look() as uow:
        counts = [bulk.progress(uow.session, one) for one in orders]
        failed = sum(one["failed"] for one in counts)
        reasons = bulk.reasons(uow.session, orders) if failed else []
    done, total = sum(one["ok"] for one in counts), sum(sum(one.values()) for one in counts)
    return Going(done, failed, total, tuple(reasons)) if total else None
