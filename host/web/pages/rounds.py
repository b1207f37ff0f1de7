"""What changed since the last round, remark by remark, for whoever reviews a form again."""

from uuid import UUID

from flask import Flask, render_template, request

from engine import attachments
from host.web.context import acting_now, system
from host.web.day import local
from host.web.round_rows import last_round
from ledger import inbox as queue


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/changes", "changes", changes)


def changes(task_id: UUID) -> str:
    """Show each remark of the last return with what became of it, then what else changed; `all`: also what did not."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        found = last_round(uow, task)
        since = min((row["returned_at"] for row in found.returns), default=None) if found else None
        files = [
            one
            for one in attachments.of_instance(uow, task.instance_id)
            if since and one["added_at"] >= since
        ]
    printed = local(system().bihuan.clock.now())
    return render_template(
        "form/changes.html", task=task, round=found, files=files, all="all" in request.args, printed=printed
    )
