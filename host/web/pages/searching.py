"""The search of the top bar: projects, forms and remarks that hold what was asked for, each with where it stands."""

from flask import Flask, render_template, request

from host.web.context import acting_now, system
from host.web.pages.year import page_asked
from host.web.words import translate as _
from ledger import directory, searching

SHORT, PAGE = 10, 50
NAMES = {"project": "项目", "form": "表单内容", "remark": "退回和意见"}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/search", "search", search)


def search() -> str:
    """Show what was found, a few of each kind; `kind` shows one kind, page by page."""
    asked, kind, page = request.args.get("q", "").strip(), request.args.get("kind", ""), page_asked()
    kinds = (kind,) if kind in searching.KINDS else searching.KINDS
    shown = (page, PAGE) if len(kinds) == 1 else (1, SHORT)
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = [searching.find(uow, one, asked, page=shown[0], size=shown[1]) for one in kinds]
        units = (
            directory.named(uow, asked, acting_now().scope.organisations) if asked and len(kinds) > 1 else []
        )
    return render_template(
        "search.html",
        asked=asked,
        kind=kinds[0] if len(kinds) == 1 else "",
        found=[one for one in found if one.hits],
        units=units,
        names={key: _(name) for key, name in NAMES.items()},
        page=shown[0],
        pages=-(-found[0].total // PAGE) if len(kinds) == 1 else 1,
        most=searching.MOST,
    )
