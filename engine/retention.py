"""How long the files of ended instances are kept: mark those whose time is over, then drop their contents.

The rows stay for ever; who added which file when is part of the record. Marking and dropping are two transactions:
what was marked and not dropped, because something died in between, is dropped the next time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update

from engine.access import Actor
from engine.blobs import Blobs, lock
from engine.errors import Conflict, InvalidInput, NotFound
from engine.model.attachments import Attachment, LegalHold
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork

FILE, INSTANCE, HOLD = table_of(Attachment), table_of(ProcessInstance), table_of(LegalHold)
LONGEST_REASON = 1000


def due(uow: UnitOfWork, ended_before: datetime) -> int:
    """Return how many files `mark` would mark by now."""
    found = select(func.count()).select_from(FILE).join(INSTANCE, INSTANCE.c.id == FILE.c.instance_id)
    return uow.session.scalar(found.where(*_over(ended_before))) or 0


def mark(uow: UnitOfWork, ended_before: datetime, *, limit: int = 500) -> int:
    """Mark files as purged whose instance ended before a moment and is not held; return how many.

    An instance that goes on, or that has a legal hold, keeps its files however old they are.
    """
    chosen = (
        select(FILE.c.id)
        .join(INSTANCE, INSTANCE.c.id == FILE.c.instance_id)
        .where(*_over(ended_before))
        .limit(limit)
        .with_for_update(of=FILE, skip_locked=True)
    )
    marked = update(FILE).where(FILE.c.id.in_(chosen)).values(purged_at=uow.now())
    files = list(uow.session.execute(marked.returning(FILE.c.id, FILE.c.instance_id)))
    if files:
        instances = sorted({str(row.instance_id) for row in files})
        facts = {"files": len(files), "ended_before": ended_before.isoformat(), "instances": instances}
        uow.audit("attachment.purge", data=facts)
    return len(files)


def drop(uow: UnitOfWork, blobs: Blobs, *, limit: int = 100) -> int:
    """Drop the contents of marked files that no other file needs; return how many files were dealt with.

    The digest is locked until the commit, so that nobody attaches the same content meanwhile.
    """
    marked = (FILE.c.purged_at.is_not(None), FILE.c.dropped_at.is_(None))
    digests = select(FILE.c.digest).where(*marked).distinct().limit(limit)
    done = 0
    for digest in sorted(uow.session.scalars(digests)):
        lock(uow.session, digest)
        needed = exists().where(FILE.c.digest == digest, FILE.c.purged_at.is_(None))
        if not uow.session.scalar(select(needed)):
            blobs.drop(uow.session, digest)
        gone = update(FILE).where(FILE.c.digest == digest, *marked).values(dropped_at=uow.now())
        done += len(uow.session.execute(gone.returning(FILE.c.id)).all())
    return done


def hold(uow: UnitOfWork, instance_id: UUID, reason: str, *, by: Actor) -> None:
    """Keep the files of an instance until the hold is lifted: an audit, a lawsuit, an inspection.

    Raises NotFound; InvalidInput without a reason; Conflict (`hold.twice`) if it is held already.
    """
    said = _said(reason)
    if (
        uow.session.scalar(select(INSTANCE.c.id).where(INSTANCE.c.id == instance_id).with_for_update())
        is None
    ):
        raise NotFound(f"没有编号为 {instance_id} 的流程实例;请核对编号。", code="instance.not_found")
    if uow.session.scalar(
        select(exists().where(HOLD.c.instance_id == instance_id, HOLD.c.lifted_at.is_(None)))
    ):
        raise Conflict("这件事项的材料已经冻结;不用再冻结。", code="hold.twice")
    row = {"instance_id": instance_id, "reason": said, "placed_by_name": by.name, "placed_at": uow.now()}
    uow.session.execute(HOLD.insert().values(row))
    uow.audit(
        "attachment.hold", by=by, subject=str(instance_id), instance_id=instance_id, data={"reason": said}
    )


def lift(uow: UnitOfWork, instance_id: UUID, reason: str, *, by: Actor) -> None:
    """Lift the hold on an instance. Raises InvalidInput without a reason; NotFound (`hold.not_found`) without a hold."""
    said = _said(reason)
    lifted = {"lifted_reason": said, "lifted_by_name": by.name, "lifted_at": uow.now()}
    found = update(HOLD).where(HOLD.c.instance_id == instance_id, HOLD.c.lifted_at.is_(None)).values(**lifted)
    if uow.session.scalar(found.returning(HOLD.c.id)) is None:
        raise NotFound(f"{instance_id} 的材料没有冻结;请核对编号。", code="hold.not_found")
    uow.audit(
        "attachment.release", by=by, subject=str(instance_id), instance_id=instance_id, data={"reason": said}
    )


def held(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Return the holds that stand, the first first: instance_id, business_key, reason, placed_by_name, placed_at."""
    found = (
        select(
            HOLD.c.instance_id,
            INSTANCE.c.business_key,
            HOLD.c.reason,
            HOLD.c.placed_by_name,
            HOLD.c.placed_at,
        )
        .join(INSTANCE, INSTANCE.c.id == HOLD.c.instance_id)
        .where(HOLD.c.lifted_at.is_(None))
        .order_by(HOLD.c.id)
    )
    return [dict(row) for row in uow.session.execute(found).mappings()]


def _over(ended_before: datetime) -> tuple[ColumnElement[bool], ...]:
    holds = exists().where(HOLD.c.instance_id == FILE.c.instance_id, HOLD.c.lifted_at.is_(None))
    return FILE.c.purged_at.is_(None), INSTANCE.c.ended_at < ended_before, ~holds


def _said(reason: str) -> str:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"请写明原因(1–{LONGEST_REASON} 字)。", code="task.reason_missing")
    return reason.strip()
