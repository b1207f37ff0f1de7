"""拿回 after messages and signals: what has gone out of the instance, or come to it behind the step, is not undone."""

import pytest
from sqlalchemy import select

from engine import handing, messages, signals
from engine.access import SYSTEM
from engine.errors import WrongState
from engine.model.handovers import Handover
from engine.uow import UnitOfWork
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.test_withdrawing import filed, take
from tests.unit.bpmn import diagrams as draw
from tests.unit.bpmn.diagrams import both, catch, chain, diagram, ends, event, throw

ROOT = draw.messages("told") + draw.signals("rung")
TELLING = diagram(
    "telling_after",
    ends(),
    jobs("a", "b"),
    throw("t", event("signal", "rung")),
    chain("s", "a", "t", "b", "e"),
    root=ROOT,
)


def hearing(kind: str, name: str) -> bytes:
    """A waits for an event behind it; in the other branch nothing does."""
    return diagram(
        f"hearing_{kind}",
        ends(),
        both("f", "j"),
        jobs("a", "b", "o", "z"),
        catch("c", event(kind, name)),
        catch("d", event(kind, f"{name}_too")),
        chain("s", "f", "a", "c", "b", "j", "z", "e"),
        chain("f", "d", "o", "j"),
        root=draw.messages(name, f"{name}_too") + draw.signals(name, f"{name}_too"),
    )


def happen(uow: UnitOfWork, kind: str, name: str) -> None:
    if kind == "message":
        messages.correlate(uow, name, None, {}, jurisdiction_id=1, by=SYSTEM)
        uow.flush()
        return
    signals.broadcast(uow, name, {}, jurisdiction_id=1, by=SYSTEM)
    for handover_id in uow.session.scalars(select(Handover.id)).all():
        handing.hand_over(uow, handover_id)
    uow.flush()


def test_a_form_whose_signal_went_out_is_not_taken_back(uow: UnitOfWork) -> None:
    office = Office(uow, TELLING)
    (done,) = filed(office, "a")

    with pytest.raises(WrongState) as refused:
        take(office, done)

    assert refused.value.code == "task.acted_upon"


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_form_behind_which_something_came_in_is_not_taken_back(uow: UnitOfWork, kind: str) -> None:
    office = Office(uow, hearing(kind, f"came_{kind}"))
    (done,) = filed(office, "a")
    happen(uow, kind, f"came_{kind}")
    assert office.open == "b"

    with pytest.raises(WrongState) as refused:
        take(office, done)

    assert refused.value.code == "task.acted_upon"


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_what_comes_in_another_branch_does_not_hinder(uow: UnitOfWork, kind: str) -> None:
    office = Office(uow, hearing(kind, f"else_{kind}"))
    (done,) = filed(office, "a")
    happen(uow, kind, f"else_{kind}_too")
    assert office.open == "o"

    take(office, done)

    assert office.open == "a o"
