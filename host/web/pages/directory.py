"""Organisations as a tree, the people of each; add, change, close."""

from flask import Flask, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from host.web.answering import Answer, answered, day, number, said
from host.web.context import acting_now, system
from host.web.ground import ground, ground_about, ground_of, require_seen, within
from ledger.model.register import Jurisdiction
from ledger.roles import ROLES
from ledger.roster import organisations, people
from ledger.roster.tree import tree as tree_of

LONGEST_SEARCH = 60


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/organisations", "organisations", show)
    app.add_url_rule("/manage/organisations", "add_organisation", add, methods=["POST"])
    app.add_url_rule("/manage/people", "add_person", add_person, methods=["POST"])
    app.add_url_rule(
        "/manage/organisations/<int:organisation_id>", "change_organisation", change, methods=["POST"]
    )
    app.add_url_rule(
        "/manage/organisations/<int:organisation_id>/close", "close_organisation", close, methods=["POST"]
    )


def show() -> str | Response:
    """Show the register; where no place is registered yet, lead to where that is done."""
    with system().bihuan.unit_of_work() as uow:
        empty = uow.session.scalar(select(Jurisdiction.id).limit(1)) is None
    return redirect(url_for("import_directory")) if empty else page()


def page(fault: str = "") -> str:
    """Show the tree and, when one is chosen, its people; or whom a search finds."""
    chosen = request.values.get("id", type=int)
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with system().bihuan.unit_of_work() as uow:
        place = ground_about(uow, chosen)
        one = organisations.find(uow, place, chosen) if chosen else None
        if one is not None:
            require_seen(one.id)
        rows = (
            people.listed(uow, place, organisation_id=chosen, text=text, within=within())
            if one or text
            else []
        )
        held = people.roles_of(uow, [row.Person.id for row in rows])
        return render_template(
            "manage/organisations.html",
            tree=tree_of(uow, place, within()),
            places=uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all(),
            place=place,
            one=one,
            rows=rows,
            held=[row for row in held if not row.over],
            text=text,
            kinds=organisations.KINDS,
            roles=ROLES,
            fault=fault,
            said=said(),
        )


def add() -> Answer:
    """Add an organisation under another, or at the top."""

    def command() -> str:
        form = request.form
        with system().bihuan.unit_of_work() as uow:
            parent = form.get("parent", type=int)
            place = ground_of(uow, parent) if parent else ground(uow)
            entry = organisations.Entry(
                form.get("code", ""), form.get("name", ""), form.get("kind", ""), parent
            )
            made = organisations.add(uow, place, entry, by=acting_now().own)
        return url_for("organisations", id=made, said="added")

    return answered(command, page)


def change(organisation_id: int) -> Answer:
    """Give an organisation another name or another place in the tree."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            organisations.change(
                uow,
                ground_of(uow, organisation_id),
                organisation_id,
                request.form.get("name", ""),
                request.form.get("parent", type=int),
                by=acting_now().own,
            )
        return url_for("organisations", id=organisation_id, said="changed")

    return answered(command, page)


def close(organisation_id: int) -> Answer:
    """Close an organisation after a day."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            place = ground_of(uow, organisation_id)
            organisations.close(uow, place, organisation_id, day("on"), by=acting_now().own)
        return url_for("organisations", id=organisation_id, said="changed")

    return answered(command, page)


def add_person() -> Answer:
    """Add somebody to an organisation, with his first role."""

    def command() -> str:
        form = request.form
        with system().bihuan.unit_of_work() as uow:
            by, office = acting_now().own, number("id")
            place = ground_of(uow, office)
            made = people.add(uow, place, office, form.get("name", ""), form.get("code", ""), by=by)
            if form.get("role"):
                today = people.today(uow)
                people.assign(uow, place, made, form["role"], office, today, by=by)
        return url_for("person", person_id=made, said="added")

    return answered(command, page)
