"""What is kept of one person is read out whole and without secrets, and erased once he has left, but for what he did."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text

from engine import tasks
from engine.access import Actor
from engine.errors import NotFound, WrongState
from engine.model.base import table_of
from engine.scope import Scope
from host.accounts import personal, tokens
from host.composition import Bihuan
from host.model.accounts import Account
from host.model.telling import Contact
from ledger.model.register import Person
from tests.integration.engine.stage import UNIT
from tests.web.small_county import PEOPLE, sign_in, task_of

OPERATOR = Actor(None, "运维", system=True)
PREPARER = PEOPLE["preparer"]


@pytest.fixture
def busy(county: Flask, bihuan: Bihuan) -> Flask:
    """The county, in which the preparer has signed in, made a token, given an address and claimed a task."""
    sign_in(county.test_client(), "preparer")
    with bihuan.unit_of_work() as uow:
        account_id = uow.session.scalars(select(Account.id).where(Account.person_id == PREPARER)).one()
        tokens.make(uow, account_id, "报表", ["view"], 30, allowed=["view"])
        told = {"email": "lin@example.test", "calendar_hash": "a hash", "kinds": ["reminder"]}
        uow.session.execute(delete(table_of(Contact)))
        uow.session.execute(insert(table_of(Contact)), {"person_id": PREPARER, **told})
    with bihuan.unit_of_work() as uow:
        task_id = task_of(uow, UNIT)
    with bihuan.unit_of_work(Scope(1)) as uow:
        tasks.claim(uow, task_id, by=Actor(PREPARER, "人101", frozenset({("preparer", UNIT)})))
    return county


def test_everything_that_names_a_person_is_read_out_without_secrets(busy: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        rows = personal.export(uow, PREPARER)

    assert {"person", "account", "role_assignment", "web_session", "api_token", "event", "user_task"} <= set(
        rows
    )
    assert [one["id"] for one in rows["person"]] == [PREPARER]
    assert rows["contact"][0]["email"] == "lin@example.test"
    said = str(rows)
    assert "argon2" not in said and "_hash" not in said and "人102" not in said


def test_who_has_left_is_erased_but_for_what_he_did(busy: Flask, bihuan: Bihuan) -> None:
    with pytest.raises(WrongState), bihuan.unit_of_work() as uow:
        personal.erase(uow, PREPARER, reason="要求", by=OPERATOR)
    with bihuan.unit_of_work() as uow:
        uow.session.get_one(Person, PREPARER).left_on = uow.now().date() - timedelta(days=2)

    with bihuan.unit_of_work() as uow:
        personal.erase(uow, PREPARER, reason="离职满一年", by=OPERATOR)

    with bihuan.unit_of_work() as uow:
        rows = personal.export(uow, PREPARER)
        told = uow.session.scalar(
            text("select data ->> 'reason' from app.audit_entry where action = 'person.erase'")
        )
    assert not {
        "account",
        "web_session",
        "api_token",
        "recovery_code",
        "inbox_view",
        "message",
        "draft",
        "contact",
    } & set(rows)
    assert rows["person"][0]["name"] and rows["person"][0]["code"] is None
    assert rows["event"] and told == "离职满一年"


def test_nobody_is_not_read_out(county: Flask, bihuan: Bihuan) -> None:
    with pytest.raises(NotFound), bihuan.unit_of_work() as uow:
        personal.export(uow, 999_999)
