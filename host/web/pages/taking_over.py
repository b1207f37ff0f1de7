"""A running year and the newer versions of its policy pack: what it would take over, what it keeps, which days move; doing it."""

from flask import Flask, render_template, request, url_for

from engine.errors import WrongState
from host.web.answering import Answer, answered
from host.web.context import acting_now, system
from host.web.pages.years import mine
from host.web.refusals import said as refused
from ledger.holidays.foreseeing import TasksThatMove, tasks_that_move
from ledger.taking_over.commands import take_over
from ledger.taking_over.foreseeing import foreseen

PAGE = "/manage/years/<int:year>/pack"


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule(PAGE, "newer_pack", show)
    app.add_url_rule(PAGE, "take_over_pack", command, methods=["POST"])


def show(year: int, fault: str = "") -> str:
    """Show what taking over would do; where there is nothing to take over, say why."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        found, tasks = None, list[TasksThatMove]()
        try:
            found = foreseen(uow, place, year)
            tasks = tasks_that_move(uow, place.id, found.moves.batches, by=acting_now().actor)
        except WrongState as error:
            fault = fault or refused(error)
    return render_template(
        "manage/newer_pack.html", place=place, year=year, found=found, tasks=tasks, fault=fault
    )


def command(year: int) -> Answer:
    """Take over what was seen, with a reason."""
    form = request.form

    def run() -> str:
        with system().bihuan.unit_of_work() as uow:
            reason, seen = form.get("reason", ""), form.get("seen", "")
            orders = take_over(uow, mine(uow), year, reason, seen=seen, by=acting_now().actor)
        return url_for("years", year=year, said="taken_over", order=orders)

    return answered(run, lambda fault: show(year, fault))
