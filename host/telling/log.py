"""What was sent outside, for who keeps the system: to whom, through what, how it went, why not."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select

from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.telling import Delivery, Letter, Robot
from ledger.model.register import Person

LETTER, DELIVERY, ROBOT, PERSON = (table_of(one) for one in (Letter, Delivery, Robot, Person))
PAGE: Final = 50
STATES: Final = ("planned", "delivered", "dead", "refused", "dropped")


def listed(
    uow: UnitOfWork, jurisdiction_id: int, *, state: str = "", page: int = 1, size: int = PAGE
) -> Sequence[Any]:
    """Return letters, the newest first: a page and one more if there is one."""
    count = select(func.count()).where(DELIVERY.c.letter_id == LETTER.c.id).scalar_subquery()
    found = (
        select(LETTER, func.coalesce(ROBOT.c.channel, "email").label("channel"), count.label("lines"))
        .add_columns(func.coalesce(PERSON.c.name, ROBOT.c.name).label("receiver"))
        .outerjoin(PERSON, PERSON.c.id == LETTER.c.person_id)
        .outerjoin(ROBOT, ROBOT.c.id == LETTER.c.robot_id)
        .where(LETTER.c.jurisdiction_id == jurisdiction_id)
        .order_by(LETTER.c.created_at.desc(), LETTER.c.id)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    if state in STATES:
        found = found.where(LETTER.c.status == state)
    return uow.session.execute(found).all()


def counts(uow: UnitOfWork, jurisdiction_id: int) -> dict[str, int]:
    """Return how many letters there are by state."""
    found = select(LETTER.c.status, func.count().label("number")).where(
        LETTER.c.jurisdiction_id == jurisdiction_id
    )
    rows = uow.session.execute(found.group_by(LETTER.c.status))
    return {row.status: row.number for row in rows}
