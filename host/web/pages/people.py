"""One person: name, organisation, roles with their days, account, substitutes; and his last day."""

from dataclasses import dataclass

from flask import Flask, render_template, request, url_for
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound
from engine.uow import UnitOfWork
from host.accounts import administering
from host.web.answering import Answer, answered, day, number, said
from host.web.context import acting_now, system
from host.web.ground import ground_of, within
from ledger import substituting
from ledger.model.register import Person, RoleAssignment
from ledger.roles import ROLES
from ledger.roster import organisations, people
from ledger.roster.tree import tree as tree_of


def register(app: Flask) -> None:
    """Add the routes of this module."""
    one = "/manage/people/<int:person_id>"
    app.add_url_rule(one, "person", show)
    app.add_url_rule(one, "change_person", change, methods=["POST"])
    app.add_url_rule(f"{one}/leave", "leave", leave, methods=["POST"])
    app.add_url_rule(f"{one}/roles", "assign_role", assign, methods=["POST"])
    app.add_url_rule("/manage/roles/<int:assignment_id>/end", "end_role", end_role, methods=["POST"])


@dataclass(frozen=True)
class Found:
    """A person and the jurisdiction he belongs to."""

    place: int
    person: Person


def find(uow: UnitOfWork, person_id: int) -> Found:
    """Return a person one may see. Raises NotFound for one of another jurisdiction, NotAllowed of another unit."""
    found, who = uow.session.get(Person, person_id), acting_now()
    if found is None or who.jurisdiction_id not in (None, found.jurisdiction_id):
        raise NotFound("找不到这个人;请从名册里选择。", code="person.not_found")
    walls = within()
    if walls is not None and found.organisation_id not in walls:
        raise NotAllowed("只能查看本单位的人员;需要时请联系系统管理员。", code="person.not_yours")
    return Found(found.jurisdiction_id, found)


def place_of_role(uow: UnitOfWork, assignment_id: int) -> tuple[int, int]:
    """Return whose role it is and in which jurisdiction it is held. Raises NotFound."""
    held = uow.session.get(RoleAssignment, assignment_id)
    if held is None:
        raise NotFound("找不到这个岗位;请刷新页面。", code="role.not_found")
    return held.person_id, ground_of(uow, held.organisation_id)


def show(person_id: int, fault: str = "") -> str:
    """Show one person."""
    with system().bihuan.unit_of_work() as uow:
        found = find(uow, person_id)
        place, one = found.place, found.person
        colleagues = select(Person).where(
            Person.jurisdiction_id == place, Person.left_on.is_(None), Person.id != person_id
        )
        return render_template(
            "manage/person.html",
            one=one,
            office=organisations.find(uow, place, one.organisation_id),
            tree=tree_of(uow, place),
            held=people.roles_of(uow, [person_id]),
            account=administering.of_person(uow, person_id),
            substitutions=substituting.listed(uow, person_id),
            colleagues=uow.session.scalars(colleagues.order_by(Person.name, Person.id)).all(),
            offices={branch.id: branch.name for branch in tree_of(uow, place)},
            roles=ROLES,
            fault=fault,
            said=said(),
        )


def change(person_id: int) -> Answer:
    """Correct a name or number, or move somebody to another organisation."""

    def command() -> str:
        form = request.form
        with system().bihuan.unit_of_work() as uow:
            found = find(uow, person_id)
            office = number("organisation")
            name, code = form.get("name", ""), form.get("code", "")
            people.change(uow, found.place, person_id, office, name, code, by=acting_now().own)
        return url_for("person", person_id=person_id, said="changed")

    return answered(command, lambda fault: show(person_id, fault))


def leave(person_id: int) -> Answer:
    """Note somebody's last day; his account is disabled with it."""

    def command() -> str:
        by, own_id = acting_now().own, acting_now().account_id
        with system().bihuan.unit_of_work() as uow:
            administering.leave(uow, find(uow, person_id).place, person_id, day("on"), by=by, own_id=own_id)
        return url_for("person", person_id=person_id, said="left")

    return answered(command, lambda fault: show(person_id, fault))


def assign(person_id: int) -> Answer:
    """Give somebody a role."""

    def command() -> str:
        form = request.form
        with system().bihuan.unit_of_work() as uow:
            place = find(uow, person_id).place
            until = day("valid_to") if form.get("valid_to") else None
            people.assign(
                uow,
                place,
                person_id,
                form.get("role", ""),
                number("organisation"),
                day("valid_from", missing=people.today(uow)),
                until,
                by=acting_now().own,
            )
        return url_for("person", person_id=person_id, said="added")

    return answered(command, lambda fault: show(person_id, fault))


def end_role(assignment_id: int) -> Answer:
    """End a role after a day."""
    with system().bihuan.unit_of_work() as uow:
        person_id, place = place_of_role(uow, assignment_id)

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            people.end_role(uow, place, assignment_id, day("on"), by=acting_now().own)
        return url_for("person", person_id=person_id, said="ended")

    return answered(command, lambda fault: show(person_id, fault))
