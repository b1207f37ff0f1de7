"""Whose files are whose: which fields of a form somebody may attach to, take away from, at his seat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine import attachments
from engine.access import Actor
from engine.attachments import Upload
from engine.blobs import Blobs
from engine.errors import InvalidInput, NotAllowed
from engine.standing import read
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from host.filing import FINANCE, desk_of


@dataclass(frozen=True)
class FileRights:
    """What somebody may attach to. fields: (name, label); whole: also to the form as a whole; role: None for the holder."""

    fields: tuple[tuple[str, str], ...]
    whole: bool
    role: str | None = None

    def covers(self, field: str) -> bool:
        """Tell whether a file on a field ("": on the whole form) is his to add and to take away."""
        return self.whole if not field else any(name == field for name, _label in self.fields)


def rights_of(uow: UnitOfWork, task_id: UUID, by: Actor) -> FileRights:
    """Return what somebody may attach to at a task: the holder to all that no other fills in, finance to its own fields.

    Whether he may fill in the form at all, the command decides. Raises NotFound.
    """
    task = read(uow, task_id)
    if task["form_key"] is None:
        return FileRights((), whole=True)
    desk = desk_of(uow, task_id)
    at_part = bool(desk.finance) and by.person_id not in (task["assignee_id"], task["owner_id"])
    fields = _named(desk.definition, desk.finance, inside=at_part)
    return FileRights(fields, whole=not at_part, role=FINANCE if at_part else None)


def attach(uow: UnitOfWork, blobs: Blobs, task_id: UUID, upload: Upload, *, by: Actor) -> UUID:
    """Add a file to the form of a task. Raises as `attachments.attach`; NotAllowed if its field is another's to fill in
    (`attachment.not_your_field`); InvalidInput if the form has no such field (`attachment.unknown_field`)."""
    rights = rights_of(uow, task_id, by)
    _require_covered(uow, task_id, rights, upload.field)
    return attachments.attach(uow, blobs, task_id, upload, by=by, role=rights.role)


def withdraw(uow: UnitOfWork, row: Mapping[str, Any], *, by: Actor) -> None:
    """Take a file away again. row: of `attachment`. Raises as `attachments.withdraw`, and as `attach`."""
    rights = rights_of(uow, attachments.open_task(uow, row), by)
    if not rights.covers(row["field"]):
        raise _not_yours(row["name"])
    attachments.withdraw(uow, row["id"], by=by, role=rights.role)


def _require_covered(uow: UnitOfWork, task_id: UUID, rights: FileRights, field: str) -> None:
    if rights.covers(field):
        return
    form_key = read(uow, task_id)["form_key"]
    known = form_key is not None and field in desk_of(uow, task_id).definition.field_map
    if field and not known:
        raise InvalidInput(
            f"表里没有“{field}”这一项;请从表里选一项,或不选。", code="attachment.unknown_field"
        )
    raise _not_yours(field)


def _not_yours(what: str) -> NotAllowed:
    return NotAllowed(
        f"“{what}”是另一部分的材料,由填写那一部分的人增减;请选自己填写的栏目,或联系对方。" if what
        else "您只填写这张表的一部分;请选材料证明哪一项。",
        code="attachment.not_your_field",
    )  # fmt: skip


def _named(
    definition: FormDefinition, finance: frozenset[str], *, inside: bool
) -> tuple[tuple[str, str], ...]:
    mine = (one for one in definition.fields if not one.is_computed and (one.name in finance) == inside)
    return tuple((one.name, one.label) for one in mine)
