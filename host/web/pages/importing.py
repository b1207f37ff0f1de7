"""Bring organisations and people in from xlsx: template, trial, then the import; nothing half imported."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from flask import Flask, make_response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine.errors import BihuanError, InvalidInput
from engine.uow import UnitOfWork
from host.accounts import administering, making
from host.web.answering import Answer
from host.web.context import acting_now, system
from host.web.failing import status_of
from host.web.ground import ground
from ledger.model.register import Jurisdiction
from ledger.roster import sheets
from ledger.roster.bringing_in import Outcome, bring_in
from ledger.roster.columns import PEOPLE
from ledger.roster.sheets import Fault, place

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Opened = list[tuple[str, str, str]]
"""(name, login, one-time password) of accounts that an import opened."""


class _Undone(Exception):
    """Rolls a trial back."""


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/import", "import_directory", show)
    app.add_url_rule("/manage/import", "bring_in", run, methods=["POST"])
    app.add_url_rule("/manage/import/template.xlsx", "directory_template", template)


def template() -> Response:
    """Return the empty workbook to fill in."""
    answer = make_response(sheets.template())
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = 'attachment; filename="bihuan-directory.xlsx"'
    return answer


def show(
    fault: str = "", outcome: Outcome | None = None, data: bytes = b"", opened: Opened | None = None
) -> str:
    """Show the form; after a trial what the file would do; after the import what was done."""
    with system().bihuan.unit_of_work() as uow:
        return render_template(
            "manage/import.html",
            places=uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all(),
            place=ground(uow),
            fault=fault,
            outcome=outcome,
            file=b64encode(data).decode() if outcome and not outcome.faults and opened is None else "",
            opened=opened,
        )


def run() -> Answer:
    """Try a file, or import it when it was tried."""
    try:
        data = _file()
        sure = request.form.get("sure") == "yes"
        outcome, opened = _brought(data, keep=sure)
    except BihuanError as error:
        return show(error.text), status_of(error)
    if outcome.faults:
        return show("", outcome, data), 422
    return show("", outcome, data, opened if sure else None)


def _file() -> bytes:
    """Return the file that was sent, or the one that was tried before."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return sent.stream.read(sheets.LIMITS.file_bytes + 1)
    try:
        kept = b64decode(request.form.get("tried", ""), validate=True)
    except NotBase64:
        kept = b""
    if not kept:
        raise InvalidInput("请选择填好的 xlsx 文件。", code="directory.no_file")
    return kept


def _brought(data: bytes, *, keep: bool) -> tuple[Outcome, Opened]:
    """Import the file; undo all of it unless it is to be kept and nothing is wrong."""
    outcome, opened = Outcome(), Opened()
    try:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            outcome = bring_in(uow, ground(uow), data, by=acting_now().own)
            opened = _open_accounts(uow, outcome, keep=keep)
            uow.audit("directory.import", data={**outcome.added, "accounts": len(opened)})
            if outcome.faults or not keep:
                raise _Undone
    except _Undone:
        pass
    return outcome, opened


def _open_accounts(uow: UnitOfWork, outcome: Outcome, *, keep: bool) -> Opened:
    """Open accounts for those who have none, each with a one-time password; a trial only looks whether it could."""
    opened = Opened()
    for person_id, name, login, row in outcome.accounts:
        if administering.of_person(uow, person_id) is not None:
            continue
        word = administering.one_time_password() if keep else ""
        try:
            making.require_free(uow, login, taken=[one for _, one, _ in opened])
            if keep:
                making.make(uow, login, name, word, person_id=person_id, must_change=True)
        except BihuanError as error:
            outcome.faults.append(Fault(PEOPLE, row, place(PEOPLE, "账号"), error.text))
            continue
        opened.append((name, login, word))
    return opened
