"""拿回: while nobody has opened the next task, also when other branches have moved on meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine import countersigning, opening, tasks
from engine.access import Actor
from engine.errors import NotAllowed, WrongState
from engine.model.tasks import SubmissionRow
from engine.model.timers import LadderRung
from engine.operations import Operations
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from tests.integration.engine.committee import MEMBERS, people
from tests.integration.engine.office import LEADER, Office, jobs
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, STRANGER, signed
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    call,
    chain,
    diagram,
    end,
    ends,
    many,
    script,
    service,
    timer,
    user,
)

LINE = diagram("line", ends(), jobs("a", "b", "c"), chain("s", "a", "b", "c", "e"))
FORK = diagram(
    "fork",
    ends(),
    both("f", "j"),
    jobs("u", "a1", "a2", "b1", "b2", "z"),
    boundary("late", "a1", timer("duration", "P5D"), interrupting=False),
    end("e2"),
    chain("late", "e2"),
    chain("s", "u", "f", "a1", "a2", "j", "z", "e"),
    chain("f", "b1", "b2", "j"),
)


def filed(office: Office, elements: str) -> list[UUID]:
    """Do tasks as somebody; return their ids."""
    found = []
    for element_id in elements.split():
        found.append(office.task(element_id).id)
        office.do(element_id)
    office.uow.flush()
    return found


def take(office: Office, task_id: UUID, by: Actor = PREPARER) -> None:
    with office.uow.savepoint():
        withdraw(office.uow, task_id, by=by)
    office.uow.flush()


def test_looking_into_the_next_task_is_noted_once_and_ends_the_taking_back(uow: UnitOfWork) -> None:
    office = Office(uow, LINE)
    (done,) = filed(office, "a")
    following = office.task("b").id

    looked = [
        opening.open_task(uow, following, by=one) for one in (STRANGER, LEADER, OTHER_PREPARER, PREPARER)
    ]
    uow.flush()

    assert looked == [False, False, True, False]
    assert [one.type for one in office.history].count("task.opened") == 1
    with pytest.raises(WrongState, match="李四打开") as refused:
        take(office, done)
    assert refused.value.code == "task.next_opened"


def test_a_task_that_was_claimed_and_released_stays_opened(uow: UnitOfWork) -> None:
    office = Office(uow, LINE)
    (done,) = filed(office, "a")
    task_id = office.held("b", by=OTHER_PREPARER)
    tasks.release(uow, task_id, by=OTHER_PREPARER)

    with pytest.raises(WrongState) as refused:
        take(office, done)

    assert refused.value.code == "task.next_opened"


def test_a_ballot_in_which_somebody_voted_is_not_taken_away(uow: UnitOfWork) -> None:
    ballot = user("sign", form="signature", countersign="all", signers=people(2))
    office = Office(uow, diagram("p", ends(), jobs("a"), ballot, chain("s", "a", "sign", "e")))
    (done,) = filed(office, "a")
    countersigning.vote(uow, office.task("sign").id, signed(), by=MEMBERS[0])

    with pytest.raises(WrongState, match="委员0打开"):
        take(office, done)


def test_a_task_that_another_branch_has_held_for_long_does_not_hinder(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u")
    office.held("b1", by=OTHER_PREPARER)
    (done,) = filed(office, "a1")

    take(office, done)

    assert office.open == "a1 b1"


def test_a_form_is_taken_back_after_another_branch_has_moved_on(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u")
    (done,) = filed(office, "a1")
    filed(office, "b1")

    take(office, done)

    again = office.task("a1")
    assert office.open == "a1 b2"
    assert (again.id, again.assignee_id, again.round) == (done, PREPARER.person_id, 1)
    assert office.timers == [("late", "cancelled"), ("late", "planned")]
    rungs = select(LadderRung.status).where(LadderRung.task_id == done)
    assert "planned" in set(uow.session.scalars(rungs))
    assert uow.session.scalars(
        select(SubmissionRow.withdrawn).where(SubmissionRow.task_id == done)
    ).all() == [True]
    office.do("a1 a2 b2 z")
    assert office.open == ""


def test_a_form_that_waits_in_a_join_is_taken_back(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u a1")
    (done,) = filed(office, "a2")
    filed(office, "b1")
    assert office.open == "b2"

    take(office, done)

    assert office.open == "a2 b2"
    office.do("b2 a2 z")
    assert office.open == ""


def test_both_branches_of_a_join_are_taken_back_one_after_the_other(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u a1 b1")
    first, second = filed(office, "a2 b2")
    assert office.open == "z"

    take(office, first)
    assert office.open == "a2"
    take(office, second)

    assert office.open == "a2 b2"
    office.do("b2 a2 z")
    assert office.open == ""


def test_what_somebody_has_gone_on_with_is_not_taken_back(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u")
    first, _ = filed(office, "a1 a2")
    filed(office, "b1")

    with pytest.raises(WrongState, match="别的处理") as refused:
        take(office, first)

    assert refused.value.code == "task.not_last"
    assert office.open == "b2"


def test_an_earlier_round_is_not_taken_back(uow: UnitOfWork) -> None:
    office = Office(uow, LINE)
    (first,) = filed(office, "a")
    office.send_back("b", "a")
    filed(office, "a")

    with pytest.raises(WrongState) as refused:
        take(office, first)

    assert refused.value.code == "task.not_last"


def test_an_instance_or_a_called_process_that_ended_is_not_taken_back(uow: UnitOfWork) -> None:
    part = diagram("part", ends(), jobs("p"), chain("s", "p", "e"))
    xml = diagram(
        "calls",
        ends(),
        both("f", "j"),
        call("k", "part"),
        jobs("m", loop=many("[1, 2]", "i")),
        jobs("z"),
        chain("s", "f", "k", "j", "z", "e"),
        chain("f", "m", "j"),
    )
    office = Office(uow, xml, part)
    called, instance = filed(office, "p m")
    filed(office, "m")

    for task_id in (called, instance):
        with pytest.raises(WrongState) as refused:
            take(office, task_id)
        assert refused.value.code == "task.not_last"


def test_only_the_author_takes_back_and_only_once(uow: UnitOfWork) -> None:
    office = Office(uow, FORK)
    filed(office, "u")
    (done,) = filed(office, "a1")
    filed(office, "b1")

    with pytest.raises(NotAllowed):
        take(office, done, by=OTHER_PREPARER)
    take(office, done)
    with pytest.raises(WrongState):
        take(office, done)


@pytest.mark.parametrize(
    ("step", "code"),
    [(script("x", "{w: 1}"), None), (service("x", "post"), "task.acted_upon")],
)
def test_what_a_step_behind_has_done_outside_the_instance_is_not_taken_back(
    uow: UnitOfWork, operations: Operations, step: str, code: str | None
) -> None:
    if "post" not in operations.names():
        operations.register("post", lambda *_: None)
    xml = diagram(
        "auto",
        ends(),
        both("f", "j"),
        jobs("a", "b", "b2", "z"),
        step,
        chain("s", "f", "a", "x", "z", "j", "e"),
        chain("f", "b", "b2", "j"),
    )
    office = Office(uow, xml)
    (done,) = filed(office, "a")
    filed(office, "b")

    if code is None:
        take(office, done)
        assert office.open == "a b2"
    else:
        with pytest.raises(WrongState) as refused:
            take(office, done)
        assert refused.value.code == code
