"""Import offices and people from the xlsx template: try or order it, ask how far it is, read what became of each row."""

from dataclasses import asdict

from flask import Response, request

from engine.errors import InvalidInput
from host.accounts import bringing
from host.imports import life
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.rest import schemas
from host.web.rest.definitions import answer
from host.web.rest.interface import api, problems
from ledger.roster import sheets
from ledger.roster.bringing_in import Outcome

SHOWN = ("id", "status", "total", "prepared", "summary", "rows", "faults", "fault", "created_at", "ended_at")
STATE = {
    "id": 5, "status": "done", "total": 1, "prepared": 1, "summary": {"added": {"人员": 1}, "changed": {}}, "faults": None,
    "rows": [{"sheet": "人员", "row": 3, "key": "G01", "done": "added", "login": "jiangshan"}], "fault": None,
    "created_at": "2022-02-09T02:00:00Z", "ended_at": "2022-02-09T02:00:07Z",
}  # fmt: skip
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "dry_run": {"type": "boolean"}},
}


@api.route("/directory-imports", methods=["POST"])
@problems
@api.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": FORM}}})
@api.response(202, schemas.Loose, example={"id": 5, "status": "waiting", "total": 1})
def order_import() -> Response:
    """导入单位和人员:先逐行检查,没有问题才排队;dry_run 只检查"""
    sent, bihuan, by = request.files.get("file"), system().bihuan, acting_now().own
    if sent is None:
        raise InvalidInput("请用 multipart/form-data 的 file 字段上传文件。", code="directory.no_file")
    data = sent.stream.read(sheets.LIMITS.file_bytes + 1)
    with bihuan.unit_of_work() as uow:
        where = ground(uow)
    found = bringing.trial(bihuan.unit_of_work, where, data, by=by)
    _require_faultless(found)
    told = {"added": found.added, "changed": found.changed, "total": len(found.accounts)}
    if request.form.get("dry_run") == "true":
        return answer({"dry_run": True, **told})
    with bihuan.unit_of_work() as uow:
        account_id, total = acting_now().account_id, len(found.accounts)
        number = life.order(uow, bringing.KIND, where, data, total=total, by=by, account_id=account_id)
    return answer({"id": number, "status": "waiting", **told}, 202)


@api.route("/directory-imports/<int:import_id>")
@problems
@api.response(200, schemas.Loose, example=STATE)
def read_import(import_id: int) -> Response:
    """一次导入到哪一步了;结束后每一行的结果"""
    with system().bihuan.unit_of_work() as uow:
        one = life.found(uow, import_id, {bringing.KIND})
        return answer({name: getattr(one, name) for name in SHOWN})


@api.route("/directory-imports/<int:import_id>/passwords", methods=["POST"])
@problems
@api.response(200, schemas.Loose, example={"items": [{"login": "jiangshan", "password": "…"}]})
def take_passwords(import_id: int) -> Response:
    """新账号的一次性密码,只给下令导入的人,只给这一次"""
    who, vault = acting_now(), system().bihuan.entry().vault
    with system().bihuan.unit_of_work() as uow:
        words = bringing.taken_words(uow, import_id, who.account_id, vault, by=who.own)
    return answer({"items": [{"login": login, "password": word} for login, word in words.items()]})


def _require_faultless(found: Outcome) -> None:
    faults = [asdict(one) for one in found.in_order()]
    if faults:
        raise InvalidInput(
            f"文件里有 {len(faults)} 处要改,什么都没有写入;请按 faults 逐处修改。",
            code="directory.faults",
            faults=faults,
        )
