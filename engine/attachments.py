"""Files beside a form: add, take away, open, and drop their contents when the site's retention is over.

An attachment belongs to an element of an instance, never to a token, so it is still there after a return.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, update

from engine import drafts
from engine.access import Actor
from engine.blobs import Blobs, digest_of
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound
from engine.events import Event
from engine.file_kinds import clean_name, media_type_of
from engine.model.attachments import Attachment
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork

FILE, TASK, INSTANCE = table_of(Attachment), table_of(UserTask), table_of(ProcessInstance)
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
    uow: UnitOfWork, blobs: Blobs, task_id: UUID, upload: Upload, *, by: Actor, most_bytes: int = MOST_BYTES
) -> UUID:
    """Add a file to an open task that the actor may fill in; return the attachment's id.

    Raises NotFound, WrongState, NotAllowed as saving a draft does; InvalidInput for size, kind, macros, bombs or too
    many files; Conflict if the same content is there already.
    """
    task = drafts.require_fillable(uow, task_id, by, stays=True)
    name = clean_name(upload.name)
    if len(upload.content) > most_bytes:
        raise InvalidInput(
            f"“{name}”有 {len(upload.content) / 1048576:.1f} MB,超过上限 {most_bytes // 1048576} MB;请压缩或拆分后再上传。",
            code="attachment.too_large",
        )
    media_type = media_type_of(name, upload.content)
    _require_room(uow, task, name, digest_of(upload.content))
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


def withdraw(uow: UnitOfWork, attachment_id: UUID, *, by: Actor) -> None:
    """Take a file away again, while its step is open and in the actor's hands.

    What was filed with a form stays: raises NotAllowed (`attachment.filed`). Raises NotFound; as `attach` otherwise.
    """
    row = _read(uow, attachment_id)
    step = (TASK.c.instance_id == row["instance_id"], TASK.c.element_id == row["element_id"])
    filed = select(TASK.c.id).where(*step, TASK.c.status == "completed", TASK.c.ended_at >= row["added_at"])
    if uow.session.scalar(filed.limit(1)) is not None:
        raise NotAllowed(
            f"“{row['name']}”已随表单提交,要留作依据,不能删除;可以补充新的附件。", code="attachment.filed"
        )
    open_task = uow.session.scalar(select(TASK.c.id).where(*step, TASK.c.status == "open").limit(1))
    if open_task is None:
        raise NotAllowed(f"“{row['name']}”所在的环节没有打开,不能删除附件。", code="attachment.not_open")
    drafts.require_fillable(uow, open_task, by, stays=True)
    taken = update(FILE).where(FILE.c.id == attachment_id, FILE.c.withdrawn_at.is_(None))
    uow.session.execute(taken.values(withdrawn_at=uow.now(), withdrawn_by_name=by.name))
    _tell(uow, "attachment.withdrawn", "attachment.withdraw", row, by)


def of_instance(uow: UnitOfWork, instance_id: UUID) -> list[Row]:
    """Return the files of an instance that were not taken away, oldest first (also those whose content is purged)."""
    found = select(FILE).where(FILE.c.instance_id == instance_id, FILE.c.withdrawn_at.is_(None))
    rows = uow.session.execute(found.order_by(FILE.c.added_at, FILE.c.id)).mappings()
    return [dict(row) for row in rows]


def content(uow: UnitOfWork, blobs: Blobs, attachment_id: UUID) -> tuple[Row, bytes]:
    """Return a file's row and its content. Raises NotFound (also when retention dropped it), BlobMissing, BlobDamaged."""
    row = _read(uow, attachment_id)
    if row["purged_at"] is not None:
        raise NotFound(f"“{row['name']}”已过保存期限,内容已清除。", code="attachment.purged")
    return row, blobs.get(uow.session, row["digest"])


def purge(uow: UnitOfWork, blobs: Blobs, ended_before: datetime, *, limit: int = 500) -> int:
    """Drop the contents of files whose instance ended before a moment; return how many rows were marked.

    A content that another file still needs stays.
    """
    due = (
        select(FILE.c.id)
        .join(INSTANCE, INSTANCE.c.id == FILE.c.instance_id)
        .where(FILE.c.purged_at.is_(None), INSTANCE.c.ended_at < ended_before)
        .limit(limit)
    )
    marked = update(FILE).where(FILE.c.id.in_(due)).values(purged_at=uow.now()).returning(FILE.c.digest)
    digests = list(uow.session.scalars(marked))
    for digest in dict.fromkeys(digests):
        needed = exists().where(FILE.c.digest == digest, FILE.c.purged_at.is_(None))
        if not uow.session.scalar(select(needed)):
            blobs.drop(uow.session, digest)
    if digests:
        uow.audit("attachment.purge", data={"files": len(digests)})
    return len(digests)


def _read(uow: UnitOfWork, attachment_id: UUID) -> Row:
    query = select(FILE).where(FILE.c.id == attachment_id, FILE.c.withdrawn_at.is_(None))
    row = uow.session.execute(query).mappings().first()
    if row is None:
        raise NotFound(GONE, code="attachment.not_found")
    return dict(row)


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
