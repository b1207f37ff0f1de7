"""What stands before and after every page: session, form token, permission, security headers."""

from collections.abc import Mapping
from uuid import uuid4

from flask import Flask, Response, g, request

from engine.attachments import MOST_BYTES
from engine.errors import NotAllowed, NotFound
from forms.xlsx.reading import LIMITS
from host.accounts import sessions
from host.web import pacing
from host.web.acting import acting_in_session
from host.web.bearer import acting_by_token, bears
from host.web.context import COOKIE, OF_NOBODY, form_token, is_form_token, only_looks, somebody, system
from host.web.day import today
from host.web.permissions import ENDPOINTS, Permission, holds
from host.web.words import language

SIGNED = frozenset({"receive_call"})
"""Routes of other systems: a signature over the body says who calls, so there is no session and no form token."""
BEFORE_THE_CHANGE = frozenset({"sign_out", "choose_look", "change_password"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
READ_BY_ALL = frozenset(
    {
        "public_places",
        "public_place",
        "public_kind",
        "public_department",
        "public_project",
        "api.read_disclosed",
    }
)
WITHOUT_SESSION = OF_NOBODY | READ_BY_ALL | SIGNED | {"calendar"}
"""What files, machines and the public ask for: no session is looked for and none begun."""
KEPT = frozenset({"static", "calendar"})
"""What programs may keep; everything else is asked for anew each time."""
UPLOADS: Mapping[str, int] = {
    "attach_file": MOST_BYTES + 256 * 1024,
    "api.attach": MOST_BYTES + 256 * 1024,
    "compare_sheet": LIMITS.file_bytes + 256 * 1024,
}
"""Routes that take more than a form holds: the largest file and what a browser writes around it."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def register(app: Flask) -> None:
    """Put the guards before and after every request of `app`."""
    pacing.register(app)
    app.before_request(_number)
    app.before_request(pacing.by_address)
    app.before_request(_identify)
    app.before_request(pacing.by_account)
    app.before_request(_allow_uploads)
    app.before_request(_require_form_token)
    app.before_request(_require_permission)
    app.after_request(_headers)
    app.context_processor(_seen_by_templates)


def _number() -> None:
    g.request_id = uuid4().hex[:12]


def _identify() -> None:
    if request.endpoint in WITHOUT_SESSION:
        return
    if bears(request):
        g.by_token = True
        with system().bihuan.look() as uow:
            g.acting = acting_by_token(uow, request)
        return
    g.cookie, g.acting = request.cookies.get(COOKIE, ""), None
    if not g.cookie:
        g.cookie = g.new_cookie = sessions.new_token()
        return
    with system().bihuan.look() as uow:
        g.acting = acting_in_session(uow, g.cookie)


def _allow_uploads() -> None:
    most = UPLOADS.get(request.endpoint or "")
    if most is not None and somebody() is not None:
        request.max_content_length = most


def _require_form_token() -> None:
    if only_looks() or "by_token" in g or request.endpoint in SIGNED:
        return
    found = request.headers.get("X-Form-Token") or request.form.get("form_token", "")
    if not is_form_token(found):
        if somebody() is None and not holds(None, ENDPOINTS.get(request.endpoint or "", Permission.PUBLIC)):
            raise NotAllowed("请先登录。", code="sign_in.needed")
        raise NotAllowed("这个页面放得太久或来自别处,没有执行;请回到那一页再做一次。", code="form.token")


def _require_permission() -> None:
    if request.endpoint is None:
        raise NotFound("没有这个页面;请核对地址,或回到待办。", code="page.not_found")
    permission, who = ENDPOINTS[request.endpoint], somebody()
    if holds(who, permission):
        due = who is not None and who.must_change and permission is not Permission.PUBLIC
        if due and request.endpoint not in BEFORE_THE_CHANGE:
            raise NotAllowed("请先改密码,再办理其他事项。", code="password.must_change")
        return
    if who is None:
        raise NotAllowed("请先登录。", code="sign_in.needed")
    raise NotAllowed("您的账号没有打开这一页的权限;需要时请联系系统管理员。", code=f"permission.{permission}")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if system().https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if (request.endpoint not in KEPT or response.status_code >= 400) and not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("HX-Request")
    if "new_cookie" in g:
        keep_cookie(response, g.new_cookie)
    return response


def keep_cookie(response: Response, token: str) -> None:
    """Let the browser keep the session's cookie: out of reach of scripts and of other sites."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=system().https)


def _seen_by_templates() -> dict[str, object]:
    who = somebody()
    permitted = {one: holds(who, one) for one in Permission}
    return {
        "who": who,
        "form_token": form_token() if "cookie" in g else "",
        "language": language(),
        "today": today(),
        "time_stands_still": system().stands_still,
        "permitted": permitted,
        "demo": system().demo,
        "request_id": g.get("request_id", ""),
    }
