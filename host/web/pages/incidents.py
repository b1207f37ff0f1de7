"""Incidents as the process administrator settles them: what stands still and why; try again, count as done, or move elsewhere."""

from flask import Flask, render_template, request, url_for

from engine import incidents as troubles
from engine.errors import NotFound
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.workers import settling
from ledger.stage_names import STAGES

PAGE = 50


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/incidents", "incidents", show)
    app.add_url_rule(
        "/manage/incidents/<int:incident_id>/<action>", "settle_incident", settle, methods=["POST"]
    )


def show(fault: str = "") -> str:
    """List what waits for an operator, the oldest first."""
    after = request.args.get("after", 0, type=int) or 0
    with system().bihuan.unit_of_work() as uow:
        found = troubles.waiting(uow.session, after=after, limit=PAGE + 1)
        places = settling.places(uow.session, found[:PAGE])
    return render_template(
        "manage/incidents.html",
        rows=found[:PAGE],
        places=places,
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        stages=STAGES,
        fault=fault,
        said=said(),
    )


def settle(incident_id: int, action: str) -> Answer:
    """Try an incident again, count its step as done, or move it; each needs a reason. If it fails again, a new one is opened."""
    if action not in ("retry", "skip", "move"):
        raise NotFound("没有这项操作;请回到故障列表。", code="incident.action")
    reason, by, bihuan = request.form.get("reason", ""), acting_now().own, system().bihuan

    def command() -> str:
        if action == "skip":
            with bihuan.unit_of_work() as uow:
                troubles.skip(uow, incident_id, reason, by=by)
            return url_for("incidents", said="skipped")
        if action == "move":
            with bihuan.unit_of_work() as uow:
                settling.move(uow, incident_id, request.form.get("to", ""), reason, by=by)
            return url_for("incidents", said="moved")
        settling.retry(bihuan, incident_id, reason, by=by)
        return url_for("incidents", said="retried")

    return answered(command, show)
