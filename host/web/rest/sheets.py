"""A form as an Excel sheet: out, and back in with every difference; what to take is then kept as the draft."""

from typing import Any
from uuid import UUID

from flask import Response, request

from engine.json_values import dumps
from host.web.pages import sheets
from host.web.refusals import refusal
from host.web.rest.interface import api, problems
from host.web.rest.schemas import Loose

COMPARED = {
    "changes": [
        {
            "path": "executed_amount",
            "place": "执行数",
            "kind": "changed",
            "before": "1",
            "after": "2",
            "locked": False,
        }
    ],
    "faults": [],
    "values": {"executed_amount": "2"},
    "revision": 3,
    "stale": False,
}
FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["sheet"],
                "properties": {"sheet": {"type": "string", "format": "binary"}},
            }
        }
    },
}


@api.route("/tasks/<uuid:task_id>/sheet")
@problems
@api.response(200, content_type=sheets.XLSX)
def read_sheet(task_id: UUID) -> Response:
    """填报表(.xlsx),带已填的值和签名"""
    return sheets.download(task_id)


@api.route("/tasks/<uuid:task_id>/sheet", methods=["POST"])
@problems
@api.doc(requestBody=FILE)
@api.response(200, Loose, example=COMPARED)
def compare_sheet(task_id: UUID) -> Response:
    """对照填好的填报表:逐格差异;什么也不写,values 可存为草稿"""
    found = sheets.compared(task_id, request.files.get("sheet"))
    shown = ("path", "place", "kind", "before", "after", "locked")
    said: dict[str, Any] = {
        "changes": [{name: getattr(one, name) for name in shown} for one in found.changes],
        "faults": [{"path": one.path, "code": one.code, "text": refusal(one.text)} for one in found.faults],
        "values": found.taken,
        "revision": found.revision,
        "stale": found.stale,
    }
    return Response(dumps(said), content_type="application/json")
