"""代理 in the browser: arrange, act in the other's name, and no further than it was meant."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.clock import VirtualClock
from engine.model.journal import AuditRow
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.accounts import administering
from host.composition import Bihuan
from host.web.acting import acting
from ledger.model.substituting import Substitution
from ledger.standing_in import in_force
from tests.integration.engine.stage import BUREAU, UNIT
from tests.web.small_county import NEIGHBOUR, PEOPLE, enter, post, task_of

PREPARER, HEAD, BUDGET, EXPERT = (PEOPLE[role] for role in ("preparer", "unit_head", "budget", "expert"))
DAYS = {"valid_from": "2021-03-01", "valid_to": "2021-03-05", "reason": "休假"}
Opened = Callable[[int], FlaskClient]


@pytest.fixture
def opened(county: Flask, bihuan: Bihuan) -> Opened:
    """Open a browser as somebody of the register, with nothing arranged."""
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(Substitution).values(ended_at=uow.now()))

    def signed_in(person_id: int) -> FlaskClient:
        client = county.test_client()
        with bihuan.unit_of_work() as uow:
            enter(uow, client, account_of(uow, person_id))
        return client

    return signed_in


def account_of(uow: UnitOfWork, person_id: int) -> int:
    found = administering.of_person(uow, person_id)
    assert found
    return found.id


def test_a_substitute_works_in_the_others_name_and_scope(opened: Opened, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = task_of(uow, UNIT)
    assert post(opened(PREPARER), "/substitutes", substitute=BUDGET, **DAYS).status_code == 303
    client = opened(BUDGET)
    assert post(client, f"/tasks/{task_id}/claim").status_code == 403, "not as himself"

    assert post(client, "/acting-for", person=PREPARER).status_code == 303

    assert f"人{BUDGET} 代 人{PREPARER}" in client.get("/inbox").text
    assert post(client, f"/tasks/{task_id}/claim").status_code == 303
    with bihuan.unit_of_work() as uow:
        task = uow.session.get_one(UserTask, task_id)
        told = uow.session.scalars(
            select(AuditRow).where(AuditRow.subject == str(task_id), AuditRow.action == "task.claim")
        ).one()
        assert (task.assignee_id, task.assignee_name) == (PREPARER, f"人{BUDGET} 代 人{PREPARER}")
        assert (told.actor_id, told.data["behalf_of_id"]) == (BUDGET, PREPARER)
        who = acting(uow, account_of(uow, BUDGET), PREPARER)
        assert who and who.scope.organisations == frozenset({UNIT}), "the bureau's scope is left behind"
    assert client.get("/manage/organisations").status_code == 403
    assert post(client, "/me/tokens", name="x", scope="view", days=30).status_code == 422

    post(client, "/acting-for")

    assert client.get("/manage/organisations").status_code == 200
    assert f"人{BUDGET} 代 人{PREPARER}" not in client.get("/inbox").text


def test_both_are_told(opened: Opened) -> None:
    post(opened(PREPARER), "/substitutes", substitute=HEAD, **DAYS)

    assert f"请您代人{PREPARER}办理" in opened(HEAD).get("/messages").text
    assert f"人{HEAD}" in opened(PREPARER).get("/messages").text


def test_it_holds_from_its_first_to_its_last_day(opened: Opened, bihuan: Bihuan, clock: VirtualClock) -> None:
    form = DAYS | {"valid_from": "2021-03-02", "valid_to": "2021-03-03"}
    post(opened(PREPARER), "/substitutes", substitute=HEAD, **form)

    held = []
    for _ in range(4):
        with bihuan.unit_of_work() as uow:
            held.append([one.person_id for one in in_force(uow, HEAD)])
        clock.set(clock.now() + timedelta(days=1))

    assert held == [[], [PREPARER], [PREPARER], []]


@pytest.mark.parametrize(
    ("person", "form", "status"),
    [
        (PREPARER, {"substitute": PREPARER}, 422),
        (PREPARER, {"substitute": HEAD, "reason": " "}, 422),
        (PREPARER, {"substitute": HEAD, "valid_to": "2021-02-28"}, 422),
        (PREPARER, {"substitute": HEAD, "role": f"section@{BUREAU}"}, 422),
        (EXPERT, {"substitute": HEAD}, 403),
    ],
)
def test_what_may_not_be_arranged(opened: Opened, person: int, form: dict[str, str], status: int) -> None:
    assert post(opened(person), "/substitutes", **(DAYS | form)).status_code == status


def test_nobody_has_two_substitutes_at_once(opened: Opened) -> None:
    client = opened(PREPARER)
    post(client, "/substitutes", substitute=HEAD, **DAYS)

    assert post(client, "/substitutes", substitute=NEIGHBOUR, **DAYS).status_code == 409


def test_it_is_passed_on_only_if_it_was_said(opened: Opened, bihuan: Bihuan) -> None:
    post(opened(HEAD), "/substitutes", substitute=NEIGHBOUR, **DAYS)

    refused = post(opened(PREPARER), "/substitutes", substitute=HEAD, **DAYS)
    allowed = post(opened(PREPARER), "/substitutes", substitute=HEAD, onward="yes", **DAYS)

    assert (refused.status_code, "转代理" in refused.text, allowed.status_code) == (409, True, 303)
    with bihuan.unit_of_work() as uow:
        found = {one.person_id: one.via for one in in_force(uow, NEIGHBOUR)}
    assert found == {HEAD: (), PREPARER: (f"人{HEAD}",)}


def test_a_link_that_was_not_meant_to_be_passed_on_is_not(opened: Opened, bihuan: Bihuan) -> None:
    post(opened(PREPARER), "/substitutes", substitute=HEAD, **DAYS)
    post(opened(HEAD), "/substitutes", substitute=NEIGHBOUR, **DAYS)

    with bihuan.unit_of_work() as uow:
        assert [one.person_id for one in in_force(uow, NEIGHBOUR)] == [HEAD]


def test_when_it_ends_the_browser_is_himself_again(opened: Opened) -> None:
    post(opened(PREPARER), "/substitutes", substitute=HEAD, **DAYS)
    client = opened(HEAD)
    post(client, "/acting-for", person=PREPARER)
    page = client.get("/substitutes").text
    number = page.split("/substitutes/")[1].split("/end")[0]

    assert post(opened(NEIGHBOUR), f"/substitutes/{number}/end").status_code == 404
    assert post(opened(PREPARER), f"/substitutes/{number}/end").status_code == 303

    assert f"代 人{PREPARER}" not in client.get("/inbox").text
    assert post(client, "/acting-for", person=PREPARER).status_code == 403
