"""Files beside a form: add, take away, open. How long they are kept: `engine.retention`.

An attachment belongs to an element of an instance, never to a token, so it is still there after a return.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from engine import parts
from engine.access import Actor
from engine.blobs import Blobs, digest_of, lock
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound
from engine.events import Event
from engine.file_kinds import clean_name, media_type_of
from engine.model.attachments import Attachment
from engine.model.base import table_of
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork

FILE, TASK = table_of(Attachment), table_of(UserTask)
MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 50
GONE = "找不到这个附件,它可能已被删除;请刷新页面。"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in. field: the form field it proves, or ""."""

    name: str
    content: bytes
    field: str = ""


def attach(
    uow: UnitOfWork,
    blobs: Blobs,
    task_id: UUID,
    upload: Upload,
    *,
    by: Actor,
    role: str | None = None,
    most_bytes: int = MOST_BYTES,
) -> UUID:
    """Add a file to an open task that the actor may fill in; return the attachment's id.

    role: of who fills in a part of the form beside the holder (`engine.parts`). Raises NotFound, WrongState, NotAllowed as
    saving a draft does; InvalidInput for size, kind, macros, bombs or too many files; Conflict if the same content is there.
    """
    task = parts.require_seat(uow, task_id, role, by)
    name = clean_name(upload.name)
    if len(upload.content) > most_bytes:
        raise InvalidInput(
            f"“{name}”有 {len(upload.content) / 1048576:.1f} MB,超过上限 {most_bytes // 1048576} MB;请压缩或拆分后再上传。",
            code="attachment.too_large",
        )
    media_type = media_type_of(name, upload.content)
    digest = digest_of(upload.content)
    lock(uow.session, digest)
    _require_room(uow, task, name, digest)
    row = {
        "id": uuid4(),
        "jurisdiction_id": task["jurisdiction_id"],
        "instance_id": task["instance_id"],
        "task_id": task_id,
        "definition_key": task["definition_key"],
        "element_id": task["element_id"],
        "field": upload.field[:200],
        "name": name,
        "media_type": media_type,
        "size": len(upload.content),
        "digest": blobs.put(uow.session, upload.content),
        "added_by_id": by.person_id,
        "added_by_name": by.name,
        "added_at": uow.now(),
    }
    uow.session.execute(FILE.insert().values(row))
    _tell(uow, "attachment.added", "attachment.add", row, by)
    return cast(UUID, row["id"])


def withdraw(uow: UnitOfWork, attachment_id: UUID, *, by: Actor, role: str | None = None) -> None:
    """Take a file away again, while its step is open and in the actor's hands; role as for `attach`.

    What was filed with a form stays: raises NotAllowed (`attachment.filed`). Raises NotFound; as `attach` otherwise.
    """
    row = one(uow, attachment_id)
    step = (TASK.c.instance_id == row["instance_id"], TASK.c.element_id == row["element_id"])
    filed = select(TASK.c.id).where(*step, TASK.c.status == "completed", TASK.c.ended_at >= row["added_at"])
    if uow.session.scalar(filed.limit(1)) is not None:
        raise NotAllowed(
            f"“{row['name']}”已随表单提交,要留作依据,不能删除;可以补充新的附件。", code="attachment.filed"
        )
    parts.require_seat(uow, open_task(uow, row), role, by)
    taken = update(FILE).where(FILE.c.id == attachment_id, FILE.c.withdrawn_at.is_(None))
    uow.session.execute(taken.values(withdrawn_at=uow.now(), withdrawn_by_name=by.name))
    _tell(uow, "attachment.withdrawn", "attachment.withdraw", row, by)


def open_task(uow: UnitOfWork, row: Row) -> UUID:
    """Return the open task of the step a file belongs to. Raises NotAllowed (`attachment.not_open`) if there is none."""
    step = (TASK.c.instance_id == row["instance_id"], TASK.c.element_id == row["element_id"])
    found = uow.session.scalar(select(TASK.c.id).where(*step, TASK.c.status == "open").limit(1))
    if found is None:
        raise NotAllowed(f"“{row['name']}”所在的环节没有打开,不能删除附件。", code="attachment.not_open")
    return cast(UUID, found)


def of_instance(uow: UnitOfWork, instance_id: UUID) -> list[Row]:
    """Return the files of an instance that were not taken away, oldest first (also those whose content is purged)."""
    found = select(FILE).where(FILE.c.instance_id == instance_id, FILE.c.withdrawn_at.is_(None))
    rows = uow.session.execute(found.order_by(FILE.c.added_at, FILE.c.id)).mappings()
    return [dict(row) for row in rows]


def one(uow: UnitOfWork, attachment_id: UUID) -> Row:
    """Return the row of a file that was not taken away. Raises NotFound."""
    query = select(FILE).where(FILE.c.id == attachment_id, FILE.c.withdrawn_at.is_(None))
    row = uow.session.execute(query).mappings().first()
    if row is None:
        raise NotFound(GONE, code="attachment.not_found")
    return dict(row)


def content(uow: UnitOfWork, blobs: Blobs, attachment_id: UUID) -> tuple[Row, bytes]:
    """Return a file's row and its content. Raises NotFound (also when retention dropped it), BlobMissing, BlobDamaged."""
    row = one(uow, attachment_id)
    if row["purged_at"] is not None:
        raise NotFound(f"“{row['name']}”已过保存期限,内容已清除。", code="attachment.purged")
    return row, blobs.get(uow.session, row["digest"])


def _require_room(uow: UnitOfWork, task: Row, name: str, digest: str) -> None:
    here = (FILE.c.instance_id == task["instance_id"], FILE.c.withdrawn_at.is_(None))
    same = func.count().filter(FILE.c.digest == digest, FILE.c.element_id == task["element_id"])
    files, twice = uow.session.execute(select(func.count(), same).where(*here)).one()
    if twice:
        raise Conflict(f"“{name}”的内容已经上传过;不用再传。", code="attachment.twice")
    if files >= MOST_FILES:
        raise InvalidInput(
            f"这一事项已有 {files} 个附件,最多 {MOST_FILES} 个;请合并后再上传。", code="attachment.too_many"
        )


def _tell(uow: UnitOfWork, what: str, action: str, row: Row, by: Actor) -> None:
    facts = {"attachment": str(row["id"]), "media_type": row["media_type"], "size": row["size"]}
    uow.record(Event(what, row["instance_id"], None, row["task_id"], row["element_id"], facts), by=by)
    uow.audit(action, by=by, subject=str(row["id"]), instance_id=row["instance_id"], data=facts)
