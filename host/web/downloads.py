"""Files to take away: workbooks, documents, packages."""

from collections.abc import Iterable

from flask import Response

from host.web.context import system
from ledger.figures.sheet import Sheet, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"


def xlsx(name: str, sheets: Iterable[Sheet]) -> Response:
    """Return a workbook of tables."""
    return file(workbook(sheets, dated=system().bihuan.clock.now()), f"{name}.xlsx", XLSX)


def file(data: bytes, name: str, kind: str) -> Response:
    """Return a file under a name."""
    answer = Response(data, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
