"""Where other systems call: no session and no form token, the signature says who it is."""

from flask import Flask, request
from werkzeug.wrappers import Response

from engine.json_values import dumps
from engine.scope import Scope
from host.web import pacing
from host.web.context import system
from host.web.rest.problems import problem
from webhooks.inbound import accepting, sources
from webhooks.inbound.envelope import LARGEST, read
from webhooks.inbound.verifying import verified


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/api/in/<int:source_id>", "receive_call", receive, methods=["POST"])


def receive(source_id: int) -> Response:
    """Verify a call, keep it, and say that it was taken; it is applied later, once."""
    bihuan = system().bihuan
    request.max_content_length = LARGEST
    body = request.get_data()
    with bihuan.look() as uow:
        source, now = sources.known(uow, bihuan.source_vault(), source_id), uow.now()
    message_id = verified(
        {name.lower(): value for name, value in request.headers}, body, source.keys if source else (), now
    )
    assert source is not None, "without keys nothing is verified"
    if source.paused:
        return _later(503, "source.paused", "对方已暂停接收;请一小时后用同一编号重发。", 3600)
    pacing.by_source(source.id)
    letter = read(body)
    try:
        with bihuan.unit_of_work(Scope(source.jurisdiction_id)) as uow:
            said = accepting.accept(uow, source, message_id, body, letter)
    except accepting.TooManyWaiting as error:
        return _later(429, error.code, error.text, 60)
    return Response(dumps(said), 202, content_type="application/json")


def _later(status: int, code: str, words: str, seconds: int) -> Response:
    answer = problem(status, code, words)
    answer.headers["Retry-After"] = str(seconds)
    return answer
