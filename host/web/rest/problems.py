"""Errors as problem+json (RFC 9457): a stable code for programs, a sentence for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from engine.errors import BihuanError, Conflict, InvalidInput
from engine.json_values import dumps
from forms.errors import FormInvalid
from host.web.refusals import refusal
from host.web.refusals import said as refused

MEDIA_TYPE = "application/problem+json"
UNAUTHENTICATED = ("sign_in.needed", "token.refused")


class Stale(Conflict):
    """The thing has changed since its ETag was read."""

    code = "etag.stale"

    def __init__(self) -> None:
        super().__init__("这一项在您读取之后变了,没有执行;请重新读取再试。")


def unstorable() -> InvalidInput:
    """Return the refusal of what was sent and has a place in no column."""
    return InvalidInput("内容里有存不下的字符或过大的数;请修改后再试。", code="request.unstorable")


def wanted() -> bool:
    """Tell whether the request is one of a program."""
    return request.path.startswith("/api/")


def of_ours(error: BihuanError, status: int) -> Response:
    """Return one of our errors."""
    if error.code in UNAUTHENTICATED:
        answer = problem(401, error.code, refused(error))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, Stale):
        status = 412
    errors = [
        {"path": one.path, "code": one.code, "text": refusal(one.text)}
        for one in getattr(error, "errors", ())
    ]
    return problem(
        status, error.code, refused(error), errors if isinstance(error, FormInvalid) else (), error.facts
    )


def of_http(error: HTTPException, text: str) -> Response:
    """Return a refusal of Flask or of a schema."""
    status = error.code or 500
    messages: Any = getattr(error, "data", {}).get("messages", {})
    if status != 422:
        return problem(status, f"http.{status}", text)
    said = [{"path": path, "text": words} for where in messages.values() for path, words in _flat(where)]
    return problem(422, "request.invalid", "请求里有不能接受的内容;请按 errors 逐处修改。", said)


def problem(
    status: int,
    code: str,
    text: str,
    errors: Sequence[Mapping[str, Any]] = (),
    facts: Mapping[str, Any] | None = None,
) -> Response:
    """Return a problem."""
    body = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, ""),
        "status": status,
        "detail": text,
        "code": code,
        "request_id": g.get("request_id", ""),
    }
    extra = {"errors": list(errors)} if errors else {}
    return Response(dumps({**(facts or {}), **extra, **body}), status, content_type=MEDIA_TYPE)


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        parts = [(f"{path}.{name}" if path else str(name), one) for name, one in messages.items()]
        return [pair for name, one in parts for pair in _flat(one, name)]
    return [(path, str(one)) for one in (messages if isinstance(messages, list) else [messages])]
