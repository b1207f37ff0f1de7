"""A committee that signs: diagrams, members, and quick ways to look at what they did."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

from sqlalchemy import event, select

from engine import countersigning
from engine.access import Actor
from engine.deciding import ITEM
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.uow import SEE, UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.diagrams import diagram, flow
from tests.integration.engine.stage import BUREAU, open_task, signed, started

MEMBERS = [Actor(300 + number, f"委员{number}", frozenset({("expert", BUREAU)})) for number in range(100)]
CHIEF = Actor(400, "组长", frozenset({("performance", BUREAU)}))


def people(number: int) -> str:
    """Return a FEEL list of the first members, by person."""
    return (
        "[" + ", ".join(f'{{person: {one.person_id}, name: "{one.name}"}}' for one in MEMBERS[:number]) + "]"
    )


def countersigned(rule: str, signers: str, **attributes: str) -> bytes:
    """Return a process of one counter-signed task; what failed is filled in again."""
    written = {"countersign": rule, "signers": signers, **attributes}
    ours = " ".join(f"bihuan:{name}={quoteattr(value)}" for name, value in written.items())
    return diagram(
        "committee",
        f"""
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="sign" name="评议" bihuan:form="signature" bihuan:due="dates.review.due"
       bihuan:ladder="standard" {ours}>
      <bpmn:extensionElements>
        <bihuan:output name="passed" value="passed"/>
        <bihuan:output name="heard" value="count(votes)"/>
        <bihuan:output name="last" value="form.agreed"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="which" default="which_to_again"/>
    <bpmn:userTask id="well" name="通过后" bihuan:form="signature"/>
    <bpmn:userTask id="again" name="重报" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>
    <bpmn:endEvent id="stopped"/>"""
        + flow("begin", "sign")
        + flow("sign", "which")
        + flow("which", "well", "passed = true")
        + flow("which", "again")
        + flow("well", "done")
        + flow("again", "stopped"),
        unit="begin well again done stopped",
        bureau="sign which",
    )


def meeting(uow: UnitOfWork, rule: str, signers: str, **attributes: str) -> tuple[UUID, UUID]:
    """Start one; return the ids of the instance and of its counter-signed task."""
    instance_id = started(uow, countersigned(rule, signers, **attributes))
    return instance_id, open_task(uow, instance_id).id


def voting(uow: UnitOfWork, task_id: UUID, votes: str, *, first: int = 0) -> list[bool | None]:
    """Let members vote in turn, y or n each; return what each was told."""
    return [
        countersigning.vote(uow, task_id, signed(one == "y"), by=MEMBERS[first + number])
        for number, one in enumerate(votes)
    ]


def states(uow: UnitOfWork, task_id: UUID) -> str:
    """Return the signers' states in order, one letter each; r for removed, v for void, q for queued."""
    rows = select(ITEM.c.state).where(ITEM.c.task_id == task_id).order_by(ITEM.c.position, ITEM.c.id)
    return "".join(state[0] for state in uow.session.scalars(rows))


def where(uow: UnitOfWork, instance_id: UUID) -> str:
    """Return the element that waits now."""
    return open_task(uow, instance_id).element_id


def happened(uow: UnitOfWork, instance_id: UUID) -> list[str]:
    """Return the journal of an instance after its start; what is pending is written first."""
    uow.flush()
    rows = select(EventRow.type).where(EventRow.instance_id == instance_id).order_by(EventRow.id)
    return [one for one in uow.session.scalars(rows) if one not in {"instance.started", "task.created"}]


def revision(uow: UnitOfWork, instance_id: UUID) -> int:
    """Return how often the instance was written."""
    rows = select(ProcessInstance.revision).where(ProcessInstance.id == instance_id)
    return uow.session.scalars(rows).one()


@contextmanager
def statements(bihuan: Bihuan, *, scopes: bool = False) -> Iterator[list[str]]:
    """Collect every statement sent meanwhile, by the system or for a person.

    scopes: also the one that every unit of work begins with.
    """
    seen: list[str] = []

    def listener(*call: Any) -> None:
        if scopes or call[2] != SEE:
            seen.append(call[2])

    engines = (bihuan.database.engine, bihuan.database.system_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", listener)
