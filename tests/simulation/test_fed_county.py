"""A fiscal integration system sends what a whole county was paid; the forms of the monitoring begin with it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from engine.calendar.local_time import at_time, local_date
from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from engine.storage.database import Database
from forms.prefilling import prefilled
from host.accounts import making
from host.composition import Bihuan
from host.filing import desk_of
from host.settings import Settings
from host.simulation.simulate import Simulation
from host.web.application import create_app
from ledger.model.register import Person, Project, RoleAssignment
from tests.integration.webhooks_in.caller import Caller
from tests.simulation.orders import ORDERS
from tests.web.small_county import PASSWORD, SECRET, post, sign_in

pytestmark = pytest.mark.slow
AT_ONCE = 5
SHARE = Decimal("0.4")


@pytest.fixture
def county(database: Database, server_folder: Any) -> Iterator[tuple[Bihuan, int]]:
    """A county on the first day of its monitoring, and its jurisdiction."""
    order = ORDERS["monitored"]()
    opens = order.pack.parameters()["dates"]["monitoring"][0]["opens"]
    until = at_time(datetime.fromisoformat(opens).date(), time(12))
    settings = Settings.read({"BIHUAN_DATA_DIR": str(server_folder)})
    place = Simulation(replace(order, until=until)).live(settings, database, lambda *_: None)
    with Bihuan(settings, clock=VirtualClock(until), database=database) as bihuan:
        yield bihuan, place


def paid(projects: Sequence[Any], year: int, as_of: str) -> Iterator[dict[str, Any]]:
    """Yield the calls of such a system: some projects each, amounts as text."""
    for first in range(0, len(projects), AT_ONCE):
        rows = [
            {
                "project": one.code,
                "budget_amount": str(one.budget_amount),
                "arrived_amount": str(one.budget_amount),
                "executed_amount": str((one.budget_amount * SHARE).quantize(Decimal("0.01"))),
            }
            for one in projects[first : first + AT_ONCE]
        ]
        yield {"year": year, "as_of": as_of, "rows": rows}


def test_the_forms_of_the_monitoring_begin_with_what_was_paid(county: tuple[Bihuan, int]) -> None:
    bihuan, place = county
    with bihuan.unit_of_work() as uow:
        columns = (Project.code, Project.id, Project.year, Project.budget_amount)
        projects = uow.session.execute(select(*columns).where(Project.jurisdiction_id == place)).all()
        waiting = select(UserTask).where(UserTask.form_key == "monitoring", UserTask.status == "open")
        tasks = uow.session.scalars(waiting).all()
        uow.session.expunge_all()
    assert len(projects) > AT_ONCE and tasks
    app = create_app(bihuan, secret=SECRET)
    caller = Caller(bihuan, app, place, call_types=["payment.progress"])

    today = local_date(bihuan.clock.now()).isoformat()
    answers = [caller.send("payment.progress", one) for one in paid(projects, projects[0].year, today)]
    assert {one.status_code for one in answers} == {202}
    caller.heard()

    assert caller.rows("select distinct status from app.inbound_call") == [("applied",)]
    assert caller.rows("select count(*) from app.project_payment") == [(len(projects),)]
    for task in tasks:
        with bihuan.unit_of_work() as uow:
            desk = desk_of(uow, task.id)
        budget = next(one.budget_amount for one in projects if one.id == desk.place.subject_id)
        shown = prefilled(desk.definition, context=desk.context, functions=desk.functions)
        assert Decimal(shown["executed_amount"]) * 10_000 == (budget * SHARE).quantize(Decimal("0.01"))
    _looks_at(app, bihuan, tasks[0], shown_of(bihuan, tasks[0]))


def shown_of(bihuan: Bihuan, task: UserTask) -> str:
    """Return the executed amount that a task's form begins with."""
    with bihuan.unit_of_work() as uow:
        desk = desk_of(uow, task.id)
    return str(prefilled(desk.definition, context=desk.context)["executed_amount"])


def _looks_at(app: Flask, bihuan: Bihuan, task: UserTask, amount: str) -> None:
    """Somebody of the unit claims the task and sees the amount in the form."""
    with bihuan.unit_of_work() as uow:
        held = select(Person.id, Person.name).join(RoleAssignment, RoleAssignment.person_id == Person.id)
        asked = held.where(
            RoleAssignment.role == task.role, RoleAssignment.organisation_id == task.organisation_id
        )
        person_id, name = uow.session.execute(asked).first() or (0, "")
        uow.session.execute(
            text("update app.user_task set assignee_id = null, assignee_name = null where id = :id"),
            {"id": task.id},
        )
        making.make(uow, "filler", name, PASSWORD, person_id=person_id)
    client = app.test_client()
    sign_in(client, "filler")
    assert post(client, f"/tasks/{task.id}/claim").status_code < 400

    assert f'value="{amount}"' in client.get(f"/tasks/{task.id}/form").text
