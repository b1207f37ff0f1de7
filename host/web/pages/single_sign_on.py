"""The way to the organisation's sign-in service and back."""

from dataclasses import asdict
from typing import Any

from flask import Flask, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from engine.errors import NotFound
from host.accounts import linking
from host.accounts.oidc import Departure, Service, ServiceRefused
from host.web.context import acting_now, somebody, system
from host.web.pages.signing_in import here, signed_in

TRIP = "bihuan_trip"
TRIP_SECONDS = 600


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/sign-in/service", "sign_in_oidc", depart)
    app.add_url_rule("/me/service", "link_oidc", depart_to_link)
    app.add_url_rule("/sign-in/service/back", "back_from_oidc", arrive)


def _service() -> Service:
    found = system().oidc
    if found is None:
        raise NotFound("没有设置单位登录;请用账号密码登录。", code="oidc.none")
    return found


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(system().secret, salt="oidc trip")


def _back() -> str:
    scheme = "https" if system().https else request.scheme
    return url_for("back_from_oidc", _external=True, _scheme=scheme)


def depart() -> Response:
    """Send a browser to the service, to sign in."""
    return _departing({"next": here(request.args.get("next", ""))})


def depart_to_link() -> Response:
    """Send a browser to the service, to link one's account with it."""
    return _departing({"link": acting_now().account_id})


def _departing(purpose: dict[str, Any]) -> Response:
    departure = _service().depart(_back())
    answer = make_response(redirect(departure.address))
    answer.set_cookie(
        TRIP,
        _signer().dumps(asdict(departure) | purpose),
        max_age=TRIP_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=system().https,
        path=url_for("back_from_oidc"),
    )
    return answer


def arrive() -> Response | tuple[str, int]:
    """Take what the service says of who came back: sign him in, or link his account."""
    service, trip = _service(), _trip()
    departure = Departure(trip["address"], trip["state"], trip["nonce"], trip["verifier"])
    if request.args.get("state", "") != departure.state:
        raise ServiceRefused(
            "这次登录不是从这个浏览器开始的,没有执行;请回登录页重新开始。", code="oidc.state"
        )
    claims = service.arrive(f"{_back()}?{request.query_string.decode()}", _back(), departure)
    if "link" in trip:
        return _forget(_linked(service, claims, trip["link"]))
    with system().bihuan.unit_of_work() as uow:
        token = linking.sign_in(uow, service, claims, agent=request.headers.get("User-Agent", ""))
    if token is None:
        fault = "单位登录认得您,但这里没有与您对应的账号;请联系系统管理员开通。"
        return render_template("sign_in.html", fault=fault, accounts=(), titles={}, password=""), 422
    return _forget(signed_in(token, trip["next"]))


def _linked(service: Service, claims: Any, account_id: int) -> Response:
    who = somebody()
    if who is None or who.account_id != account_id:
        raise ServiceRefused("登录的账号中途变了,没有关联;请重新登录后再关联。", code="oidc.other_account")
    with system().bihuan.unit_of_work() as uow:
        uow.actor = who.own
        linking.link(uow, service, claims, account_id)
    return redirect(url_for("me", said="named"))


def _trip() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(TRIP, ""), max_age=TRIP_SECONDS)
    except BadSignature as error:
        raise ServiceRefused(
            "这次登录已经过期或不是从这里开始的;请回登录页重新开始。", code="oidc.trip"
        ) from error
    return dict(found)


def _forget(answer: Response) -> Response:
    answer.delete_cookie(TRIP, path=url_for("back_from_oidc"))
    return answer
