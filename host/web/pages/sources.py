"""Systems that call us: who they are, what they may say, keys, pause; and what waits because it fits nothing."""

from collections.abc import Callable

from flask import Flask, render_template, request, url_for

from engine.errors import NotFound
from engine.json_values import dumps
from engine.uow import UnitOfWork
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.pages.systems import shown
from ledger.project_list import to_choose
from webhooks.inbound import quarantine, sources
from webhooks.inbound.messages import TYPES

STATUSES = {"accepted": "等待处理", "applied": "已处理", "quarantined": "待核对", "dropped": "不处理"}
KINDS = {"project": "项目编码", "organisation": "单位编码", "key": "关联号"}
Act = Callable[[UnitOfWork], object]


def register(app: Flask) -> None:
    """Add the routes of this module."""
    base = "/manage/systems"
    app.add_url_rule(f"{base}/sources", "add_source", add, methods=["POST"])
    app.add_url_rule(f"{base}/sources/<int:source_id>", "source", show)
    app.add_url_rule(f"{base}/sources/<int:source_id>/<action>", "change_source", change, methods=["POST"])
    app.add_url_rule(f"{base}/quarantine", "quarantine", waiting)
    app.add_url_rule(f"{base}/calls/<int:call_id>", "call", one_call)
    app.add_url_rule(f"{base}/calls/<int:call_id>/<action>", "settle_call", settle, methods=["POST"])


def show(source_id: int, fault: str = "", key: str = "") -> str:
    """Show one source and its calls; key: its new key, shown this once."""
    page, status = _page(), request.args.get("status", "")
    with system().bihuan.unit_of_work() as uow:
        one, now = quarantine.source(uow, source_id), uow.now()
        rows = quarantine.calls(
            uow,
            source_id=source_id,
            status=status or None,
            skipped=(page - 1) * quarantine.PAGE,
            limit=quarantine.PAGE + 1,
        )
    return render_template(
        "manage/source.html",
        one=one,
        rows=rows[: quarantine.PAGE],
        more=len(rows) > quarantine.PAGE,
        page=page,
        status=status,
        statuses=STATUSES,
        call_types=TYPES,
        now=now,
        key=key,
        address=url_for("receive_call", source_id=source_id, _external=True),
        fault=fault,
        said=said(),
    )


def add() -> Answer:
    """Add a source and show its key."""
    made: list[tuple[int, str]] = []

    def command() -> str:
        bihuan = system().bihuan
        with bihuan.unit_of_work() as uow:
            place, vault, by = ground(uow), bihuan.source_vault(), acting_now().own
            name, types, messages = _asked()
            found = sources.add(
                uow, vault, jurisdiction_id=place, name=name, call_types=types, messages=messages, by=by
            )
        made.append(found)
        return ""

    answer = answered(command, shown)
    return show(made[0][0], key=made[0][1]) if made else answer


def change(source_id: int, action: str) -> Answer:
    """Do one of the things an administrator does to a source."""
    by, bihuan = acting_now().own, system().bihuan
    if action == "new-key":
        with bihuan.unit_of_work() as uow:
            key = sources.new_key(uow, bihuan.source_vault(), source_id, by=by)
        return show(source_id, key=key)
    name, types, messages = _asked()
    reason = request.form.get("reason", "")
    commands: dict[str, tuple[str, Act]] = {
        "change": (
            "changed",
            lambda uow: sources.change(uow, source_id, name=name, call_types=types, messages=messages, by=by),
        ),
        "pause": ("paused", lambda uow: sources.pause(uow, source_id, reason, by=by)),
        "resume": ("resumed", lambda uow: sources.resume(uow, source_id, by=by)),
    }
    if action not in commands:
        raise NotFound("没有这项操作;请回到外部系统。", code="source.action")
    word, run = commands[action]

    def command() -> str:
        with bihuan.unit_of_work() as uow:
            run(uow)
        return url_for("source", source_id=source_id, said=word)

    return answered(command, lambda fault: show(source_id, fault))


def waiting() -> str:
    """List what fits nothing, the newest first."""
    page = _page()
    with system().bihuan.unit_of_work() as uow:
        skipped = (page - 1) * quarantine.PAGE
        rows = quarantine.calls(uow, status="quarantined", skipped=skipped, limit=quarantine.PAGE + 1)
        total = quarantine.waiting(uow)
    return render_template(
        "manage/quarantine.html",
        rows=rows[: quarantine.PAGE],
        more=len(rows) > quarantine.PAGE,
        page=page,
        total=total,
        call_types=TYPES,
        fault="",
        said=said(),
    )


def one_call(call_id: int, fault: str = "") -> str:
    """Show one call, and what somebody may do about it."""
    with system().bihuan.unit_of_work() as uow:
        one = quarantine.call(uow, call_id)
        asked = {misfit["kind"] for misfit in one.misfits} if one.status == "quarantined" else set()
        year = one.data.get("year", 0)
        known = to_choose(uow.session, one.jurisdiction_id, year) if "project" in asked else []
    return render_template(
        "manage/call.html",
        one=one,
        known=known,
        body=dumps(one.data),
        statuses=STATUSES,
        kinds=KINDS,
        call_types=TYPES,
        fault=fault,
        said=said(),
    )


def settle(call_id: int, action: str) -> Answer:
    """Try a call again, with what somebody says its codes mean; or drop it with a reason."""
    by, form = acting_now().own, request.form
    matches = {name.removeprefix("as:"): value for name, value in form.items() if name.startswith("as:")}
    if action not in ("retry", "drop"):
        raise NotFound("没有这项操作;请回到待核对的来信。", code="call.action")

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            if action == "retry":
                quarantine.retry(uow, call_id, matches, by=by)
            else:
                quarantine.drop(uow, call_id, form.get("reason", ""), by=by)
        return url_for("call", call_id=call_id, said="call_retried" if action == "retry" else "dropped")

    return answered(command, lambda fault: one_call(call_id, fault))


def _asked() -> tuple[str, list[str], list[str]]:
    form = request.form
    return form.get("name", ""), form.getlist("call_type"), form.get("messages", "").split()


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
