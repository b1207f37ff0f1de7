"""The way in for programs: `Authorization: Bearer` instead of a cookie, no form token, no cookie set."""

from flask import Request

from engine.errors import NotAllowed
from engine.uow import UnitOfWork
from host.accounts import tokens
from host.web.acting import Acting, acting, with_scopes

SCHEME = "bearer"


class TokenRefused(NotAllowed):
    """No such token, or it has expired, was revoked, or its account is disabled."""

    code = "token.refused"

    def __init__(self) -> None:
        super().__init__("令牌无效、过期或已作废;请在“我的账号”里新建一个。")


def bears(request: Request) -> bool:
    """Tell whether a request signs in with a token of a program."""
    return request.headers.get("Authorization", "").lower().startswith(SCHEME)


def acting_by_token(uow: UnitOfWork, request: Request) -> Acting:
    """Return who acts in a request that carries a token, with no more than its scopes. Raises TokenRefused."""
    token = request.headers["Authorization"][len(SCHEME) :].strip()
    found = tokens.account_of(uow, token)
    who = acting(uow, found[0]) if found else None
    if found is None or who is None or who.must_change:
        raise TokenRefused
    return with_scopes(who, found[1])
