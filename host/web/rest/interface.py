"""The blueprint of /api/v1, its description as OpenAPI 3.1, and the page that shows it."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, current_app, render_template
from flask_smorest import Api, Blueprint
from marshmallow import missing
from webargs.flaskparser import FlaskParser

from host.web.rest.problems import MEDIA_TYPE, unstorable
from host.web.rest.schemas import Problem

PREFIX = "/api/v1"
BODY = ("post", "put", "delete")
View = TypeVar("View", bound=Callable[..., Any])


class Reader(FlaskParser):
    """Reads what was sent. JSON may spell what no text holds (`\\ud800`), no number (NaN), or nest without end."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return the body. Raises InvalidInput (`request.unstorable`) for what could be neither kept nor repeated."""
        try:
            found = super().load_json(req, schema)
            if found is not missing:
                json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        except (RecursionError, ValueError):
            raise unstorable() from None
        return found


class Door(Blueprint):  # type: ignore[misc]
    """The interface: what comes in goes through our reader."""

    ARGUMENTS_PARSER = Reader()


api = Door("api", __name__, url_prefix=PREFIX)


class Interface(Api):  # type: ignore[misc]
    """The description; errors are ours (`host.web.rest.problems`)."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_responses(self) -> None:
        """Describe refusals as what they are."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = MEDIA_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        """Leave the handlers of the pages in place."""


def register(app: Flask) -> None:
    """Add the interface to the pages of `app`."""
    app.config.update(
        API_TITLE="闭环 Bihuan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    described = Interface(app)
    described.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    described.spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "bihuan_session"}
    )
    described.spec.options["security"] = [{"token": []}, {"session": []}]
    described.register_blueprint(api)
    app.add_url_rule(f"{PREFIX}/", "rest", _page)
    app.extensions["bihuan.openapi"] = described.spec.to_dict()


def _page() -> str:
    spec = current_app.extensions["bihuan.openapi"]
    operations = [
        (method, path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    return render_template("rest/show.html", operations=operations)


KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 200},
    "description": "同一个键只执行一次;重发得到第一次的回答。",
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "读到任务时的 ETag;任务变了就不执行(412)。",
}
REVISION = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
"""Of what is kept by revisions: the one that was read."""


def command(view: View) -> View:
    """Describe what every command on a task has besides: a key against doing it twice, its ETag, problems as answers."""
    documented: View = api.doc(parameters=[KEY, MATCH])(view)
    return problems(_refused(documented, 412, "If-Match 与现在的 ETag 不符"))


def keyed(view: View) -> View:
    """Describe what a command on anything else has besides: a key against doing it twice, problems as answers."""
    documented: View = api.doc(parameters=[KEY])(view)
    return problems(documented)


def problems(view: View) -> View:
    """Describe the answers when something is refused."""
    for status, words in (
        (422, "不能接受"),
        (413, "内容太大"),
        (409, "状态不对或有人先办了"),
        (404, "找不到,或不在范围内"),
        (403, "无权"),
        (400, "读不懂"),
        (401, "没有登录,或令牌被拒"),
        (429, "来得太频繁"),
    ):
        view = _refused(view, status, words)
    return view


def _refused(view: View, status: int, words: str) -> View:
    described: View = api.alt_response(status, schema=Problem, content_type=MEDIA_TYPE, description=words)(
        view
    )
    return described
