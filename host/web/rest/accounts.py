"""Accounts, as the system administrator keeps them. What gives a password takes no Idempotency-Key: it is kept nowhere."""

from collections.abc import Callable
from typing import Any

from flask import Response

from engine.json_values import dumps
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.accounts import administering
from host.web.context import acting_now, system
from host.web.pages.accounts import opened
from host.web.rest import register_schemas as schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded

EXAMPLE = {"login": "wangfang", "person_id": 101, "name": "", "duty": None}
TOLD = {"id": "31", "command": "account.make", "password": "…"}
DONE = {"id": "31", "command": "account.disable"}
SHOWN = ("id", "login", "name", "person_id", "locked_until", "disabled_at", "must_change")


@api.route("/accounts")
@problems
@api.arguments(schemas.AccountQuery, location="query")
@api.response(200, schemas.Accounts)
def list_accounts(asked: dict[str, Any]) -> dict[str, Any]:
    """账号,每页若干"""
    with system().bihuan.unit_of_work() as uow:
        rows, total = administering.listed(uow, text=asked["q"], page=asked["page"])
        items = [{**{name: getattr(row.Account, name) for name in SHOWN}, "duty": row.duty} for row in rows]
    return {"items": items, "total": total}


@api.route("/accounts", methods=["POST"])
@problems
@api.arguments(schemas.AccountMade, example=EXAMPLE)
@api.response(201, schemas.OneTimePassword, example=TOLD)
def make_account(sent: dict[str, Any]) -> Response:
    """新建账号;一次性密码只在回答里出现一次"""
    with system().bihuan.unit_of_work() as uow:
        made, word = opened(uow, **sent)
    return _told(made, "account.make", word, 201)


@api.route("/accounts/<int:account_id>/reset-password", methods=["POST"])
@problems
@api.response(200, schemas.OneTimePassword, example={**TOLD, "command": "account.reset_password"})
def reset_password(account_id: int) -> Response:
    """给一次性密码,并退出所有登录"""
    with system().bihuan.unit_of_work() as uow:
        hours = system().bihuan.settings.one_time_hours
        word = administering.reset_password(uow, account_id, hours=hours, by=acting_now().own)
    return _told(account_id, "account.reset_password", word, 200)


@api.route("/accounts/<int:account_id>/disable", methods=["POST"])
@keyed
@api.response(200, Commanded, example=DONE)
def disable_account(account_id: int) -> Response:
    """停用"""
    who = acting_now()
    return _carried_out(
        account_id,
        "account.disable",
        lambda uow: administering.disable(uow, account_id, by=who.own, own_id=who.account_id),
    )


@api.route("/accounts/<int:account_id>/enable", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "account.enable"})
def enable_account(account_id: int) -> Response:
    """启用"""
    by = acting_now().own
    return _carried_out(
        account_id, "account.enable", lambda uow: administering.enable(uow, account_id, by=by)
    )


@api.route("/accounts/<int:account_id>/sign-out", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "account.sign_out_everywhere"})
def sign_out_everywhere(account_id: int) -> Response:
    """退出所有登录"""
    by = acting_now().own
    return _carried_out(
        account_id,
        "account.sign_out_everywhere",
        lambda uow: administering.sign_out_everywhere(uow, account_id, by=by),
    )


@api.route("/accounts/<int:account_id>/factor", methods=["DELETE"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "account.remove_factor"})
def remove_factor(account_id: int) -> Response:
    """关闭两步验证(丢了手机的人)"""
    by = acting_now().own
    return _carried_out(
        account_id, "account.remove_factor", lambda uow: administering.remove_factor(uow, account_id, by=by)
    )


def _carried_out(account_id: int, command: str, run: Callable[[UnitOfWork], object]) -> Response:
    def act(uow: UnitOfWork) -> Any:
        run(uow)
        return done(str(account_id), command)

    return carried_out(act, scope=EVERYWHERE)


def _told(account_id: int, command: str, word: str, status: int) -> Response:
    said = {**done(str(account_id), command), "password": word}
    return Response(dumps(said), status, content_type="application/json")
