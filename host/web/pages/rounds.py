"""What changed since the last round, remark by remark, for whoever reviews a form again."""

import re
from uuid import UUID

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import attachments, judging
from engine.errors import InvalidInput
from engine.judging import Verdict
from host.web.context import acting_now, system
from host.web.day import local
from host.web.round.rows import last_round
from ledger import inbox as queue

VERDICT = re.compile(r"(\d{1,18})\.(\d{1,3})\.(settled|unsettled)")


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/changes", "changes", changes)
    app.add_url_rule("/tasks/<uuid:task_id>/verdicts", "judge_remarks", judge, methods=["POST"])


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
        "form/changes.html",
        task=task,
        round=found,
        files=files,
        all="all" in request.args,
        printed=printed,
        judges=task.status == "open" and task.assignee_id == acting_now().actor.person_id,
    )


def judge(task_id: UUID) -> Response:
    """Call a remark settled or not, or all that were not judged yet settled; come back to where it stands."""
    sent = request.form.get("verdict", "")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = last_round(uow, queue.one(uow, acting_now().actor, task_id))
        open_ = [one for one in found.remarks if not one.verdict] if found is not None else []
        rest = [Verdict(one.return_id, one.number, True) for one in open_]
        judging.judge(uow, task_id, rest if sent == "rest" else [_verdict(sent)], by=acting_now().actor)
    return redirect(
        url_for("changes", task_id=task_id, _anchor="remarks" if sent == "rest" else _row(sent)), 303
    )


def _verdict(sent: str) -> Verdict:
    """Read `7.0.settled`: of which return, which remark, what is said."""
    found = VERDICT.fullmatch(sent)
    if found is None:
        raise InvalidInput("请对一条意见选“解决”或“未解决”。", code="verdict.unknown")
    return Verdict(int(found[1]), int(found[2]), found[3] == "settled")


def _row(sent: str) -> str:
    """Return the anchor of a remark on the page."""
    return "r-" + "-".join(sent.split(".")[:2])
