"""代理: who acts for me, for whom I act; arrange, end, and act in somebody's place."""

from flask import Flask, render_template, request, url_for
from sqlalchemy import select

from engine.errors import InvalidInput, NotAllowed
from engine.uow import UnitOfWork
from host.web.answering import Answer, answered, day, number, said
from host.web.context import acting_now, system
from host.web.permissions import Permission, holds
from ledger import substituting
from ledger.model.register import Organisation, Person
from ledger.roles import ROLES
from ledger.roster import people
from ledger.roster.tree import tree as tree_of
from ledger.substituting import Wanted


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/substitutes", "substitutes", show)
    app.add_url_rule("/substitutes", "arrange_substitute", arrange, methods=["POST"])
    app.add_url_rule("/substitutes/<int:substitution_id>/end", "end_substitute", end, methods=["POST"])


def wanted(person_id: int) -> Wanted:
    """Read a substitution from the form. Raises InvalidInput."""
    pairs = []
    for text in request.form.getlist("role"):
        role, _, place = text.partition("@")
        if role not in ROLES or not place.isdigit():
            raise InvalidInput("岗位应从列表里选择;请重选。", code="role.unknown")
        pairs.append((role, int(place)))
    return Wanted(
        person_id,
        number("substitute"),
        day("valid_from"),
        day("valid_to"),
        frozenset(pairs),
        request.form.get("onward") == "yes",
        request.form.get("reason", ""),
    )


def registered() -> tuple[int, int]:
    """Return the person and the jurisdiction of who asks. Raises NotAllowed for an administrator."""
    own, place = acting_now().own, acting_now().jurisdiction_id
    if own.person_id is None or place is None:
        raise NotAllowed("只有登记在册的人员可以委托代理。", code="substitute.no_person")
    return own.person_id, place


def show(fault: str = "", warnings: list[str] | None = None) -> str:
    """Show both sides of somebody's substitutions, and the form for a new one."""
    person_id, place = registered()
    with system().bihuan.unit_of_work() as uow:
        return render_template(
            "me/substitutes.html",
            rows=substituting.listed(uow, person_id),
            held=[row for row in people.roles_of(uow, [person_id]) if not row.over],
            offices={branch.id: branch.name for branch in tree_of(uow, place)},
            colleagues=_colleagues(uow, place, person_id),
            roles=ROLES,
            may_arrange=holds(acting_now(), Permission.SUBSTITUTE),
            fault=fault,
            warnings=warnings or [],
            said=said(),
        )


def _colleagues(uow: UnitOfWork, place: int, own_id: int) -> list[tuple[int, str, str]]:
    """Return whom one may ask: people of one's own organisation first."""
    mine = select(Person.organisation_id).where(Person.id == own_id).scalar_subquery()
    rows = uow.session.execute(
        select(Person.id, Person.name, Organisation.name)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.jurisdiction_id == place, Person.left_on.is_(None), Person.id != own_id)
        .order_by(Person.organisation_id != mine, Organisation.code, Person.name, Person.id)
    )
    return [(number, name, office) for number, name, office in rows]


def arrange() -> Answer:
    """Let somebody act for oneself; what speaks against it is shown first, once."""
    warnings: list[str] = []

    def command() -> str:
        person_id, place = registered()
        asked = wanted(person_id)
        with system().bihuan.unit_of_work() as uow:
            warnings.extend(substituting.concerns(uow, asked.person_id, asked.substitute_id))
            if warnings and request.form.get("sure") != "yes":
                raise InvalidInput("请先看清下面的提醒,再确认委托。", code="substitute.concerns")
            substituting.arrange(uow, place, asked, by=acting_now().own)
        return url_for("substitutes", said="arranged")

    return answered(command, lambda fault: show(fault, warnings))


def end(substitution_id: int) -> Answer:
    """End a substitution one gave or received."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            substituting.end(uow, acting_now().jurisdiction_id or 0, substitution_id, by=acting_now().own)
        return url_for("substitutes", said="ended")

    return answered(command, show)
