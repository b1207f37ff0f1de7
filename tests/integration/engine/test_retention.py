"""Contents of files go when their time is over; those of open or held instances, and the rows, stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import attachments, instances, retention
from engine.access import SYSTEM
from engine.attachments import Upload
from engine.blobs import Blobs, DatabaseBlobs, FolderBlobs, digest_of
from engine.errors import BihuanError, Conflict, InvalidInput, NotFound
from engine.model.journal import AuditRow
from engine.uow import UnitOfWork
from tests.integration.engine.stage import PREPARER
from tests.integration.engine.test_attachments import PDF, mine


@pytest.fixture(params=["database", "folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return DatabaseBlobs() if request.param == "database" else FolderBlobs(tmp_path)


def attached(uow: UnitOfWork, blobs: Blobs, task_id: UUID, content: bytes) -> UUID:
    name = f"{len(content)}.pdf"
    return attachments.attach(uow, blobs, task_id, Upload(name, PDF + content), by=PREPARER)


def purged(uow: UnitOfWork, blobs: Blobs) -> int:
    found = retention.mark(uow, uow.now() + timedelta(days=1))
    retention.drop(uow, blobs)
    return found


def audited(uow: UnitOfWork, action: str) -> list[Any]:
    uow.flush()
    return list(uow.session.scalars(select(AuditRow.data).where(AuditRow.action == action)))


def test_contents_that_nobody_else_needs_are_dropped(uow: UnitOfWork, blobs: Blobs) -> None:
    (ended, first), (_, second) = mine(uow), mine(uow)
    kept = attached(uow, blobs, second, b" shared")
    gone = [attached(uow, blobs, first, content) for content in (b" shared", b" alone")]
    instances.cancel(uow, ended, "不再需要", by=SYSTEM)
    before = len(audited(uow, "attachment.purge"))

    assert retention.due(uow, uow.now() + timedelta(days=1)) == 2
    assert purged(uow, blobs) == 2

    assert attachments.content(uow, blobs, kept)[1] == PDF + b" shared"
    for one in gone:
        with pytest.raises(NotFound) as refused:
            attachments.content(uow, blobs, one)
        assert refused.value.code == "attachment.purged"
    with pytest.raises(BihuanError):
        blobs.get(uow.session, digest_of(PDF + b" alone"))
    assert purged(uow, blobs) == 0
    facts = audited(uow, "attachment.purge")
    assert len(facts) == before + 1 and facts[-1]["files"] == 2 and facts[-1]["instances"] == [str(ended)]


def test_files_of_an_instance_that_goes_on_or_ended_lately_are_kept(uow: UnitOfWork, blobs: Blobs) -> None:
    (ended, first), (_, second) = mine(uow), mine(uow)
    kept = [attached(uow, blobs, task_id, content) for task_id, content in ((first, b" a"), (second, b" bb"))]
    instances.cancel(uow, ended, "不再需要", by=SYSTEM)

    assert retention.mark(uow, uow.now() - timedelta(days=1)) == 0

    for one in kept:
        assert attachments.content(uow, blobs, one)


def test_a_hold_keeps_files_until_it_is_lifted(uow: UnitOfWork, blobs: Blobs) -> None:
    ended, task_id = mine(uow)
    kept = attached(uow, blobs, task_id, b" held")
    instances.cancel(uow, ended, "不再需要", by=SYSTEM)
    retention.hold(uow, ended, "审计", by=SYSTEM)
    with pytest.raises(Conflict):
        retention.hold(uow, ended, "再次", by=SYSTEM)

    assert purged(uow, blobs) == 0 and attachments.content(uow, blobs, kept)
    assert [one["reason"] for one in retention.held(uow) if one["instance_id"] == ended] == ["审计"]

    retention.lift(uow, ended, "审计结束", by=SYSTEM)
    assert purged(uow, blobs) == 1
    assert {"reason": "审计"} in audited(uow, "attachment.hold")
    assert {"reason": "审计结束"} in audited(uow, "attachment.release")


def test_a_hold_needs_a_reason_and_something_to_hold(uow: UnitOfWork) -> None:
    instance_id, _ = mine(uow)

    with pytest.raises(InvalidInput):
        retention.hold(uow, instance_id, "  ", by=SYSTEM)
    with pytest.raises(NotFound):
        retention.hold(uow, UUID(int=7), "审计", by=SYSTEM)
    with pytest.raises(NotFound):
        retention.lift(uow, instance_id, "审计结束", by=SYSTEM)


def test_what_was_marked_before_a_crash_is_dropped_the_next_time(uow: UnitOfWork, blobs: Blobs) -> None:
    ended, task_id = mine(uow)
    attached(uow, blobs, task_id, b" later")
    instances.cancel(uow, ended, "不再需要", by=SYSTEM)
    retention.mark(uow, uow.now() + timedelta(days=1))
    assert blobs.get(uow.session, digest_of(PDF + b" later"))

    assert retention.drop(uow, blobs) == 1

    with pytest.raises(BihuanError):
        blobs.get(uow.session, digest_of(PDF + b" later"))
    assert retention.drop(uow, blobs) == 0
