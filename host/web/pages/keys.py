"""The list of optional keys, and the switch to turn them off."""

from flask import Flask, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from engine.model.base import table_of
from host.model.accounts import Account
from host.web.context import acting_now, system
from host.web.words import translate as _

ACCOUNT = table_of(Account)


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/keys", "keys", keys)
    app.add_url_rule("/keys", "choose_keys", choose, methods=["POST"])


def keys() -> str:
    """Show the keys."""
    listed = (
        ("J　K", _("下一件、上一件")),
        ("Enter", _("打开选中的任务")),
        ("E", _("办结或填写，之后可以拿回")),
        ("R", _("退回，先看会发生什么")),
        ("T", _("转办")),
        ("C", _("写留言")),
        ("S", _("稍后再办：选一天，到那天再回来")),
        ("X", _("批量办结；在批量页里勾选，J、K 移动")),
        ("/", _("搜索")),
        ("G　D", _("去待办")),
        ("G　B", _("去报表")),
        ("G　X", _("去消息")),
        ("G　L", _("去流程工坊")),
        ("G　M", _("去管理")),
        ("Ctrl+S", _("表单里：立即保存")),
        ("?", _("这张表")),
        ("Esc", _("关闭")),
    )
    return render_template("keys.html", listed=listed)


def choose() -> Response:
    """Turn the keys on or off for the account."""
    with system().bihuan.unit_of_work() as uow:
        mine = ACCOUNT.c.id == acting_now().account_id
        uow.session.execute(update(ACCOUNT).where(mine).values(keys=request.form.get("keys") == "on"))
    return redirect(url_for("keys"), 303)
