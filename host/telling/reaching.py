"""Whom a reminder reached: how many people in the pages, how many of them have read it, what became of letters."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.telling import Delivery, Letter
from ledger.messages import MESSAGE, NOTICE

DELIVERY, LETTER = table_of(Delivery), table_of(Letter)


@dataclass(frozen=True, slots=True)
class Reached:
    """Numbers of people, of those who read it, and of deliveries: taken, waiting, left out, given up."""

    people: int = 0
    read: int = 0
    taken: int = 0
    waiting: int = 0
    left_out: int = 0
    failed: int = 0

    @property
    def outside(self) -> int:
        """How many deliveries there were to addresses and groups."""
        return self.taken + self.waiting + self.left_out + self.failed


def reached(uow: UnitOfWork, rung_ids: Collection[int]) -> Mapping[int, Reached]:
    """Return for each rung that was sent whom it reached, in one statement. uow: everywhere; only numbers come out."""
    if not rung_ids:
        return {}
    one = func.count(DELIVERY.c.id.distinct())
    open_ = (DELIVERY.c.status == "planned") | (LETTER.c.status == "planned")
    found = (
        select(
            NOTICE.c.rung_id,
            func.count(MESSAGE.c.id.distinct()).label("people"),
            func.count(MESSAGE.c.id.distinct()).filter(MESSAGE.c.read_at.is_not(None)).label("read"),
            one.filter(LETTER.c.status == "delivered").label("taken"),
            one.filter(open_).label("waiting"),
            one.filter((DELIVERY.c.status == "skipped") | (LETTER.c.status == "dropped")).label("left_out"),
            one.filter(LETTER.c.status.in_(("dead", "refused"))).label("failed"),
        )
        .outerjoin(MESSAGE, MESSAGE.c.notification_id == NOTICE.c.id)
        .outerjoin(DELIVERY, DELIVERY.c.notification_id == NOTICE.c.id)
        .outerjoin(LETTER, LETTER.c.id == DELIVERY.c.letter_id)
        .where(NOTICE.c.rung_id.in_(rung_ids))
        .group_by(NOTICE.c.rung_id)
    )
    return {
        row.rung_id: Reached(row.people, row.read, row.taken, row.waiting, row.left_out, row.failed)
        for row in uow.session.execute(found)
    }
