"""The list of optional keys, and the switch to turn them off."""

from collections.abc import Iterator

from flask import Flask, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from engine.model.base import table_of
from host.model.accounts import Account
from host.web.context import acting_now, system
from host.web.permissions import Permission, holds
from host.web.words import translate as _

ACCOUNT = table_of(Account)
ADMINISTERS = (Permission.DIRECTORY, Permission.AUDIT, Permission.PROCESSES)
PLACES = (
    ("D", "去待办", (Permission.VIEW,)),
    ("X", "去消息", (Permission.VIEW,)),
    ("N", "去年度", (Permission.VIEW,)),
    ("P", "去项目", (Permission.VIEW,)),
    ("B", "去报表", (Permission.FIGURES,)),
    ("L", "去流程工坊", (Permission.DEFINITIONS,)),
    ("M", "去管理", ADMINISTERS),
)
"""Key, what it does, and the permissions one of which opens the page: as in shell.html."""


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
        *_places(),
        ("Ctrl+S", _("表单里：立即保存")),
        ("?", _("这张表")),
        ("Esc", _("关闭")),
    )
    return render_template("keys.html", listed=listed)


def _places() -> Iterator[tuple[str, str]]:
    """Yield the keys that lead to the pages somebody may open, in the order of the navigation."""
    for key, text, one_of in PLACES:
        if any(holds(acting_now(), one) for one in one_of):
            yield f"G　{key}", _(text)


def choose() -> Response:
    """Turn the keys on or off for the account."""
    with system().bihuan.unit_of_work() as uow:
        mine = ACCOUNT.c.id == acting_now().account_id
        uow.session.execute(update(ACCOUNT).where(mine).values(keys=request.form.get("keys") == "on"))
    return redirect(url_for("keys"), 303)
