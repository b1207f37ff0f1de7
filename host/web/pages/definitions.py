"""Processes, decisions, forms and packs with their versions: looked at, compared, taken away as a file."""

from typing import Any

from flask import Flask, Response, render_template, request

from engine import versions
from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.publishing.kinds import POLICY, Kind, kind_of
from host.publishing.offering import all_in_force, in_force
from host.publishing.uses import uses_of
from host.web.answering import said
from host.web.context import acting_now, system
from host.web.definition.view import marks, view_of
from host.web.definition.words import TITLES, WORDS
from ledger.policies_in_force import years_with

ALL = "/studio/<folder>"


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule(ALL, "definitions", listed)
    app.add_url_rule(f"{ALL}/<key>", "definition", show)
    app.add_url_rule(f"{ALL}/<key>/file", "definition_file", file)


def listed(folder: str, fault: str = "") -> str:
    """List the definitions of a kind, each with its version in force."""
    kind = kind_of(folder)
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        rows = all_in_force(uow.session, kind)
    return render_template(
        "studio/list.html", kind=kind, title=TITLES[folder], rows=rows, fault=fault, said=said()
    )


def show(folder: str, key: str, fault: str = "") -> str:
    """Show a version: drawn, with its problems, where it is used, and what differs from another version."""
    kind = kind_of(folder)
    wanted, against = (request.args.get(name, type=int) for name in ("version", "against"))
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        kept = versions.versions(uow.session, kind.code, key)
        row = found(uow, kind, key, wanted)
        newest = kept[0].version if kept else 0
        other = _other(row.version, newest, against)
        before = in_force(uow.session, kind, key, other) if other is not None else None
        shipped = kind.shipped(key)
        problems = kind.check(uow.session, row.xml.encode())
        of_years = kind is POLICY
        uses = [] if of_years else uses_of(uow.session, kind.code, key)
        years = list(years_with(uow.session, key)) if of_years else []
    differences = kind.compare(before.xml, row.xml) if before else []
    return render_template(
        "studio/definition.html",
        kind=kind,
        title=TITLES[folder],
        row=row,
        versions=[*kept, *([shipped] if kept and shipped else [])],
        newest=newest,
        before=before,
        differences=differences,
        problems=problems,
        uses=uses,
        years=years,
        view=view_of(kind.code, row.xml, problems),
        marks=marks(problems, differences if against is not None else []),
        **WORDS,
        fault=fault,
        said=said(),
    )


def _other(version: int, newest: int, against: int | None) -> int | None:
    """Return the version to compare with: the wanted one, else the one in force, else the one before; 0 is the program's."""
    if against is not None:
        return against
    return newest if version != newest else (version - 1 if version else None)


def file(folder: str, key: str) -> Response:
    """Return a version as a file."""
    kind = kind_of(folder)
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        row = found(uow, kind, key, request.args.get("version", type=int))
    answer = Response(row.xml, mimetype=kind.media_type)
    if not request.args.get("shown"):
        answer.headers.set("Content-Disposition", "attachment", filename=f"{key}.{kind.ending}")
    return answer


def found(uow: UnitOfWork, kind: Kind, key: str, version: int | None) -> Any:
    """Return a version with its text. Raises NotFound."""
    row = in_force(uow.session, kind, key, version)
    if row is None:
        raise NotFound("没有这个定义,或者没有这一版;请从列表里选择。", code="definition.not_found")
    return row
