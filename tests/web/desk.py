"""A small county with accounts and one running review, and a client for each of its people."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import exists, select

from engine import definitions, instances
from engine.access import SYSTEM
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.accounts import making, sessions
from host.composition import Bihuan
from host.model.accounts import Account
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment
from tests.integration.engine.office import jobs
from tests.integration.engine.stage import BUREAU, UNIT, chosen, order
from tests.unit.bpmn.diagrams import call, chain, diagram, ends
from tests.web.serving import serve
from tests.web.small_county import stored

ELSEWHERE = 12
PEOPLE = {
    "zhang": (101, "张三", "preparer", UNIT),
    "li": (102, "李四", "preparer", UNIT),
    "zhao": (201, "赵六", "section", BUREAU),
    "wang": (103, "王五", "preparer", ELSEWHERE),
}
INNER = diagram("inner", ends(), jobs("check", role="section", party="bureau"), chain("s", "check", "e"))
OUTER = diagram("outer", ends(), jobs("fill", "sign"), call("review", "inner"), chain("s", "fill", "review", "sign", "e"))  # fmt: skip


@dataclass
class Desk:
    """An application over the county, with one review that waits for `fill`."""

    bihuan: Bihuan
    app: Flask
    instance_id: UUID

    def client(self, login: str) -> FlaskClient:
        """Return the browser of somebody who is signed in."""
        with self.bihuan.unit_of_work() as uow:
            account_id = uow.session.scalars(select(Account.id).where(Account.login == login)).one()
            token = sessions.begin(uow, account_id)
        client = self.app.test_client()
        client.set_cookie("bihuan_session", token)
        return client

    @property
    def task_id(self) -> UUID:
        """The open task of the review."""
        with self.bihuan.unit_of_work() as uow:
            found = select(UserTask.id).where(
                UserTask.instance_id == self.instance_id, UserTask.status == "open"
            )
            return uow.session.scalars(found).one()


def desk_on(bihuan: Bihuan) -> Desk:
    """Return a desk with a fresh review; the county is made the first time."""
    with bihuan.unit_of_work() as uow:
        if not uow.session.scalar(select(exists().where(Account.login == "zhang"))):
            _county(uow)
        definitions.keep_parameters(uow, chosen())
        for xml in (INNER, OUTER):
            definitions.publish_process(uow, xml, by=SYSTEM)
        bundle_hash = definitions.bind(uow, "outer", {})
        instance_id = instances.start(uow, order("outer", bundle_hash), by=SYSTEM)
    return Desk(bihuan, serve(bihuan), instance_id)


def _county(uow: UnitOfWork) -> None:
    session, since = uow.session, date(2020, 1, 1)
    session.add(Jurisdiction(id=1, code="riverside", name="河畔县"))
    session.flush()
    for place, name, kind in ((BUREAU, "财政局", "bureau"), (UNIT, "水利局", "department"), (ELSEWHERE, "教育局", "department")):  # fmt: skip
        session.add(
            Organisation(id=place, jurisdiction_id=1, code=str(place), name=name, kind=kind, valid_from=since)
        )
    session.flush()
    for person_id, name, _role, place in PEOPLE.values():
        session.add(Person(id=person_id, jurisdiction_id=1, organisation_id=place, name=name))
    session.flush()
    for number, (login, (person_id, name, role, place)) in enumerate(PEOPLE.items(), 1):
        session.add(
            RoleAssignment(
                id=number,
                jurisdiction_id=1,
                person_id=person_id,
                role=role,
                organisation_id=place,
                valid_from=since,
            )
        )
        making.make(uow, login, name, stored=stored(), person_id=person_id)
