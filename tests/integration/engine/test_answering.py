"""Remarks of a return are answered one by one while the step is open, by who fills in its form."""

from uuid import UUID

import pytest

from engine import answering, returning, tasks
from engine.answering import Answer
from engine.errors import InvalidInput, NotAllowed, WrongState
from engine.uow import UnitOfWork
from tests.integration.engine.office import Office, jobs, roles_of
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, signed
from tests.unit.bpmn.diagrams import chain, diagram, ends

LINE = diagram("line", ends(), jobs("a", "b"), chain("s", "a", "b", "e"))
REMARKS = [("agreed", "请核对"), ("opinion", "请补充")]


@pytest.fixture
def office(uow: UnitOfWork) -> Office:
    office = Office(uow, LINE).do("a")
    returning.send_back(
        uow, office.held("b"), office.place("a"), "有误", REMARKS, by=PREPARER, roles_of=roles_of
    )
    return office


def back(uow: UnitOfWork, office: Office) -> tuple[UUID, int]:
    task_id = office.task("a").id
    return task_id, answering.open_returns(uow, task_id)[0]["id"]


def test_an_answer_is_kept_changed_and_stands_with_its_author(uow: UnitOfWork, office: Office) -> None:
    task_id, number = back(uow, office)
    one, other = Answer(number, 0, " 已改 ", True), Answer(number, 1)

    assert answering.keep(uow, task_id, [one, other], by=PREPARER) == 1
    assert answering.keep(uow, task_id, [one, other], by=PREPARER) == 0
    assert answering.keep(uow, task_id, [Answer(number, 0, "再改", True)], by=PREPARER) == 1

    (kept,) = answering.given(uow, [number]).values()
    assert (kept["number"], kept["text"], kept["done"]) == (0, "再改", True)
    assert (kept["answered_by_name"], kept["instance_id"]) == (PREPARER.name, office.id)


def test_what_is_wrong_with_an_answer_is_said(uow: UnitOfWork, office: Office) -> None:
    task_id, number = back(uow, office)

    for wrong in (Answer(number, 2, "x"), Answer(number + 1, 0, "x"), Answer(number, 0, "长" * 501)):
        with pytest.raises(InvalidInput):
            answering.keep(uow, task_id, [wrong], by=PREPARER)
    with pytest.raises(NotAllowed):
        answering.keep(uow, task_id, [Answer(number, 0, "x")], by=OTHER_PREPARER)
    assert answering.given(uow, [number]) == {}


def test_what_was_filed_stays_as_it_was_said(uow: UnitOfWork, office: Office) -> None:
    task_id, number = back(uow, office)
    answering.keep(uow, task_id, [Answer(number, 0, "已改")], by=PREPARER)
    tasks.complete(uow, task_id, signed(), by=PREPARER)

    with pytest.raises(WrongState):
        answering.keep(uow, task_id, [Answer(number, 0, "后来想的")], by=PREPARER)
    assert answering.given(uow, [number])[number, 0]["text"] == "已改"
