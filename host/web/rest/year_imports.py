"""Bring a year's projects, budgets or payments in from xlsx: try or order it, read what became of each row."""

from dataclasses import asdict
from typing import Any

from flask import Response, request

from engine.errors import InvalidInput
from host.imports import life
from host.imports.of_year import refused
from host.web.context import acting_now, system
from host.web.pages.budgets import asked_year
from host.web.pages.years import mine
from host.web.rest import schemas
from host.web.rest.definitions import answer
from host.web.rest.interface import api, problems
from ledger.budgeting.bringing_in import KINDS, look
from ledger.budgeting.sheet import LIMITS

SHOWN = (
    "id", "kind", "year", "status", "total", "prepared", "summary", "rows", "faults", "fault", "created_at", "ended_at",
)  # fmt: skip
ROW = {
    "sheet": "支出", "row": 3, "key": "P-1", "name": "河道清淤", "did": "changed",
    "changes": [{"title": "累计支出", "old": "50.00", "new": "60.00"}],
}  # fmt: skip
COUNTS = {"added": 0, "changed": 1, "same": 0, "kept": 0}
STATE = {
    "id": 6, "kind": "payments", "year": 2027, "status": "done", "total": 1, "prepared": 1, "summary": COUNTS, "rows": [ROW],
    "faults": None, "fault": None, "created_at": "2027-06-01T02:00:00Z", "ended_at": "2027-06-01T02:00:02Z",
}  # fmt: skip
FORM = {
    "type": "object",
    "required": ["file", "year"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "year": {"type": "integer", "minimum": 2000, "maximum": 2100},
        "dry_run": {"type": "boolean"},
    },
}


@api.route("/imports", methods=["POST"])
@problems
@api.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": FORM}}})
@api.response(
    202, schemas.Loose, example={"id": 6, "kind": "payments", "status": "waiting", "total": 1, **COUNTS}
)
def order_year_import() -> Response:
    """导入一个年度的项目、预算或支出,由工作表决定:先逐格检查,没有问题才排队;dry_run 只检查,列出每一行会改什么"""
    sent, who = request.files.get("file"), acting_now()
    if sent is None:
        raise InvalidInput("请用 multipart/form-data 的 file 字段上传文件。", code="projects.no_file")
    data, year = sent.stream.read(LIMITS.file_bytes + 1), asked_year()
    with system().bihuan.unit_of_work() as uow:
        place = mine(uow).id
        found = look(uow, place, year, data)
        if found.faults:
            raise refused(found)
        total = len(found.rows)
        told: dict[str, Any] = {"kind": found.kind, "total": total, **found.counts}
        if request.form.get("dry_run") == "true":
            return answer({"dry_run": True, **told, "rows": [asdict(row) for row in found.rows]})
        number = life.order(
            uow, found.kind, place, data, year=year, total=total, by=who.actor, account_id=who.account_id
        )
    return answer({"id": number, "status": "waiting", **told}, 202)


@api.route("/imports/<int:import_id>")
@problems
@api.response(200, schemas.Loose, example=STATE)
def read_year_import(import_id: int) -> Response:
    """一次导入到哪一步了;结束后每一行的结果"""
    with system().bihuan.unit_of_work() as uow:
        one = life.found(uow, import_id, KINDS, mine(uow).id)
        return answer({name: getattr(one, name) for name in SHOWN})
