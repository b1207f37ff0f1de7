"""One's deadlines for a calendar program: no session, the secret is in the address; it stands in no log and on no page twice."""

from hashlib import sha256

from flask import Flask, Response, request

from engine.calendar.local_time import start_of_day
from engine.errors import NotFound
from host.telling import deadlines
from host.web.acting import acting
from host.web.context import system
from host.web.day import today
from ledger import inbox
from ledger.narrowing import Wanted


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/calendar/<token>.ics", "calendar", show)


def show(token: str) -> Response:
    """Return the calendar a token opens; a program that has it already is told so."""
    bihuan = system().bihuan
    with bihuan.unit_of_work() as uow:
        account_id = deadlines.account_of(uow, token)
        who = None if account_id is None else acting(uow, account_id)
    if who is None:
        raise NotFound("这个日历地址已失效;请在“我的账号”的“通知方式”里新建。", code="calendar.not_found")
    with bihuan.unit_of_work(who.scope) as uow:
        found = inbox.page(uow, who.own, Wanted("all"), start_of_day(today().day), size=deadlines.MOST)
    body = deadlines.feed(found.rows, who.language)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
