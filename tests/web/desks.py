"""A unit of a small county with projects, whose people sit at the pages: accounts, tasks, browsers."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import definitions, instances, tasks
from engine.access import SYSTEM, Actor
from engine.instances import Order
from engine.model.tasks import UserTask
from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.accounts import making
from host.composition import Bihuan
from ledger.model.register import Person, RoleAssignment
from tests.integration.ledger.county import POLICY, County
from tests.unit.bpmn.diagrams import chain, diagram, ends, user
from tests.web.serving import serve
from tests.web.small_county import PASSWORD, stored

YEAR = 2021
TOKEN = re.compile(r'name="form_token" value="(\w+)"')
REVISION = re.compile(r'name="revision" value="(\d+)"')
POLICY_HERE = {
    **POLICY,
    "weights": {
        "execution": 10,
        "without_cost_l1": {"预算执行率": 10},
        "with_cost_l1": {"预算执行率": 10},
    },
}
SELF_EVALUATION = diagram(
    "self_evaluation_here",
    chain("s", "fill", "review", "e"),
    ends(),
    user("fill", form="self_evaluation"),
    user("review", form="signature", role="section"),
)
TARGET = diagram("target_here", chain("s", "fill", "e"), ends(), user("fill", form="target_filing"))


class Unit:
    """One department with people of given roles, each with an account of the same name as the role."""

    def __init__(self, bihuan: Bihuan, *roles: str) -> None:
        self.bihuan = bihuan
        self.actors: dict[str, Actor] = {}
        self.code = "P1"
        with bihuan.unit_of_work() as uow:
            self.county = County(uow.session, year=YEAR, policy=POLICY_HERE)
            self.county.add_organisations([("D1", "农业农村局", "department")])
            self.county.add_projects(
                [{"code": "P1", "dept": "D1", "name": "高标准农田", "budget_amount": 1000}]
            )
            for role in ("preparer", *roles):
                self.hire(uow, role)

    def hire(self, uow: UnitOfWork, role: str) -> None:
        """Add a person with a role and an account; the login is the role and the county's number."""
        place = self.county.organisations["BUREAU" if role == "section" else "D1"]
        name = f"{role}某"
        person = {"jurisdiction_id": self.county.id, "organisation_id": place, "name": name}
        person_id = uow.session.scalars(insert(Person).returning(Person.id), person).one()
        held = {"person_id": person_id, "role": role.rstrip("2"), "organisation_id": place}
        uow.session.execute(insert(RoleAssignment), {**held, "valid_from": date(YEAR, 1, 1)})
        uow.actor = SYSTEM
        making.make(uow, self.login(role), name, stored=stored(), person_id=person_id)
        self.actors[role] = Actor(person_id, name, frozenset({(role.rstrip("2"), place)}))

    def login(self, role: str) -> str:
        """The login of somebody."""
        return f"{role}{self.county.id}"

    def task(self, xml: bytes = SELF_EVALUATION, role: str = "preparer") -> UUID:
        """Start a process for the project and let somebody claim its first task."""
        with self.bihuan.unit_of_work() as uow:
            body = {
                "jurisdiction": "test",
                "year": YEAR,
                "policy": POLICY_HERE,
                "dates": {},
                "slots": {},
                "ladders": {},
                "return_days": 5,
                "role_parties": {"section": "bureau"},
            }
            chosen = parameters(body)
            definitions.keep_parameters(uow, chosen)
            key = definitions.publish_process(uow, xml, by=SYSTEM).key
            unit, bureau = self.county.organisations["D1"], self.county.organisations["BUREAU"]
            instance_id = instances.start(
                uow,
                Order(
                    business_key=f"test/{YEAR}/{key}/{self.county.id}",
                    title="高标准农田",
                    process_key=key,
                    bundle_hash=definitions.bind(uow, key, {}),
                    parameter_hash=chosen.hash,
                    jurisdiction_id=self.county.id,
                    organisation_id=unit,
                    stage="self_evaluation",
                    subject_kind="project",
                    subject_id=self.county.projects["P1"][0],
                    subject_code="P1",
                    parties={"subject": unit, "bureau": bureau},
                    data={},
                ),
                by=SYSTEM,
            )
            task_id = self.waiting(uow, instance_id)
            tasks.claim(uow, task_id, by=self.actors[role])
        return task_id

    @staticmethod
    def waiting(uow: UnitOfWork, instance_id: UUID) -> UUID:
        """The open task of an instance."""
        found = select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.status == "open")
        return uow.session.scalars(found).one()

    def browser(self, role: str = "preparer") -> "Browser":
        """Somebody signed in."""
        return Browser(serve(self.bihuan).test_client(), self.login(role))


class Browser:
    """A signed-in browser that sends the form token along."""

    def __init__(self, client: FlaskClient, login: str) -> None:
        self.client = client
        self.token = self._token("/sign-in")
        form = {"login": login, "password": PASSWORD, "form_token": self.token}
        assert client.post("/sign-in", data=form).status_code == 302
        self.token = ""

    def _token(self, address: str) -> str:
        found = TOKEN.search(self.client.get(address).text)
        assert found, address
        return found[1]

    def form_token(self) -> str:
        """The token of this browser's forms."""
        self.token = self.token or self._token("/inbox")
        return self.token

    def get(self, address: str) -> Any:
        """Open an address."""
        return self.client.get(address)

    def post(self, address: str, follow: bool = False, **fields: Any) -> Any:
        """Send a form."""
        return self.client.post(
            address, data={"form_token": self.form_token(), **fields}, follow_redirects=follow
        )

    def send(self, address: str, fields: dict[str, Any], follow: bool = False) -> Any:
        """Send a form whose names are no Python names."""
        return self.post(address, follow, **fields)
