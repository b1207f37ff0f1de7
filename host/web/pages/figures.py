"""Figures: a topic drawn and as a table, by department, fund, year, person or week; the rows behind each number."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, render_template, request, url_for
from werkzeug.wrappers import Response

from host.web.context import acting_now, system
from host.web.downloads import xlsx
from host.web.figures_wanted import Asked, asked
from host.web.paging import PAGE, is_numeric, page_number
from host.web.words import translate as _
from ledger.figures import asking
from ledger.figures.columns import cells, in_words, shown_columns

DRAWN = 15


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/reports/figures/<topic>", "figures", show)
    app.add_url_rule("/reports/figures/<topic>/table.xlsx", "figures_file", table_file)
    app.add_url_rule("/reports/figures/<topic>/rows", "figures_rows", rows)
    app.add_url_rule("/reports/figures/<topic>/rows.xlsx", "figures_rows_file", rows_file)


def show(topic: str) -> str:
    """Show a topic."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        found, whole = asking.groups(uow.session, chosen.topic, chosen.by.key, chosen.wanted)
    found = chosen.sorted(found)
    page = page_number()
    longest = max((group.values[key] or 0 for group in found for key in chosen.topic.drawn), default=0)
    return render_template(
        "reports/figures.html",
        chosen=chosen,
        drawn=chosen.most_telling(found)[:DRAWN],
        groups=found[(page - 1) * PAGE : page * PAGE],
        whole=whole,
        count=len(found),
        page=page,
        pages=-(-len(found) // PAGE) or 1,
        full=chosen.topic.full or longest or 1,
        said=asking.said,
        said_of=lambda column, group: asking.said(group.values[column.key], column.decimals),
        address=lambda **changed: _address("figures", chosen, **changed),
        rows_of=lambda code: _address("figures_rows", chosen, code=code),
        file=_address("figures_file", chosen),
    )


def table_file(topic: str) -> Response:
    """Return a topic's table as an Excel sheet."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        found, whole = asking.groups(uow.session, chosen.topic, chosen.by.key, chosen.wanted)
    head = [
        _(chosen.by.title),
        *(f"{_(one.title)}({_(one.unit)})" for one in chosen.topic.columns),
    ]
    lines = [
        [group.name, *(group.values[one.key] for one in chosen.topic.columns)]
        for group in chosen.sorted(found)
    ]
    total = [_("合计"), *(whole.values[one.key] for one in chosen.topic.columns)]
    return xlsx(f"{chosen.year}-{topic}", [(_(chosen.topic.title), head, [*lines, total])])


def rows(topic: str) -> str:
    """Show the rows behind a group, a page at a time."""
    page = page_number()
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        columns, found, count = _rows(uow, chosen, first=(page - 1) * PAGE, limit=PAGE)
    shown = shown_columns(columns)
    return render_template(
        "reports/rows.html",
        chosen=chosen,
        group=_named(chosen, columns, found),
        columns=[(name, title) for _at, name, title in shown],
        numeric=[is_numeric(found, at, name) for at, name, _title in shown],
        rows=[[in_words(name, row[at]) for at, name, _title in shown] for row in found],
        count=count,
        page=page,
        pages=-(-count // PAGE) or 1,
        back=_address("figures", chosen),
        address=lambda **changed: _address(
            "figures_rows", chosen, **{"code": request.args.get("code"), **changed}
        ),
        file=_address("figures_rows_file", chosen, code=request.args.get("code")),
    )


def rows_file(topic: str) -> Response:
    """Return all rows behind a group as an Excel sheet."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        columns, found, _count = _rows(uow, chosen, first=0, limit=None)
    head, lines = cells(columns, found)
    return xlsx(f"{chosen.year}-{topic}-rows", [(_(chosen.topic.title), head, lines)])


def _rows(uow: Any, chosen: Asked, *, first: int, limit: int | None) -> Any:
    code = request.args.get("code")
    return asking.group_rows(
        uow.session, chosen.topic, chosen.by.key, chosen.wanted, code, first=first, limit=limit
    )


def _named(chosen: Asked, columns: Sequence[str], found: Sequence[Sequence[Any]]) -> str:
    """Return what people call the group whose rows are shown."""
    code = request.args.get("code", "")
    if chosen.by.key == "person":
        return str(found[0][list(columns).index("person")]) if found else code
    return dict(chosen.departments).get(code, code) if chosen.by.key == "department" else code


def _address(endpoint: str, chosen: Asked, **changed: Any) -> str:
    """Return an address that carries the same choice, but for what is changed."""
    said: dict[str, Any] = {"topic": chosen.topic.key, "year": chosen.year, "by": chosen.by.key}
    said |= {"department": chosen.wanted.department or None, "fund": chosen.wanted.fund or None}
    said |= changed
    usual = chosen.topic.groupings[0] if said["topic"] == chosen.topic.key else None
    if said["by"] == usual and endpoint == "figures":
        said["by"] = None
    return url_for(endpoint, **{name: value for name, value in said.items() if value is not None})
