"""People: add, change, let go; the roles they hold at organisations, from a day, until a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import Conflict, InvalidInput, NotFound
from engine.once import once
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Person, RoleAssignment
from ledger.model.substituting import Substitution
from ledger.roles import ROLES
from ledger.roster.organisations import LONGEST_NAME, find

PAGE = 50


def listed(
    uow: UnitOfWork,
    jurisdiction_id: int,
    *,
    organisation_id: int | None = None,
    text: str = "",
    within: frozenset[int] | None = None,
) -> Sequence[Any]:
    """Return people with their organisation, those who left last. within: only of these organisations."""
    wanted = (
        select(Person, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.jurisdiction_id == jurisdiction_id)
        .order_by(Person.left_on.is_not(None), Person.name, Person.id)
        .limit(PAGE)
    )
    if organisation_id is not None:
        wanted = wanted.where(Person.organisation_id == organisation_id)
    if within is not None:
        wanted = wanted.where(Person.organisation_id.in_(within))
    if text:
        named = (Person.name, Person.code, Organisation.name)
        wanted = wanted.where(or_(*(column.icontains(text, autoescape=True) for column in named)))
    return uow.session.execute(wanted).all()


def person(uow: UnitOfWork, jurisdiction_id: int, person_id: int) -> Person:
    """Return one person of the jurisdiction. Raises NotFound."""
    wanted = select(Person).where(Person.id == person_id, Person.jurisdiction_id == jurisdiction_id)
    found = uow.session.scalar(wanted)
    if found is None:
        raise NotFound("找不到这个人,他可能属于别的区划;请从名册里选择。", code="person.not_found")
    return found


def roles_of(uow: UnitOfWork, person_ids: Sequence[int]) -> Sequence[Any]:
    """Return the roles of people: current and coming ones first, then those that are over."""
    over = RoleAssignment.valid_to.is_not(None) & (RoleAssignment.valid_to < today(uow))
    wanted = (
        select(RoleAssignment, Organisation.name.label("organisation"), over.label("over"))
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(RoleAssignment.person_id.in_(person_ids))
        .order_by(over, RoleAssignment.valid_from.desc(), RoleAssignment.id)
    )
    return uow.session.execute(wanted).all()


def add(
    uow: UnitOfWork, jurisdiction_id: int, organisation_id: int, name: str, code: str = "", *, by: Actor
) -> int:
    """Add somebody to an organisation. Raises InvalidInput, NotFound, Conflict (`person.exists`)."""
    name, code = _checked(name, code)
    _require_running(uow, jurisdiction_id, organisation_id)
    made = Person(
        jurisdiction_id=jurisdiction_id, organisation_id=organisation_id, name=name, code=code or None
    )
    with once(uow, _taken(code)):
        uow.session.add(made)
    uow.audit("person.add", by=by, subject=str(made.id), data={"organisation_id": organisation_id})
    return made.id


def change(
    uow: UnitOfWork,
    jurisdiction_id: int,
    person_id: int,
    organisation_id: int,
    name: str,
    code: str = "",
    *,
    by: Actor,
) -> None:
    """Correct name or number, or move somebody; his roles stay as they are. Raises as `add`."""
    found = person(uow, jurisdiction_id, person_id)
    name, code = _checked(name, code)
    if organisation_id != found.organisation_id:
        _require_running(uow, jurisdiction_id, organisation_id)
    with once(uow, _taken(code)):
        found.name, found.code, found.organisation_id = name, code or None, organisation_id
    uow.audit("person.change", by=by, subject=str(person_id), data={"organisation_id": organisation_id})


def leave(uow: UnitOfWork, jurisdiction_id: int, person_id: int, on: date, *, by: Actor) -> None:
    """Note somebody's last day: his roles and substitutions end with it. Tasks in his hands stay to be transferred."""
    found = person(uow, jurisdiction_id, person_id)
    found.left_on = on
    held, arranged = RoleAssignment, Substitution
    late = or_(held.valid_to.is_(None), held.valid_to > on)
    uow.session.execute(
        update(held).where(held.person_id == person_id, late, held.valid_from <= on).values(valid_to=on)
    )
    for one in uow.session.scalars(select(held).where(held.person_id == person_id, held.valid_from > on)):
        uow.session.delete(one)
    mine = or_(arranged.person_id == person_id, arranged.substitute_id == person_id)
    uow.session.execute(
        update(arranged)
        .where(mine, arranged.ended_at.is_(None), arranged.valid_to > on)
        .values(ended_at=uow.now())
    )
    uow.audit("person.leave", by=by, subject=str(person_id), data={"on": on.isoformat()})


