"""Bring organisations and people in from xlsx: template, trial, the import as a job to watch, what became of each row."""

from base64 import b64encode
from collections.abc import Mapping

from flask import Flask, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine.errors import BihuanError
from host.accounts import bringing
from host.imports import life
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.failing import status_of
from host.web.ground import ground
from host.web.refusals import said as refused
from host.web.tried_file import XLSX, tried_file
from ledger.model.register import Jurisdiction
from ledger.packs_in_force import Packs
from ledger.roster import jurisdictions, sheets
from ledger.roster.bringing_in import Outcome


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/import", "import_directory", show)
    app.add_url_rule("/manage/places", "add_place", add_place, methods=["POST"])
    app.add_url_rule("/manage/import", "bring_in", run, methods=["POST"])
    app.add_url_rule("/manage/import/template.xlsx", "directory_template", template)
    app.add_url_rule("/manage/import/<int:import_id>", "directory_import", progress)
    app.add_url_rule("/manage/import/<int:import_id>", "import_passwords", passwords, methods=["POST"])


def template() -> Response:
    """Return the empty workbook to fill in."""
    answer = make_response(sheets.template())
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = 'attachment; filename="bihuan-directory.xlsx"'
    return answer


def show(fault: str = "", outcome: Outcome | None = None, data: bytes = b"") -> str:
    """Show the form; after a trial what the file would do."""
    with system().bihuan.unit_of_work() as uow:
        places = uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all()
        if not places:
            return render_template("manage/place.html", packs=Packs(uow.session).names, fault=fault, said="")
        return render_template(
            "manage/import.html",
            places=places,
            place=ground(uow),
            fault=fault,
            said=said(),
            outcome=outcome,
            file=b64encode(data).decode() if outcome and not outcome.faults else "",
        )


def add_place() -> Answer:
    """Register the place whose register is brought in: what an empty installation needs first."""

    def command() -> str:
        code = request.form.get("policy") or request.form.get("code", "")
        with system().bihuan.unit_of_work() as uow:
            jurisdictions.add(uow, code, request.form.get("name", ""), by=acting_now().own)
        return url_for("import_directory", said="added")

    return answered(command, show)


def run() -> Answer:
    """Try a file; when it was tried and is confirmed, order its import and lead to its progress."""
    try:
        data, bihuan = tried_file(sheets.LIMITS.file_bytes, missing="directory.no_file"), system().bihuan
        by = acting_now().own
        with bihuan.unit_of_work() as uow:
            where = ground(uow)
        outcome = bringing.trial(bihuan.unit_of_work, where, data, by=by)
        if request.form.get("sure") == "yes" and not outcome.faults:
            with bihuan.unit_of_work() as uow:
                account_id = acting_now().account_id
                total = len(outcome.accounts)
                import_id = life.order(
                    uow, bringing.KIND, where, data, total=total, by=by, account_id=account_id
                )
            return redirect(url_for("directory_import", import_id=import_id), 303)
    except BihuanError as error:
        return show(refused(error)), status_of(error)
    return (show("", outcome, data), 422) if outcome.faults else show("", outcome, data)


def progress(import_id: int) -> str:
    """Show how far an import is, and in the end what became of each row."""
    return _progress(import_id, {})


def passwords(import_id: int) -> str:
    """Show the one-time passwords of an import, this once, to whom ordered it."""
    who = acting_now()
    with system().bihuan.unit_of_work() as uow:
        vault = system().bihuan.entry().vault
        words = bringing.taken_words(uow, import_id, who.account_id, vault, by=who.own)
    return _progress(import_id, words)


def _progress(import_id: int, words: Mapping[str, str]) -> str:
    with system().bihuan.unit_of_work() as uow:
        one = life.found(uow, import_id, {bringing.KIND})
        return render_template(
            "manage/import_run.html",
            one=one,
            words=words,
            going=one.status in life.LIVE,
            mine=one.account_id == acting_now().account_id,
        )
