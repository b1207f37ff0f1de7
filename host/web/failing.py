"""Errors become pages: the one place that maps codes to HTTP."""

import logging
from urllib.parse import urlsplit

from flask import Flask, g, make_response, redirect, render_template, request, url_for
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engine.errors import BihuanError, Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from host.web.bearer import TokenRefused
from host.web.pacing import TooOften
from host.web.refusals import said as refused
from host.web.rest import problems

log = logging.getLogger(__name__)
STATUS: tuple[tuple[type[BihuanError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (Conflict, 409),
    (InvalidInput, 422),
    (TooOften, 429),
)
ODD = {
    404: "没有这个页面;请核对地址,或回到待办。",
    405: "这个地址不接受这种请求;请回到待办。",
    413: "内容太大,没有收下;请减小后再试。",
}


def status_of(error: BihuanError) -> int:
    """Return the HTTP status of one of our errors."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def register(app: Flask) -> None:
    """Let every error of `app` become a page with its code and the next step."""
    app.register_error_handler(BihuanError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(IntegrityError, _same_twice)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: BihuanError) -> Response:
    answer = make_response(_answer(error))
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _answer(error: BihuanError) -> Response | tuple[str, int]:
    if problems.wanted():
        return problems.of_ours(error, status_of(error))
    if error.code == "sign_in.needed":
        return _to_sign_in()
    if error.code == "password.must_change":
        return redirect(url_for("change_password"))
    if error.code == TokenRefused.code:
        return Response(error.text, 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain")
    status = status_of(error)
    if status >= 500:
        log.error("request failed", exc_info=error, extra={"request_id": g.get("request_id")})
    return _page(error.code, refused(error), status)


def _to_sign_in() -> Response:
    place = url_for("sign_in", next=request.full_path if request.method == "GET" else _came_from())
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": place})
    return redirect(place)


def _came_from() -> str | None:
    """Return the page of ours from which something was sent."""
    parts = urlsplit(request.referrer or "")
    if request.method == "GET" or parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _http(error: HTTPException) -> Response | tuple[str, int]:
    status = error.code or 500
    if problems.wanted():
        return problems.of_http(error, ODD.get(status, error.description or ""))
    return _page(f"http.{status}", ODD.get(status, "请求无法处理;请回到待办再试。"), status)


def _unstorable(error: DataError) -> Response:
    """What was sent has a place in no column: a character that text cannot hold, a number too large."""
    log.warning("data refused by the database", extra={"kind": type(error.orig).__name__})
    return _ours(problems.unstorable())


def _same_twice(error: IntegrityError) -> Response | tuple[str, int]:
    """Two wrote the same thing at once, and each had seen before that nobody had: the second is told."""
    if not isinstance(error.orig, UniqueViolation):
        return _unforeseen(error)
    log.warning("written twice at once", extra={"constraint": error.orig.diag.constraint_name})
    return _ours(
        Conflict("刚才有人先登记了同样的内容,这一次没有执行;请刷新后核对。", code="request.same_twice")
    )


def _unforeseen(error: Exception) -> Response | tuple[str, int]:
    log.error("request failed", exc_info=error, extra={"request_id": g.get("request_id")})
    text = "程序出了意外,这一步没有执行;请重试一次,仍不行请把编号告诉系统管理员。"
    return problems.problem(500, "unforeseen", text) if problems.wanted() else _page("unforeseen", text, 500)


def _page(code: str, text: str, status: int) -> tuple[str, int]:
    return render_template("failed.html", code=code, text=text, status=status, back=_came_from()), status
