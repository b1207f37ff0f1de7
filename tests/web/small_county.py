"""A county of three offices for the pages: a bureau, two departments, somebody in every role, accounts, a task in each."""

import re
from datetime import date
from functools import lru_cache
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import insert, text
from werkzeug.test import TestResponse

from engine.uow import UnitOfWork
from host.accounts import first, making, passwords, sessions
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment
from ledger.roles import ROLES
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import BUREAU, UNIT, open_task, started

PASSWORD = "a long password"
SECRET = "s" * 40
OTHER_UNIT = 12
SINCE = date(2021, 1, 1)
IN_BUREAU = ("section", "economic_construction", "social_insurance", "performance", "budget", "treasury")
PEOPLE = {role: number for number, role in enumerate(ROLES, start=101)}
"""Who holds each role, by its code; of the roles outside the bureau there is one in each department."""
NEIGHBOUR = 301
"""The preparer of the other department."""
TOKEN = re.compile(r'name="form-token" content="(\w+)"')


@lru_cache(maxsize=1)
def stored() -> str:
    """Return what is kept of the password of all; hashing it is slow by intent, so it is done once."""
    return passwords.hashed(PASSWORD)


def settle(uow: UnitOfWork) -> None:
    """Make the county, unless it stands."""
    if not first.nobody_yet(uow):
        return
    session = uow.session
    session.execute(insert(Jurisdiction), [{"code": "riverside", "name": "河畔县"}])  # it is number 1
    offices = [(BUREAU, "CZJ", "财政局", "bureau"), (UNIT, "D01", "农业农村局", "department")]
    offices.append((OTHER_UNIT, "D02", "水利局", "department"))
    common = {"jurisdiction_id": 1, "valid_from": SINCE}
    session.execute(
        insert(Organisation),
        [common | {"id": i, "code": code, "name": name, "kind": kind} for i, code, name, kind in offices],
    )
    placed = [(number, role, BUREAU if role in IN_BUREAU else UNIT) for role, number in PEOPLE.items()]
    placed.append((NEIGHBOUR, "preparer", OTHER_UNIT))
    session.execute(
        insert(Person),
        [
            {"id": number, "jurisdiction_id": 1, "organisation_id": office, "name": f"人{number}"}
            for number, _, office in placed
        ],
    )
    session.execute(
        insert(RoleAssignment),
        [
            {
                "jurisdiction_id": 1,
                "person_id": number,
                "role": role,
                "organisation_id": office,
                "valid_from": SINCE,
            }
            for number, role, office in placed
        ],
    )
    session.execute(text("select nextval('app.organisation_id_seq') from generate_series(1, 20)"))
    for number, role, _ in placed:
        login = role if number != NEIGHBOUR else "neighbour"
        making.make(uow, login, f"人{number}", stored=stored(), person_id=number)
    for duty, name in (("system", "甲"), ("process", "乙"), ("audit", "丙")):
        making.make(uow, duty, name, stored=stored(), duty=duty)


def task_of(uow: UnitOfWork, unit: int) -> UUID:
    """Start an instance of a unit and return its open task."""
    parties = {"subject": unit, "bureau": BUREAU}
    return open_task(uow, started(uow, REVIEW, organisation_id=unit, parties=parties)).id


def post(client: FlaskClient, address: str, **form: object) -> TestResponse:
    """Post a form with the token of the browser's session."""
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    data = {name.removesuffix("_"): value for name, value in form.items()}
    return client.post(address, data=data, headers={"X-Form-Token": found[1]})


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    """Sign in as people do."""
    return post(client, "/sign-in", login=login, password=password)


def enter(uow: UnitOfWork, client: FlaskClient, account_id: int) -> None:
    """Give a browser a session, past the password."""
    client.set_cookie("bihuan_session", sessions.begin(uow, account_id))
