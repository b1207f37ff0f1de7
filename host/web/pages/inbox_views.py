"""Saved views of the inbox: a name for the filters as they stand."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request, url_for
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.wrappers import Response

from engine.errors import InvalidInput
from engine.model.base import table_of
from host.model.inbox import InboxView
from host.web.context import acting_now, system
from host.web.inbox_address import address_of, wanted_in

VIEW = table_of(InboxView)
MOST = 12
LONGEST_NAME = 20


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/inbox/views", "save_view", save, methods=["POST"])
    app.add_url_rule("/inbox/views/<int:view_id>/remove", "remove_view", remove, methods=["POST"])


def saved() -> Sequence[Any]:
    """Return the views of who is signed in: id, name, query."""
    mine = select(VIEW).where(VIEW.c.account_id == acting_now().account_id).order_by(VIEW.c.id)
    with system().bihuan.unit_of_work() as uow:
        return uow.session.execute(mine).all()


def save() -> Response:
    """Keep the filters under a name; the same name is written over."""
    name = request.form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(f"请给这个视图起名(1–{LONGEST_NAME} 字)。", code="view.name")
    query = urlencode(address_of(wanted_in(request.form)))
    account_id = acting_now().account_id
    with system().bihuan.unit_of_work() as uow:
        others = select(func.count()).where(VIEW.c.account_id == account_id, VIEW.c.name != name)
        if (uow.session.scalar(others) or 0) >= MOST:
            raise InvalidInput(f"最多保存 {MOST} 个视图;请先删去不用的。", code="view.too_many")
        row = {"account_id": account_id, "name": name, "query": query, "created_at": uow.now()}
        again = insert(VIEW).values(**row)
        over = again.on_conflict_do_update(index_elements=["account_id", "name"], set_={"query": query})
        uow.session.execute(over)
    return redirect(f"{url_for('inbox')}?{query}", 303)


def remove(view_id: int) -> Response:
    """Forget a saved view of one's own."""
    with system().bihuan.unit_of_work() as uow:
        own = (VIEW.c.id == view_id, VIEW.c.account_id == acting_now().account_id)
        uow.session.execute(delete(VIEW).where(*own))
    return redirect(url_for("inbox", **address_of(wanted_in(request.form))), 303)
