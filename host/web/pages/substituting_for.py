"""A substitute for somebody who cannot arrange it himself, by the system administrator."""

from flask import Flask, url_for

from host.web.answering import Answer, answered, number
from host.web.context import acting_now, system
from host.web.pages.people import find, show
from host.web.pages.substitutes import wanted
from ledger import substituting


def register(app: Flask) -> None:
    """Add the routes of this module."""
    one = "/manage/people/<int:person_id>"
    app.add_url_rule(f"{one}/substitutes", "substitute_for", substitute_for, methods=["POST"])
    app.add_url_rule(
        "/manage/substitutes/<int:substitution_id>/end", "end_substitute_for", end_for, methods=["POST"]
    )


def substitute_for(person_id: int) -> Answer:
    """Arrange a substitute for somebody who cannot do it himself."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            place = find(uow, person_id).place
            substituting.arrange(uow, place, wanted(person_id), by=acting_now().own)
        return url_for("person", person_id=person_id, said="arranged")

    return answered(command, lambda fault: show(person_id, fault))


def end_for(substitution_id: int) -> Answer:
    """End somebody's substitution."""
    person_id = number("person")

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            place = find(uow, person_id).place
            substituting.end(uow, place, substitution_id, by=acting_now().own, all_of=True)
        return url_for("person", person_id=person_id, said="ended")

    return answered(command, lambda fault: show(person_id, fault))
