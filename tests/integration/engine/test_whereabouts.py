"""Where an instance stands: walked ways, live places, called diagrams, rungs; always in the same statements."""

from typing import Any

import pytest
from sqlalchemy import event

from engine import withdrawing
from engine.bpmn.run import Place
from engine.errors import NotFound
from engine.scope import Scope
from engine.uow import UnitOfWork
from engine.whereabouts import Whereabouts, whereabouts
from host.composition import Bihuan
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import PREPARER
from tests.unit.bpmn.diagrams import call, chain, diagram, ends

INNER = diagram("inner", ends(), jobs("check"), chain("s", "check", "e"))
OUTER = diagram("outer", ends(), jobs("fill", "sign"), call("review", "inner"), chain("s", "fill", "review", "sign", "e"))  # fmt: skip


@pytest.fixture
def office(uow: UnitOfWork) -> Office:
    return Office(uow, OUTER, INNER)


def found(office: Office) -> Whereabouts:
    office.uow.flush()
    return whereabouts(office.uow, office.id)


def states(where: Whereabouts, key: str = "outer") -> dict[str, str]:
    return {spot.element.id: spot.state for spot in where.chart(key).spots}


def test_a_called_process_is_a_diagram_of_its_own_and_its_caller_is_live(office: Office) -> None:
    where = found(office.do("fill"))

    assert states(where) == {"s": "done", "fill": "done", "review": "now", "sign": "ahead", "e": "ahead"}
    assert states(where, "inner") == {"s": "done", "check": "now", "e": "ahead"}
    assert where.chart("inner").called_by == Place("outer", "review")
    assert list(where.chart("outer").walked) == ["s_fill", "fill_review"]
    assert [task.element_id for task in where.live] == ["check"]
    assert {rung.offset_days for rung in where.rungs} == {-10, -1, 1, 3}


def test_a_return_counts_the_step_again(office: Office) -> None:
    office.do("fill").send_back("check", "fill")

    spot = next(one for one in found(office).chart("outer").spots if one.element.id == "fill")

    assert (spot.state, spot.passes, spot.returned) == ("now", 2, 1)


def test_what_is_taken_back_was_not_walked(office: Office) -> None:
    task_id = office.held("fill")
    office.do("fill")

    withdrawing.withdraw(office.uow, task_id, by=PREPARER)

    assert list(found(office).chart("outer").walked) == ["s_fill"]


def test_an_instance_that_ended_stands_nowhere(office: Office) -> None:
    where = found(office.do("fill check sign"))

    assert set(states(where).values()) == {"done"}
    assert not where.live and not any(chart.is_live for chart in where.charts)


def test_it_is_read_in_ten_statements(office: Office) -> None:
    found(office)  # the diagrams are known now
    said: list[str] = []

    def note(*given: Any) -> None:
        said.append(given[2])

    engine = office.uow.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    whereabouts(office.uow, office.id)
    event.remove(engine, "before_cursor_execute", note)

    assert len(said) <= 10, said


def test_another_unit_finds_nothing(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        office = Office(uow, OUTER, INNER)

    with bihuan.unit_of_work(Scope(1, frozenset({12}))) as uow, pytest.raises(NotFound):
        whereabouts(uow, office.id)
