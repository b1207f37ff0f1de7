"""What was sent outside, as the system administrator reads it; and to send again."""

from uuid import UUID

from flask import Flask, render_template, request, url_for

from host.telling import letters, log
from host.telling.robots import CHANNELS
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.ground import ground

STATES = {
    "planned": "待发",
    "delivered": "已送达",
    "dead": "没发成",
    "refused": "被拒收",
    "dropped": "不发",
}
LAST_PAGE = 200


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/letters", "letters", show)
    app.add_url_rule("/manage/letters/<uuid:letter_id>/replay", "replay_letter", replay, methods=["POST"])


def show(fault: str = "") -> str:
    """Show a page of letters, of a state if asked."""
    state = request.args.get("state", "")
    page = min(max(request.args.get("page", 1, type=int) or 1, 1), LAST_PAGE)
    with system().bihuan.unit_of_work() as uow:
        place = ground(uow)
        rows = log.listed(uow, place, state=state, page=page)
        counts = log.counts(uow, place)
    return render_template(
        "manage/letters.html",
        rows=rows[: log.PAGE],
        more=len(rows) > log.PAGE,
        page_number=page,
        state=state,
        states=STATES,
        counts=counts,
        channels={"email": "邮件", **CHANNELS},
        most=len(letters.PAUSES) + 1,
        fault=fault,
        said=said(),
    )


def replay(letter_id: UUID) -> Answer:
    """Send a letter again under the same id."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            letters.replay(uow, [letter_id], by=acting_now().own)
        return url_for("letters", state=request.form.get("state") or None, said="replayed")

    return answered(command, show)
