"""How the system is: probes for machines without a word too many, metrics behind a token, a page for administrators."""

import hmac

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import NotFound
from engine.storage.errors import StorageUnavailable
from host.health import signs
from host.health.judging import findings
from host.health.metrics import CONTENT_TYPE, exposition
from host.migrations.running import current, newest
from host.web.context import system

Said = tuple[Response, int]


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/health/live", "live", live)
    app.add_url_rule("/health/ready", "ready", ready)
    app.add_url_rule("/metrics", "metrics", metrics)
    app.add_url_rule("/manage/health", "health", health)


def live() -> Said:
    """Say that this process answers."""
    return jsonify(status="live"), 200


def ready() -> Said:
    """Say whether requests can be served: the server stays, the database answers, its tables are of this version."""
    if system().leaving.has_begun:
        return jsonify(status="unavailable", code="server.leaving"), 503
    try:
        is_ours = current(system().bihuan.database) == newest()
    except (SQLAlchemyError, StorageUnavailable, OSError):
        return jsonify(status="unavailable", code="database.unreachable"), 503
    if not is_ours:
        return jsonify(status="unavailable", code="database.version"), 503
    return jsonify(status="ready"), 200


def metrics() -> Response:
    """Give Prometheus the figures. Without the token of the settings there is no such page."""
    token, sent = system().bihuan.settings.metrics_token, request.headers.get("Authorization", "")
    if token is None or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise NotFound("没有这个页面;请核对地址,或回到待办。", code="page.not_found")
    with system().bihuan.look() as uow:
        seen = signs.read(uow)
    return Response(exposition(seen, system().tally.read()), content_type=CONTENT_TYPE)


def health() -> str:
    """Show administrators what is wrong and what to do, then every sign."""
    with system().bihuan.look() as uow:
        seen = signs.read(uow)
    return render_template("manage/health.html", signs=seen, findings=findings(seen))
