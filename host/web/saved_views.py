"""Saved views of the inbox: a name for the filters as they stand."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from engine.errors import InvalidInput
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.inbox import InboxView
from host.web.inbox_address import address_of
from ledger.narrowing import Wanted

VIEW = table_of(InboxView)
MOST = 12
LONGEST_NAME = 20


def listed(uow: UnitOfWork, account_id: int) -> Sequence[Any]:
    """Return the views of an account: id, name, query."""
    return uow.session.execute(select(VIEW).where(VIEW.c.account_id == account_id).order_by(VIEW.c.id)).all()


def keep(uow: UnitOfWork, account_id: int, name: str, wanted: Wanted) -> str:
    """Keep filters under a name and return them as the address writes them; the same name is written over.

    Raises InvalidInput for a bad name, or one too many.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(f"请给这个视图起名(1–{LONGEST_NAME} 字)。", code="view.name")
    query = urlencode(address_of(wanted))
    others = select(func.count()).where(VIEW.c.account_id == account_id, VIEW.c.name != name)
    if (uow.session.scalar(others) or 0) >= MOST:
        raise InvalidInput(f"最多保存 {MOST} 个视图;请先删去不用的。", code="view.too_many")
    row = {"account_id": account_id, "name": name, "query": query, "created_at": uow.now()}
    again = insert(VIEW).values(**row)
    uow.session.execute(
        again.on_conflict_do_update(index_elements=["account_id", "name"], set_={"query": query})
    )
    return query


def forget(uow: UnitOfWork, account_id: int, view_id: int) -> None:
    """Forget a view of the account; of another's nothing happens."""
    uow.session.execute(delete(VIEW).where(VIEW.c.id == view_id, VIEW.c.account_id == account_id))
