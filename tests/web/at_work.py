"""A unit and a bureau with people who are signed in, and a review that goes from one to the other."""

import re
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import tasks
from engine.access import Actor
from engine.model.base import table_of
from engine.model.tasks import UserTask
from host.accounts import first, making, sessions
from host.composition import Bihuan
from host.model.accounts import Account
from host.web.context import COOKIE
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import (
    BUREAU,
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    UNIT,
    open_task,
    signed,
    started,
)
from tests.web.serving import serve
from tests.web.small_county import stored

COLLEAGUE = Actor(202, "孙八", frozenset({("section", BUREAU)}))
STAFF = (PREPARER, OTHER_PREPARER, REVIEWER, COLLEAGUE)
TOKEN = re.compile(r'name="form-token" content="(\w+)"')


class Browser:
    """Somebody at work: pages by GET, actions by POST with the token of his session."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        found = TOKEN.search(client.get("/inbox").text)
        assert found
        self.token = found[1]

    def page(self, address: str) -> str:
        """Return a page that must be there."""
        answer = self.client.get(address, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text

    def do(self, address: str, **form: str | list[str]) -> tuple[int, str]:
        """Post a form; return the status and the page (after a redirect: the next page)."""
        answer = self.client.post(address, data={**form, "form_token": self.token})
        if answer.status_code == 303:
            return 303, self.page(answer.headers["Location"])
        return answer.status_code, answer.text


OUTSIDE = 21
"""Where nobody is asked to do anything."""


def staffed(bihuan: Bihuan) -> None:
    """Enter the county, its offices and their people, once per database."""
    with bihuan.unit_of_work() as uow:
        if not first.nobody_yet(uow):
            return
        begun = date(2020, 1, 1)
        add = uow.session.execute
        add(insert(table_of(Jurisdiction)), [{"id": 1, "code": "riverside", "name": "河畔县"}])
        offices = (
            (BUREAU, "bureau", "财政局"),
            (UNIT, "department", "交通局"),
            (OUTSIDE, "agency", "督查室"),
        )
        add(insert(table_of(Organisation)), [
            {"id": one, "jurisdiction_id": 1, "code": str(one), "name": name, "kind": kind, "valid_from": begun}
            for one, kind, name in offices
        ])  # fmt: skip
        for one in STAFF:
            role, place = next(iter(one.roles))
            person = {"id": one.person_id, "jurisdiction_id": 1, "organisation_id": place, "name": one.name}
            add(insert(table_of(Person)), [person])
            held = {"id": one.person_id, "person_id": one.person_id, "role": role, "organisation_id": place}
            add(insert(table_of(RoleAssignment)), [held | {"valid_from": begun}])
            making.make(uow, f"p{one.person_id}", one.name, stored=stored(), person_id=one.person_id)


def at_desk(bihuan: Bihuan, who: Actor) -> Browser:
    """Return somebody signed in."""
    staffed(bihuan)
    client = serve(bihuan).test_client()
    with bihuan.unit_of_work() as uow:
        account_id = uow.session.scalars(select(Account.id).where(Account.person_id == who.person_id)).one()
        client.set_cookie(COOKIE, sessions.begin(uow, account_id))
    return Browser(client)


def filling(bihuan: Bihuan, title: str = "道路养护") -> UUID:
    """Start a review of the unit; return its task, still unclaimed."""
    with bihuan.unit_of_work() as uow:
        return open_task(uow, started(uow, REVIEW, title=title)).id


def next_task(bihuan: Bihuan, task_id: UUID) -> UUID:
    """Return the open task of the same instance."""
    with bihuan.unit_of_work() as uow:
        return open_task(uow, uow.session.get_one(UserTask, task_id).instance_id).id


def checking(bihuan: Bihuan, title: str = "道路养护") -> UUID:
    """Start a review that the unit has filed; return the task of the bureau, unclaimed."""
    task_id = filling(bihuan, title)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task_id, by=PREPARER)
        tasks.complete(uow, task_id, signed(), by=PREPARER)
    return next_task(bihuan, task_id)


def held(bihuan: Bihuan, task_id: UUID, by: Actor = REVIEWER) -> UUID:
    """Let somebody claim a task; return its id."""
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task_id, by=by)
    return task_id


def row(bihuan: Bihuan, task_id: UUID) -> UserTask:
    """Return a task as it stands."""
    with bihuan.unit_of_work() as uow:
        return uow.session.get_one(UserTask, task_id)
