"""A small stage for commands: a jurisdiction without a register, two organisations, published diagrams."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from engine import definitions, instances
from engine.access import SYSTEM, Actor
from engine.instances import Order
from engine.model.tasks import UserTask
from engine.parameters import Parameters, parameters
from engine.submission import Submission
from engine.uow import UnitOfWork
from forms.library import load
from forms.validation import validate

UNIT, BUREAU = 11, 1
PREPARER = Actor(101, "张三", frozenset({("preparer", UNIT)}))
OTHER_PREPARER = Actor(102, "李四", frozenset({("preparer", UNIT)}))
STRANGER = Actor(103, "王五", frozenset({("preparer", 12)}))
REVIEWER = Actor(201, "赵六", frozenset({("section", BUREAU)}))

BODY: Mapping[str, Any] = {
    "jurisdiction": "riverside",
    "year": 2021,
    "policy": {},
    "dates": {"review": {"opens": "2021-03-08", "due": "2021-03-31", "closes": "2021-04-30"}},
    "slots": {},
    "ladders": {
        "standard": {
            "before": [10, 1],
            "after": [1, 3],
            "recipients": {"-1": ["assignee", "unit_head"], "1": ["unit_head"], "3": ["section"]},
            "at": "09:00",
        }
    },
    "return_days": 5,
    "role_parties": {"section": "bureau"},
}


def chosen() -> Parameters:
    """Return the parameters of the stage."""
    return parameters(BODY)


def published(uow: UnitOfWork, xml: bytes) -> str:
    """Publish a diagram and the parameters; return the bundle's hash."""
    definitions.keep_parameters(uow, chosen())
    return definitions.bind(uow, definitions.publish_process(uow, xml, by=SYSTEM).key, {})


def order(process_key: str, bundle_hash: str, **changes: Any) -> Order:
    """Return an order for a fresh subject."""
    code = changes.pop("code", uuid4().hex[:8])
    values: dict[str, Any] = {
        "business_key": f"riverside/2021/review/{code}",
        "title": f"事项 {code}",
        "process_key": process_key,
        "bundle_hash": bundle_hash,
        "parameter_hash": chosen().hash,
        "jurisdiction_id": 1,
        "organisation_id": UNIT,
        "stage": "review",
        "subject_kind": "thing",
        "subject_id": 1,
        "subject_code": code,
        "parties": {"subject": UNIT, "bureau": BUREAU},
        "data": {"subject_code": code, "amount": 10},
    }
    return Order(**(values | changes))


def started(uow: UnitOfWork, xml: bytes, **changes: Any) -> UUID:
    """Publish and start; return the instance's id."""
    bundle_hash = published(uow, xml)
    key = xml.decode().split('processRef="')[1].split('"')[0]
    return instances.start(uow, order(key, bundle_hash, **changes), by=SYSTEM)


def open_task(uow: UnitOfWork, instance_id: UUID) -> UserTask:
    """Return the one open task of an instance, freshly read."""
    uow.session.expire_all()
    waiting = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == "open")
    return uow.session.scalars(waiting).one()


def signed(agreed: bool = True) -> Submission:
    """Return a signature, agreed or not."""
    return validate(load("signature"), {"agreed": agreed, "opinion": "" if agreed else "请补充材料"})