def assign(
    uow: UnitOfWork,
    jurisdiction_id: int,
    person_id: int,
    role: str,
    organisation_id: int,
    valid_from: date,
    valid_to: date | None = None,
    *,
    by: Actor,
) -> int:
    """Let somebody hold a role for a while, from a day, until a day or for good.

    Raises InvalidInput, NotFound, Conflict (`role.overlaps`) if he holds it there already in that time.
    """
    found = person(uow, jurisdiction_id, person_id)
    _require_running(uow, jurisdiction_id, organisation_id)
    if role not in ROLES:
        raise InvalidInput("岗位应从列表里选择;请重选。", code="role.unknown")
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput("岗位的结束日期应不早于开始日期;请更正。", code="role.dates")
    if found.left_on is not None and (valid_to is None or valid_to > found.left_on):
        raise InvalidInput(f"{found.name}已于 {found.left_on} 离岗;请先改回在岗。", code="role.left")
    held = RoleAssignment
    until = date.max if valid_to is None else valid_to
    again = select(held.id).where(
        held.person_id == person_id,
        held.role == role,
        held.organisation_id == organisation_id,
        held.valid_from <= until,
        or_(held.valid_to.is_(None), held.valid_to >= valid_from),
    )
    overlaps = Conflict(
        f"{found.name}这段时间已有“{ROLES[role]}”岗位;请改日期,或先结束原来的岗位。", code="role.overlaps"
    )
    if uow.session.scalar(again):
        raise overlaps
    made = held(
        jurisdiction_id=jurisdiction_id,
        person_id=person_id,
        role=role,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with once(uow, {"uq_role_assignment_person_id_role_organisation_id_valid_from": overlaps}):
        uow.session.add(made)
    facts = {"role": role, "organisation_id": organisation_id}
    uow.audit("role.assign", by=by, subject=str(person_id), data=facts)
    return made.id


def end_role(uow: UnitOfWork, jurisdiction_id: int, assignment_id: int, on: date, *, by: Actor) -> int:
    """End a role after a day; one that would end before it began is removed. Return whose it was. Raises NotFound."""
    held = RoleAssignment
    wanted = select(held).where(held.id == assignment_id, held.jurisdiction_id == jurisdiction_id)
    found = uow.session.scalar(wanted)
    if found is None:
        raise NotFound("找不到这个岗位;请刷新页面。", code="role.not_found")
    if on < found.valid_from:
        uow.session.delete(found)
    else:
        found.valid_to = on
    facts = {"role": found.role, "organisation_id": found.organisation_id, "on": on.isoformat()}
    uow.audit("role.end", by=by, subject=str(found.person_id), data=facts)
    return found.person_id


def today(uow: UnitOfWork) -> date:
    """Return the local day, from which a role given now holds."""
    return local_date(uow.now())


def _require_running(uow: UnitOfWork, jurisdiction_id: int, organisation_id: int) -> None:
    found = find(uow, jurisdiction_id, organisation_id)
    if found.valid_to is not None and found.valid_to < local_date(uow.now()):
        raise InvalidInput(
            f"“{found.name}”已于 {found.valid_to} 撤销;请改选单位。", code="organisation.closed"
        )


def _checked(name: str, code: str) -> tuple[str, str]:
    name, code = name.strip(), code.strip()
    if not name or len(name) > LONGEST_NAME or len(code) > LONGEST_NAME:
        raise InvalidInput(f"姓名要填写,不超过 {LONGEST_NAME} 字;请补全。", code="person.incomplete")
    if " 代 " in name:
        raise InvalidInput("姓名里不能有“ 代 ”;请更正。", code="person.name")
    return name, code


def _taken(code: str) -> Mapping[str, Conflict]:
    text = f"工号“{code}”已经有了;请核对。"
    return {"uq_person_jurisdiction_id_code": Conflict(text, code="person.exists")}
