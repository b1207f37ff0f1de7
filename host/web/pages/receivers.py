"""Other systems that are told what happens: who they are, what each was told, test, replay, keys, pause and resume."""

from collections.abc import Callable
from uuid import UUID

from flask import Flask, redirect, render_template, request, url_for

from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.pages.systems import shown
from webhooks import delivering, endpoints, showing
from webhooks.catalogue import FAMILIES, of_family

STATUSES = {"planned": "待送", "delivered": "已送达", "dead": "送不到"}
Act = Callable[[UnitOfWork], object]


def register(app: Flask) -> None:
    """Add the routes of this module."""
    base = "/manage/systems/receivers"
    app.add_url_rule(base, "add_receiver", add, methods=["POST"])
    app.add_url_rule(f"{base}/<int:endpoint_id>", "receiver", show)
    app.add_url_rule(f"{base}/<int:endpoint_id>/<action>", "change_receiver", change, methods=["POST"])
    app.add_url_rule("/manage/systems/deliveries/<uuid:delivery_id>", "delivery", one_delivery)
    app.add_url_rule(
        "/manage/systems/deliveries/<uuid:delivery_id>/replay", "replay_delivery", replay, methods=["POST"]
    )


def show(endpoint_id: int, fault: str = "", key: str = "") -> str:
    """Show one receiver and what it was told; key: its new key, shown this once."""
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    status = request.args.get("status", "")
    with system().bihuan.unit_of_work() as uow:
        one, now = showing.endpoint(uow, endpoint_id), uow.now()
        rows = showing.deliveries(
            uow, endpoint_id, status=status or None, skipped=(page - 1) * showing.PAGE, limit=showing.PAGE + 1
        )
    return render_template(
        "manage/receiver.html",
        one=one,
        closed=showing.is_closed(one, now),
        rows=rows[: showing.PAGE],
        more=len(rows) > showing.PAGE,
        page=page,
        status=status,
        statuses=STATUSES,
        families=FAMILIES,
        of_family=of_family,
        now=now,
        key=key,
        fault=fault,
        said=said(),
    )


def add() -> Answer:
    """Add a receiver and show its key."""
    made: list[tuple[int, str]] = []

    def command() -> str:
        form, bihuan = request.form, system().bihuan
        with bihuan.unit_of_work() as uow:
            found = endpoints.add(
                uow,
                bihuan.post().vault,
                jurisdiction_id=ground(uow),
                name=form.get("name", ""),
                address=form.get("address", "").strip(),
                event_types=form.getlist("type"),
                by=acting_now().own,
            )
        made.append(found)
        return ""

    answer = answered(command, shown)
    return show(made[0][0], key=made[0][1]) if made else answer


def change(endpoint_id: int, action: str) -> Answer:
    """Do one of the things an administrator does to a receiver."""
    by, form, vault = acting_now().own, request.form, system().bihuan.post().vault
    if action == "new-key":
        with system().bihuan.unit_of_work() as uow:
            key = endpoints.new_key(uow, vault, endpoint_id, by=by)
        return show(endpoint_id, key=key)
    if action == "remove":
        with system().bihuan.unit_of_work() as uow:
            endpoints.remove(uow, endpoint_id, by=by)
        return redirect(url_for("systems", said="removed"), 303)
    wanted = {"name": form.get("name", ""), "address": form.get("address", "").strip()}
    commands: dict[str, tuple[str, Act]] = {
        "change": (
            "changed",
            lambda uow: endpoints.change(uow, endpoint_id, **wanted, event_types=form.getlist("type"), by=by),
        ),
        "pause": ("paused", lambda uow: endpoints.pause(uow, endpoint_id, form.get("reason", ""), by=by)),
        "resume": ("resumed", lambda uow: endpoints.resume(uow, endpoint_id, by=by)),
        "test": ("tested", lambda uow: endpoints.send_test(uow, endpoint_id, by=by)),
        "replay": ("replayed", lambda uow: delivering.replay_dead(uow, endpoint_id, by=by)),
    }
    if action not in commands:
        raise NotFound("没有这项操作;请回到外部系统。", code="webhook.action")
    word, run = commands[action]

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            run(uow)
        return url_for("receiver", endpoint_id=endpoint_id, said=word)

    return answered(command, lambda fault: show(endpoint_id, fault))


def one_delivery(delivery_id: UUID) -> str:
    """Show what was sent and how each attempt went."""
    with system().bihuan.unit_of_work() as uow:
        one, attempts, body = showing.delivery(uow, delivery_id)
    return render_template(
        "manage/delivery.html",
        one=one,
        attempts=attempts,
        body=body,
        statuses=STATUSES,
        fault="",
        said=said(),
    )


def replay(delivery_id: UUID) -> Answer:
    """Send one again under the same id."""
    with system().bihuan.unit_of_work() as uow:
        showing.delivery(uow, delivery_id)
        delivering.replay(uow, [delivery_id], by=acting_now().own)
    return redirect(url_for("delivery", delivery_id=delivery_id, said="replayed"), 303)
