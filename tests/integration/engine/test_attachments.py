"""Attachments: kept by content, bound to the step, refused when harmful."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine import attachments, tasks
from engine.attachments import Upload
from engine.blobs import BlobDamaged, BlobMissing, Blobs, DatabaseBlobs, FolderBlobs, digest_of
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound
from engine.model.attachments import Blob
from engine.model.journal import AuditRow
from engine.uow import UnitOfWork
from tests.archives import archive, bomb
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, open_task, signed, started

PDF = b"%PDF-1.7 evidence"


@pytest.fixture(params=["database", "folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return DatabaseBlobs() if request.param == "database" else FolderBlobs(tmp_path / "附件")


def mine(uow: UnitOfWork) -> tuple[UUID, UUID]:
    instance_id = started(uow, REVIEW)
    task_id = open_task(uow, instance_id).id
    tasks.claim(uow, task_id, by=PREPARER)
    return instance_id, task_id


def test_a_file_is_found_again_with_its_content(uow: UnitOfWork, blobs: Blobs) -> None:
    instance_id, task_id = mine(uow)

    added = attachments.attach(
        uow, blobs, task_id, Upload("C:\\稿\\验收单.pdf", PDF, "evidence"), by=PREPARER
    )

    row, found = attachments.content(uow, blobs, added)
    assert (row["name"], row["media_type"], row["size"], row["field"]) == (
        "验收单.pdf",
        "application/pdf",
        len(PDF),
        "evidence",
    )
    assert found == PDF
    assert [one["id"] for one in attachments.of_instance(uow, instance_id)] == [added]
    uow.flush()
    actions = uow.session.scalars(select(AuditRow.action).where(AuditRow.subject == str(added))).all()
    assert actions == ["attachment.add"]


def test_only_who_holds_the_task_may_add_or_take_away(uow: UnitOfWork, blobs: Blobs) -> None:
    _, task_id = mine(uow)
    added = attachments.attach(uow, blobs, task_id, Upload("a.pdf", PDF), by=PREPARER)

    with pytest.raises(NotAllowed):
        attachments.attach(uow, blobs, task_id, Upload("b.pdf", PDF + b"2"), by=OTHER_PREPARER)
    with pytest.raises(NotAllowed):
        attachments.withdraw(uow, added, by=OTHER_PREPARER)

    attachments.withdraw(uow, added, by=PREPARER)
    with pytest.raises(NotFound):
        attachments.content(uow, blobs, added)


def test_what_was_filed_cannot_be_taken_away(uow: UnitOfWork, blobs: Blobs) -> None:
    _, task_id = mine(uow)
    added = attachments.attach(uow, blobs, task_id, Upload("a.pdf", PDF), by=PREPARER)
    tasks.complete(uow, task_id, signed(), by=PREPARER)

    with pytest.raises(NotAllowed) as refused:
        attachments.withdraw(uow, added, by=PREPARER)

    assert refused.value.code == "attachment.filed"


def test_the_same_content_is_kept_once_and_not_attached_twice(uow: UnitOfWork) -> None:
    blobs = DatabaseBlobs()
    (_, first), (_, second) = mine(uow), mine(uow)
    before = uow.session.scalar(select(func.count()).select_from(Blob)) or 0
    content = PDF + b" once"

    attachments.attach(uow, blobs, first, Upload("a.pdf", content), by=PREPARER)
    attachments.attach(uow, blobs, second, Upload("b.pdf", content), by=PREPARER)
    with pytest.raises(Conflict) as refused:
        attachments.attach(uow, blobs, first, Upload("c.pdf", content), by=PREPARER)

    assert refused.value.code == "attachment.twice"
    assert uow.session.scalar(select(func.count()).select_from(Blob)) == before + 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "attachment.kind"),
        ("a.html", b"<script>", "attachment.kind"),
        ("a.svg", b"<svg/>", "attachment.kind"),
        ("a", PDF, "attachment.kind"),
        ("a.pdf", b"MZ not a pdf", "attachment.kind"),
        ("a.png", PDF, "attachment.kind"),
        ("a.docx", b"PK\x03\x04 broken", "attachment.kind"),
        ("a.pdf", b"", "attachment.empty"),
        ("a.xlsx", archive(xl__vbaProject_dot_bin=b"macro"), "attachment.macro"),
        ("a.docx", bomb(word__document_dot_xml=b" " * 1000), "attachment.bomb"),
        ("a.pdf", PDF + b" " * (21 * 1024 * 1024), "attachment.too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_harmful_or_odd_file_is_refused(uow: UnitOfWork, name: str, content: bytes, code: str) -> None:
    _, task_id = mine(uow)

    with pytest.raises(InvalidInput) as refused:
        attachments.attach(uow, DatabaseBlobs(), task_id, Upload(name, content), by=PREPARER)

    assert refused.value.code == code


def test_a_damaged_or_lost_content_is_not_handed_out(uow: UnitOfWork, tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    _, task_id = mine(uow)
    added = attachments.attach(uow, blobs, task_id, Upload("a.pdf", PDF), by=PREPARER)
    place = tmp_path / digest_of(PDF)[:2] / digest_of(PDF)

    place.write_bytes(b"%PDF- other")
    with pytest.raises(BlobDamaged):
        attachments.content(uow, blobs, added)
    place.unlink()
    with pytest.raises(BlobMissing):
        attachments.content(uow, blobs, added)
