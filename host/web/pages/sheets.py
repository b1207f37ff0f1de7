"""A form as an Excel sheet: out with what is known, back in with every difference shown before it is written."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from engine.calendar.local_time import SHANGHAI
from engine.errors import InvalidInput, NotAllowed
from forms.assessing import MISSING, assess
from forms.errors import FieldError
from forms.xlsx import comparing, reading, writing
from forms.xlsx.errors import SheetUnreadable
from forms.xlsx.stamping import SheetFacts, check_code
from host.web.context import acting_now, system
from host.web.form.case import opened
from host.web.form.seat import save
from host.web.pages.attaching import handed_out
from host.web.refusals import said as refused
from ledger import inbox as queue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OTHER_TASK = "这份填报表是另一项任务的;请打开那项任务再导入,或在本任务里重新下载一份。"


@dataclass(frozen=True)
class Compared:
    """A sheet beside the draft. stale: the draft has moved on since; made: when the sheet was; taken: the new raw values."""

    task: Any
    title: str
    changes: Sequence[comparing.CellChange]
    faults: Sequence[FieldError]
    stale: bool
    made: str
    taken: dict[str, Any]
    revision: int


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/sheet", "sheet", download)
    app.add_url_rule("/tasks/<uuid:task_id>/sheet/import", "compare_sheet", compare, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/sheet/take", "take_sheet", take, methods=["POST"])


def download(task_id: UUID) -> Response:
    """Hand out the sheet of a form, filled with what was typed so far and signed."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        desk, found = opened(uow, task_id, acting_now().actor)
        standing = assess(desk.definition, found.raw, context=desk.context, functions=desk.functions)
        made_at = uow.now().astimezone(SHANGHAI).isoformat(timespec="seconds")
    facts = SheetFacts(
        desk.definition.key, desk.definition.version_label, str(task_id), found.revision, made_at
    )
    title = f"{task.project or task.title}（{task.subject_code}）"
    content = writing.write(
        desk.definition, found.raw, standing=standing, facts=facts, key=_key(), title=title
    )
    return handed_out(f"{desk.definition.title} {task.subject_code}.xlsx", XLSX, content)


def compare(task_id: UUID) -> str | tuple[str, int]:
    """Read a filled sheet and show each cell it would change; nothing is written yet."""
    try:
        found = compared(task_id, request.files.get("sheet"))
    except SheetUnreadable as error:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            task = queue.one(uow, acting_now().actor, task_id)
        return render_template(
            "form/sheet_refused.html", task=task, text=refused(error), code=error.code
        ), 422
    packed = json.dumps(found.taken, ensure_ascii=False)
    return render_template(
        "form/sheet.html",
        found=found,
        task=found.task,
        code=check_code(found.taken),
        packed=packed,
        signed=_signed(task_id, found.revision, packed),
    )


def compared(task_id: UUID, sent: FileStorage | None) -> Compared:
    """Return what a filled sheet would change. Raises InvalidInput without one, SheetUnreadable."""
    if sent is None or not sent.filename:
        raise InvalidInput("没有选择文件;请先选择填好的填报表(.xlsx)。", code="sheet.none")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        desk, found = opened(uow, task_id, acting_now().actor)
        sheet = reading.read(desk.definition, sent.read(), key=_key())
        if sheet.facts.task != str(task_id):
            raise SheetUnreadable(OTHER_TASK, code="sheet.other_task")
        taken = comparing.taken_over(desk.definition, found.raw, sheet.raw)
        standing = assess(desk.definition, taken, context=desk.context, functions=desk.functions)
    return Compared(
        task,
        desk.definition.title,
        comparing.changes(desk.definition, found.raw, sheet.raw),
        [error for error in standing.errors if error.code not in MISSING],
        sheet.facts.revision != found.revision,
        sheet.facts.made_at[:16].replace("T", " "),
        taken,
        found.revision,
    )


def take(task_id: UUID) -> Answer:
    """Write what was shown into the draft. Raises NotAllowed if it is not what was shown; Conflict if it moved on."""
    revision = request.form.get("revision", -1, type=int)
    packed = request.form.get("packed", "")
    if not hmac.compare_digest(_signed(task_id, revision, packed), request.form.get("signed", "")):
        raise NotAllowed("要写入的内容与刚才核对的不一致,没有写入;请重新导入填报表。", code="sheet.altered")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        values: dict[str, Any] = json.loads(packed)
        desk, seat = opened(uow, task_id, acting_now().actor)
        save(uow, task_id, desk, seat, values, revision=revision, by=acting_now().actor)
        uow.audit(
            "form.import",
            by=acting_now().actor,
            subject=str(task_id),
            data={"check_code": check_code(values)},
        )
    return redirect(url_for("form", task_id=task_id), 303)


def _key() -> bytes:
    return sha256(b"sheet:" + system().secret.encode()).digest()


def _signed(task_id: UUID, revision: int, packed: str) -> str:
    said = f"{acting_now().actor.person_id}|{task_id}|{revision}|{packed}"
    return hmac.new(_key(), said.encode(), sha256).hexdigest()
