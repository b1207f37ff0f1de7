"""消息: what one was told, and the way to what it is about."""

from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotAllowed, NotFound
from host.web.answering import said
from host.web.context import acting_now, system
from host.web.message_words import PLACES, line
from ledger import inbox, messages


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/messages", "messages", show)
    app.add_url_rule("/messages/<int:number>/open", "open_message", lead, methods=["POST"])
    app.add_url_rule("/messages/read", "read_messages", read, methods=["POST"])


def reader() -> int:
    """Return whose messages these are: always one's own, also while one acts in another's place. Raises NotAllowed."""
    person_id = acting_now().own.person_id
    if person_id is None:
        raise NotAllowed("只有登记在册的人员有消息。", code="message.no_person")
    return person_id


def show() -> str:
    """Show a page of messages; `view=all` with those that were read or no longer matter."""
    everything, before = request.args.get("view") == "all", request.args.get("before", type=int)
    with system().bihuan.look() as uow:
        rows = messages.page(uow, reader(), unread=not everything, before=before, size=messages.PAGE + 1)
    return render_template(
        "messages.html",
        lines=[line(row) for row in rows[: messages.PAGE]],
        older=rows[messages.PAGE - 1].id if len(rows) > messages.PAGE else None,
        everything=everything,
        unread=acting_now().unread,
        said=said(),
    )


def lead(number: int) -> Response:
    """Note that a message was read, and lead to what it is about."""
    with system().bihuan.unit_of_work() as uow:
        about = messages.mark_read(uow, reader(), number)
    return redirect(_place(about), 303)


def _place(about: Any) -> str:
    if about.task_id is None:
        return url_for(PLACES.get(about.kind, "messages"))
    if about.for_id not in (None, acting_now().actor.person_id):
        return url_for("substitutes")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        try:
            inbox.one(uow, acting_now().actor, about.task_id)
        except NotFound:
            return url_for("where", instance_id=about.instance_id)
    return url_for("inbox", task=about.task_id, view="copies" if about.kind == "cc" else None)


def read() -> Response:
    """Note that one has read what the page showed: one message, or all up to the newest."""
    number = request.form.get("number", type=int)
    with system().bihuan.unit_of_work() as uow:
        if number is not None:
            messages.mark_read(uow, reader(), number)
        else:
            messages.mark_all_read(uow, reader(), until=request.form.get("until", type=int))
    return redirect(url_for("messages", view=request.form.get("view") or None, said="read"), 303)
