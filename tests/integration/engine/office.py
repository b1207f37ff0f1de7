"""A small office: an instance of a few words, people who do its tasks, and quick ways to look at what came of it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import definitions, instances, returning, tasks
from engine.access import SYSTEM, Actor
from engine.bpmn.run import Place
from engine.model.journal import EventRow
from engine.model.returns import TaskReturn
from engine.model.tasks import UserTask
from engine.model.timers import Notification, Timer
from engine.plans import Plan
from engine.uow import UnitOfWork
from tests.integration.engine.stage import (
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    UNIT,
    chosen,
    order,
    signed,
)
from tests.unit.bpmn.diagrams import user

LEADER = Actor(301, "钱主任", frozenset({("unit_head", UNIT)}))
STAFF = {one.person_id: one for one in (PREPARER, OTHER_PREPARER, REVIEWER)}
DUE = {"form": "signature", "due": "dates.review.due", "ladder": "standard"}


def roles_of(person_id: int) -> Collection[tuple[str, int]]:
    """Return what roles somebody of the office holds."""
    return STAFF[person_id].roles if person_id in STAFF else frozenset()


def jobs(*ids: str, loop: str = "", **more: str) -> str:
    """User tasks of the unit with a due date and a ladder."""
    return "".join(user(one, loop=loop, outputs=None, **(DUE | more)) for one in ids)


class Office:
    """One instance; everybody in it is a preparer of the unit."""

    def __init__(self, uow: UnitOfWork, xml: bytes, *parts: bytes, **data: Any) -> None:
        self.uow = uow
        definitions.keep_parameters(uow, chosen())
        keys = [definitions.publish_process(uow, one, by=SYSTEM).key for one in (*parts, xml)]
        self.key = keys[-1]
        bundle_hash = definitions.bind(uow, self.key, {})
        self.id: UUID = instances.start(uow, order(self.key, bundle_hash, data={"x": 1} | data), by=SYSTEM)

    @property
    def waiting(self) -> list[UserTask]:
        """The open tasks, the oldest first."""
        self.uow.session.expire_all()
        rows = select(UserTask).where(UserTask.instance_id == self.id, UserTask.status == "open")
        return list(self.uow.session.scalars(rows.order_by(UserTask.created_at, UserTask.id)))

    @property
    def open(self) -> str:
        """The elements of the open tasks, sorted."""
        return " ".join(sorted(one.element_id for one in self.waiting))

    def task(self, element_id: str) -> UserTask:
        """Return the open task of an element, the first of several."""
        return next(one for one in self.waiting if one.element_id == element_id)

    def hold(self, task_id: UUID, by: Actor = PREPARER) -> UUID:
        """Let somebody claim a task unless somebody has it; return its id."""
        if next(one for one in self.waiting if one.id == task_id).assignee_id is None:
            tasks.claim(self.uow, task_id, by=by)
        return task_id

    def held(self, element_id: str, by: Actor = PREPARER) -> UUID:
        """The same for the open task of an element."""
        return self.hold(self.task(element_id).id, by)

    def do(self, elements: str, by: Actor = PREPARER) -> "Office":
        """Let somebody claim and complete tasks, one after another."""
        for element_id in elements.split():
            tasks.complete(self.uow, self.held(element_id, by), signed(), by=by)
        return self

    def place(self, element_id: str) -> Place:
        """Return where an element is; `process:element` for one of a called process."""
        key, _, element = element_id.rpartition(":")
        return Place(key or self.key, element)

    def plan(self, source: str, target: str, by: Actor = PREPARER) -> Plan:
        """Look at a return."""
        task_id = self.held(source, by)
        return returning.plan(self.uow, task_id, self.place(target), by=by, roles_of=roles_of)

    def send_back(self, source: str, target: str, by: Actor = PREPARER) -> Plan:
        """Look at a return, then do it; both must come to the same."""
        before, task_id = self.plan(source, target, by), self.held(source, by)
        waiting = {one.id for one in self.waiting}
        returning.send_back(self.uow, task_id, self.place(target), "材料不全", by=by, roles_of=roles_of)
        lost = [one.row["id"] for one in before.effects.cancelled if one.row is not None]
        after = {one.id for one in self.waiting}
        assert waiting - after == set(lost)
        fresh = sorted(one.element_id for one in self.waiting if one.id not in waiting)
        assert fresh == sorted(one.place.element_id for one in before.effects.opened)
        return before

    @property
    def timers(self) -> list[tuple[str, str]]:
        """The timers of the instance: element and status."""
        rows = select(Timer.element_id, Timer.status).where(Timer.instance_id == self.id).order_by(Timer.id)
        return [(row[0], row[1]) for row in self.uow.session.execute(rows)]

    @property
    def sent_back(self) -> list[TaskReturn]:
        """The returns, the first first."""
        rows = select(TaskReturn).where(TaskReturn.instance_id == self.id).order_by(TaskReturn.id)
        return list(self.uow.session.scalars(rows))

    @property
    def told(self) -> list[tuple[str, int | None]]:
        """Kind and person of the notices about the tasks of the instance."""
        mine = select(UserTask.id).where(UserTask.instance_id == self.id)
        rows = select(Notification.kind, Notification.person_id).where(Notification.task_id.in_(mine))
        return [(row[0], row[1]) for row in self.uow.session.execute(rows.order_by(Notification.id))]

    @property
    def history(self) -> list[EventRow]:
        """The events so far."""
        self.uow.flush()
        rows = select(EventRow).where(EventRow.instance_id == self.id).order_by(EventRow.id)
        return list(self.uow.session.scalars(rows))
