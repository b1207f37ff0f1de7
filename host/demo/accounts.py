"""The accounts of the demonstration: one person for each role, who has the most to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from engine.access import SYSTEM
from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.accounts import first, making, passwords
from host.demo.moments import chosen
from host.model.accounts import Account
from ledger.model.register import Organisation, Person, RoleAssignment

PASSWORD = "bihuan-demo"
ADMINISTRATORS = (
    ("admin", "系统管理员", "system"),
    ("process", "流程管理员", "process"),
    ("audit", "审计管理员", "audit"),
)
TASK = table_of(UserTask)


def make(uow: UnitOfWork) -> None:
    """Make an account for the busiest person of each role, unless they exist."""
    passwords.hashed(PASSWORD)
    if not first.nobody_yet(uow):
        return
    uow.actor = SYSTEM
    taken = set[int]()
    for role, person_id, name in _of_one_unit(uow, _busiest(uow)):
        if person_id not in taken:
            taken.add(person_id)
            making.make(uow, role, name, PASSWORD, person_id=person_id)
        if role == "preparer":
            _hire_finance(uow, person_id)
    for login, name, duty in ADMINISTRATORS:
        making.make(uow, login, name, PASSWORD, duty=duty)


def _hire_finance(uow: UnitOfWork, colleague_id: int) -> None:
    """Give the unit of a person somebody of finance, who fills in the money of its forms."""
    colleague = uow.session.get_one(Person, colleague_id)
    somebody = Person(
        jurisdiction_id=colleague.jurisdiction_id, organisation_id=colleague.organisation_id, name="沈禾"
    )
    uow.session.add(somebody)
    uow.session.flush()
    since = local_date(uow.now()).replace(month=1, day=1)
    place = {"person_id": somebody.id, "organisation_id": colleague.organisation_id}
    uow.session.add(RoleAssignment(role="finance", valid_from=since, **place))
    uow.session.flush()
    making.make(uow, "finance", somebody.name, PASSWORD, person_id=somebody.id)


def _busiest(uow: UnitOfWork) -> list[Any]:
    work = func.count(TASK.c.id)
    held = RoleAssignment
    waiting = (
        select(held.role, Person.id, Person.name)
        .join(Person, Person.id == held.person_id)
        .outerjoin(
            TASK,
            (TASK.c.role == held.role)
            & (TASK.c.organisation_id == held.organisation_id)
            & (TASK.c.status == "open")
            & (func.coalesce(TASK.c.assignee_id, Person.id) == Person.id),
        )
        .group_by(held.role, Person.id, Person.name)
        .distinct(held.role)
        .order_by(held.role, work.desc(), Person.id)
    )
    return list(uow.session.execute(waiting))


def _of_one_unit(uow: UnitOfWork, found: Sequence[Any]) -> list[tuple[str, int, str]]:
    """Put the head of the preparer's own unit in the place of another's, so that a form goes from one to the other."""
    people = {role: (role, person_id, name) for role, person_id, name in found}
    preparer = people.get("preparer")
    if preparer is not None:
        unit = select(Person.organisation_id).where(Person.id == preparer[1]).scalar_subquery()
        head = (
            select(Person.id, Person.name)
            .join(RoleAssignment, RoleAssignment.person_id == Person.id)
            .where(RoleAssignment.role == "unit_head", RoleAssignment.organisation_id == unit)
            .order_by(Person.id)
        )
        own = uow.session.execute(head.limit(1)).first()
        if own is not None:
            people["unit_head"] = ("unit_head", own.id, own.name)
    return list(people.values())


def listed(uow: UnitOfWork) -> Sequence[Any]:
    """Return login, name and organisation of every account, for the sign-in page of the demonstration."""
    shown = (
        select(Account.login, Account.name, Organisation.name.label("organisation"))
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .order_by(Account.id)
    )
    return uow.session.execute(shown).all()


def titles() -> Mapping[str, str]:
    """Return by login what each person of the demonstration does, in plain words."""
    found: dict[str, str] = chosen()["titles"]
    return found
