"""Files beside a form: upload, open, take away; the one route that takes more than a form may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine import attachments, drafts
from engine.attachments import MOST_BYTES, MOST_FILES, Upload
from engine.errors import BihuanError, InvalidInput, NotFound
from engine.file_kinds import KINDS
from engine.standing import read
from engine.uow import UnitOfWork
from host.publishing.form_library import form_of
from host.web import file_rights
from host.web.context import acting_now, system
from host.web.failing import status_of
from host.web.file_rights import FileRights
from host.web.refusals import said as refused
from ledger import inbox as queue

SANDBOX = "sandbox; default-src 'none'"


@dataclass(frozen=True)
class Files:
    """The files of a task's review. rights: what the reader may attach to; labels: of the fields, by name."""

    rows: list[Any]
    step: tuple[str, str]
    rights: FileRights
    labels: Mapping[str, str]
    most_mb: int = MOST_BYTES // 1048576
    most: int = MOST_FILES
    kinds: str = ",".join(sorted(KINDS))


def register(app: Flask) -> None:
    """Add the routes of this module."""
    one = "/tasks/<uuid:task_id>/attachments/<uuid:attachment_id>"
    app.add_url_rule("/tasks/<uuid:task_id>/attachments", "attach_file", attach, methods=["POST"])
    app.add_url_rule(one, "attachment", download)
    app.add_url_rule(f"{one}/remove", "remove_file", remove, methods=["POST"])


def attach(task_id: UUID) -> Answer | tuple[str, int]:
    """Add the files that were chosen; a script gets the list alone, a browser goes back to the form."""
    files = [one for one in request.files.getlist("file") if one.filename]
    try:
        if not files:
            raise InvalidInput("没有选择文件;请先选择要上传的文件。", code="attachment.none")
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            for one in files:
                upload = Upload(one.filename or "", one.read(), request.form.get("field", ""))
                file_rights.attach(uow, system().bihuan.blobs, task_id, upload, by=acting_now().actor)
    except BihuanError as error:
        if not _by_script():
            raise
        return _listed(task_id, fault=refused(error)), status_of(error)
    return _after(task_id)


def remove(task_id: UUID, attachment_id: UUID) -> Answer | tuple[str, int]:
    """Take a file away that was not filed yet."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        row = _of_task(uow, task_id, attachment_id)
        file_rights.withdraw(uow, row, by=acting_now().actor)
    return _after(task_id)


def download(task_id: UUID, attachment_id: UUID) -> Response:
    """Hand a file out to be saved; a browser neither guesses its kind nor runs what is in it."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        require_sight(uow, task_id)
        _of_task(uow, task_id, attachment_id)
        row, content = attachments.content(uow, system().bihuan.blobs, attachment_id)
    return handed_out(row["name"], row["media_type"], content)


def handed_out(name: str, media_type: str, content: bytes) -> Response:
    """Return a file to be saved under its name, given in plain ASCII and in UTF-8."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in ".-_" else "_" for c in name)
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def require_sight(uow: UnitOfWork, task_id: UUID) -> None:
    """Raise NotFound unless the task is in the reader's inbox or he may fill in its form."""
    try:
        queue.one(uow, acting_now().actor, task_id)
    except NotFound:
        drafts.require_fillable(uow, task_id, acting_now().actor)


def files_of(uow: UnitOfWork, task_id: UUID) -> Files:
    """Return the files of the review that a task is part of."""
    task = read(uow, task_id)
    rows = attachments.of_instance(uow, task["instance_id"])
    rights = file_rights.rights_of(uow, task_id, acting_now().actor)
    fields = form_of(uow.session, task["form_key"]).fields if task["form_key"] else ()
    labels = {field.name: field.label for field in fields}
    return Files(rows, (task["definition_key"], task["element_id"]), rights, labels)


def _of_task(uow: UnitOfWork, task_id: UUID, attachment_id: UUID) -> Mapping[str, Any]:
    """Return the row of a file of the review that a task is part of. Raises NotFound."""
    rows = attachments.of_instance(uow, read(uow, task_id)["instance_id"])
    found = next((row for row in rows if row["id"] == attachment_id), None)
    if found is None:
        raise NotFound(attachments.GONE, code="attachment.not_found")
    return found


def _by_script() -> bool:
    return "X-Form-Token" in request.headers


def _after(task_id: UUID) -> Answer | tuple[str, int]:
    if _by_script():
        return _listed(task_id), 200
    return redirect(url_for("form", task_id=task_id, _anchor="s-files"), 303)


def _listed(task_id: UUID, fault: str = "") -> str:
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        files = files_of(uow, task_id)
    return render_template("form/_file_list.html", task_id=task_id, files=files, fault=fault)
