"""Organisations: add, change, close."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import Conflict, InvalidInput, NotFound
from engine.once import once
from engine.uow import UnitOfWork
from ledger.model.register import ORGANISATION_KINDS, Organisation, Person, RoleAssignment

KINDS = {
    "bureau": "财政局",
    "department": "部门",
    "town": "乡镇",
    "agency": "第三方机构",
    "panel": "专家组",
    "upper": "上级财政",
    "government": "政府",
}
"""The kinds of organisations in plain words."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written about an organisation."""

    code: str
    name: str
    kind: str
    parent_id: int | None = None


def find(uow: UnitOfWork, jurisdiction_id: int, organisation_id: int) -> Organisation:
    """Return one organisation of the jurisdiction. Raises NotFound."""
    one = Organisation
    wanted = select(one).where(one.id == organisation_id, one.jurisdiction_id == jurisdiction_id)
    found = uow.session.scalar(wanted)
    if found is None:
        raise NotFound("找不到这个单位,它可能属于别的区划;请从名册里选择。", code="organisation.not_found")
    return found


def add(uow: UnitOfWork, jurisdiction_id: int, entry: Entry, *, by: Actor) -> int:
    """Add an organisation, valid from today. Raises InvalidInput, Conflict (`organisation.exists`)."""
    entry = _checked(uow, jurisdiction_id, entry)
    exists = Conflict(f"单位编码“{entry.code}”已经有了;请换一个编码。", code="organisation.exists")
    made = Organisation(
        jurisdiction_id=jurisdiction_id,
        code=entry.code,
        name=entry.name,
        kind=entry.kind,
        parent_id=entry.parent_id,
        valid_from=local_date(uow.now()),
    )
    with once(uow, {"uq_organisation_jurisdiction_id_code": exists}):
        uow.session.add(made)
    uow.audit("organisation.add", by=by, subject=str(made.id), data={"code": entry.code})
    return made.id


def change(
    uow: UnitOfWork,
    jurisdiction_id: int,
    organisation_id: int,
    name: str,
    parent_id: int | None,
    *,
    by: Actor,
) -> None:
    """Give it another name or parent. Raises NotFound, InvalidInput if it would come to lie under itself."""
    found = find(uow, jurisdiction_id, organisation_id)
    entry = _checked(uow, jurisdiction_id, Entry(found.code, name, found.kind, parent_id))
    above, steps = parent_id, 0
    while above is not None:
        if above == organisation_id or steps > 50:
            raise InvalidInput("上级单位不能是它自己或它的下级;请改选。", code="organisation.cycle")
        above, steps = find(uow, jurisdiction_id, above).parent_id, steps + 1
    found.name, found.parent_id = entry.name, parent_id
    uow.audit("organisation.change", by=by, subject=str(organisation_id), data={"parent_id": parent_id})


def close(uow: UnitOfWork, jurisdiction_id: int, organisation_id: int, on: date, *, by: Actor) -> None:
    """Close it after a day. Raises Conflict while somebody works or holds a role there after that day."""
    found = find(uow, jurisdiction_id, organisation_id)
    if on < found.valid_from:
        raise InvalidInput(f"撤销日期应不早于设立日期 {found.valid_from};请更正。", code="organisation.dates")
    working = select(func.count(func.distinct(Person.id))).where(
        Person.organisation_id == organisation_id, or_(Person.left_on.is_(None), Person.left_on > on)
    )
    holding = select(func.count()).where(
        RoleAssignment.organisation_id == organisation_id,
        or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to > on),
    )
    people, roles = uow.session.scalar(working) or 0, uow.session.scalar(holding) or 0
    if people or roles:
        raise Conflict(
            f"“{found.name}”还有 {people} 名人员、{roles} 个岗位;请先调走人员、结束岗位再撤销。",
            code="organisation.in_use",
        )
    found.valid_to = on
    uow.audit("organisation.close", by=by, subject=str(organisation_id), data={"on": on.isoformat()})


def _checked(uow: UnitOfWork, jurisdiction_id: int, entry: Entry) -> Entry:
    code, name = entry.code.strip(), entry.name.strip()
    if not code or not name or len(code) > LONGEST_NAME or len(name) > LONGEST_NAME:
        raise InvalidInput(
            f"单位编码和名称都要填写,各不超过 {LONGEST_NAME} 字;请补全。", code="organisation.incomplete"
        )
    if entry.kind not in ORGANISATION_KINDS:
        raise InvalidInput("单位类别应从列表里选择;请重选。", code="organisation.kind")
    if entry.parent_id is not None:
        find(uow, jurisdiction_id, entry.parent_id)
    return Entry(code, name, entry.kind, entry.parent_id)
