"""退回 under every shape a diagram may have, through the commands: each of them saves and restores the instance."""

from datetime import datetime

import pytest
from sqlalchemy import select

from engine import assigning, countersigning, messages, returning, tasks, timers
from engine.calendar.local_time import SHANGHAI
from engine.clock import VirtualClock
from engine.deciding import ITEM
from engine.errors import NotAllowed, WrongState
from engine.model.messages import MessageSubscription
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from tests.integration.engine.committee import CHIEF, MEMBERS, people
from tests.integration.engine.office import Office, jobs, roles_of
from tests.integration.engine.stage import BUREAU, OTHER_PREPARER, PREPARER, signed
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    call,
    chain,
    diagram,
    end,
    ends,
    event,
    many,
    start,
    sub,
    timer,
    user,
)
from tests.unit.bpmn.diagrams import (
    messages as named,
)

FORK = diagram(
    "fork",
    ends(),
    both("f", "j"),
    jobs("u", "a1", "a2", "b", "z"),
    boundary("late", "b", timer("duration", "P5D"), interrupting=False),
    end("e2"),
    chain("late", "e2"),
    chain("s", "u", "f", "a1", "a2", "j", "z", "e"),
    chain("f", "b", "j"),
)
PART = diagram(
    "part",
    ends(),
    both("f", "j"),
    jobs("a", "p1", "p2", "p3"),
    chain("s", "a", "f", "p1", "j", "p3", "e"),
    chain("f", "p2", "j"),
)
MIDDLE = diagram("middle", ends(), jobs("a", "m"), call("k", "part"), chain("s", "a", "k", "m", "e"))
NESTED = diagram("nested", ends(), jobs("a", "z"), call("k", "middle"), chain("s", "a", "k", "z", "e"))
COMMITTEE = diagram(
    "meeting",
    ends(),
    jobs("a", "z"),
    user(
        "sign",
        form="signature",
        due="dates.review.due",
        ladder="standard",
        role="performance",
        party="bureau",
        countersign="all",
        signers=people(3),
    ),
    chain("s", "a", "sign", "z", "e"),
)


def repeated(*, sequential: bool) -> bytes:
    job = jobs("m", loop=many("[1, 2, 3]", "i", sequential=sequential))
    return diagram("mi", ends(), jobs("a", "z"), job, chain("s", "a", "m", "z", "e"))


def fire_due(uow: UnitOfWork, clock: VirtualClock, moment: datetime) -> None:
    clock.set(moment)
    for timer_id in timers.lease(uow, 100):
        timers.fire(uow, timer_id)


def test_a_return_inside_one_branch_leaves_the_other_alone(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u a1")
    kept = office.held("b", by=OTHER_PREPARER)

    seen = office.send_back("a2", "a1")

    assert office.open == "a1 b"
    assert office.task("b").id == kept
    assert [(one.kind, one.name) for one in seen.effects.kept] == [("task", "任务 b"), ("timer", "late")]
    office.do("a1 a2").do("b", by=OTHER_PREPARER).do("z")
    assert office.open == ""


def test_a_return_before_the_fork_takes_the_other_branch_along_and_tells_who_had_it(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u a1")
    office.held("b", by=OTHER_PREPARER)

    office.send_back("a2", "u")

    assert office.open == "u"
    assert office.timers == [("late", "cancelled")]
    assert office.told == [("withdrawn", OTHER_PREPARER.person_id)], "who returned it to himself is not told"
    office.do("u a1 a2 b z")
    assert (office.open, office.timers[-1]) == ("", ("late", "cancelled"))


def test_a_branch_that_has_arrived_at_the_join_stays_arrived(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u b a1")

    office.send_back("a2", "a1")
    office.do("a1 a2")
    assert office.open == "z"
    office.send_back("z", "a1")
    assert office.open == "a1", "b came through the join before and counts as arrived"
    office.do("a1 a2 z")

    assert office.open == ""


def test_a_return_from_a_branch_to_before_the_fork_forgets_the_arrived_one(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u b a1")

    office.send_back("a2", "u")
    office.do("u a1 a2")

    assert office.open == "b"
    office.do("b z")
    assert office.open == ""


def test_a_boundary_timer_starts_again_with_its_task(uow: UnitOfWork, clock: VirtualClock) -> None:
    office = Office(uow, FORK).do("u b a1 a2")
    clock.set(datetime(2021, 3, 10, 12, tzinfo=SHANGHAI))

    seen = office.send_back("z", "b")

    assert [one.name for one in seen.effects.started] == ["late"]
    assert seen.effects.started[0].due_at == datetime(2021, 3, 15, 12, tzinfo=SHANGHAI)
    assert office.timers == [("late", "cancelled"), ("late", "planned")]
    fire_due(uow, clock, datetime(2021, 3, 16, 12, tzinfo=SHANGHAI))
    assert office.timers[-1] == ("late", "fired")
    assert office.open == "b"


@pytest.mark.parametrize("sequential", [False, True])
def test_a_half_done_multi_instance_is_left_and_begins_anew(uow: UnitOfWork, sequential: bool) -> None:
    office = Office(uow, repeated(sequential=sequential)).do("a m")
    assert {one.round for one in office.waiting} == {1}, "another instance is not another round"

    office.send_back("m", "a")
    assert office.open == "a"
    office.do("a")

    assert office.open == ("m" if sequential else "m m m")
    assert {one.round for one in office.waiting} == {2}
    office.do("m m m z")
    assert office.open == ""


@pytest.mark.parametrize("sequential", [False, True])
def test_a_return_to_a_multi_instance_opens_every_instance_again(uow: UnitOfWork, sequential: bool) -> None:
    office = Office(uow, repeated(sequential=sequential)).do("a m m m")

    office.send_back("z", "m")

    assert office.open == ("m" if sequential else "m m m")
    assert {one.assignee_id for one in office.waiting} == {PREPARER.person_id}, "one person did them all"
    office.do("m m m z")
    assert office.open == ""


def test_instances_done_by_several_go_to_their_group(uow: UnitOfWork) -> None:
    office = Office(uow, repeated(sequential=False)).do("a m m").do("m", by=OTHER_PREPARER)

    office.send_back("z", "m")

    assert [one.assignee_id for one in office.waiting] == [None] * 3


def test_a_return_inside_one_instance_leaves_the_others_alone(uow: UnitOfWork) -> None:
    body = sub(
        "m", start("ms"), jobs("m1", "m2"), end("me"), chain("ms", "m1", "m2", "me"), loop=many("[1, 2]")
    )
    office = Office(uow, diagram("mis", ends(), jobs("z"), body, chain("s", "m", "z", "e"))).do("m1 m1")
    other = office.waiting[1].id

    tasks.claim(uow, office.waiting[0].id, by=PREPARER)
    returning.send_back(uow, office.waiting[0].id, office.place("m1"), "重做", by=PREPARER, roles_of=roles_of)

    assert office.open == "m1 m2"
    assert office.task("m2").id == other
    assert office.task("m1").round == 2
    office.do("m1 m2 m2 z")
    assert office.open == ""


def test_a_return_out_of_nested_calls_gives_them_up_by_name(uow: UnitOfWork) -> None:
    office = Office(uow, NESTED, PART, MIDDLE).do("a a a p1")

    seen = office.send_back("p2", "nested:a")

    given_up = [(one.kind, one.place) for one in seen.effects.cancelled if one.kind == "process"]
    assert given_up == [("process", ("nested", "k")), ("process", ("middle", "k"))]
    assert [(one.definition_key, one.element_id, one.round) for one in office.waiting] == [("nested", "a", 2)]
    office.do("a a a p1 p2 p3 m z")
    assert office.open == ""


@pytest.mark.parametrize(
    ("target", "rest"),
    [
        ("part:p1", "p1 p3 m z"),
        ("part:a", "a p1 p2 p3 m z"),
        ("middle:m", "m z"),
        ("middle:a", "a a p1 p2 p3 m z"),
        ("nested:a", "a a a p1 p2 p3 m z"),
    ],
)
def test_a_return_into_nested_calls_that_were_left(uow: UnitOfWork, target: str, rest: str) -> None:
    office = Office(uow, NESTED, PART, MIDDLE).do("a a a p1 p2 p3 m")

    office.send_back("z", target)

    assert [(one.definition_key, one.element_id) for one in office.waiting] == [office.place(target)]
    assert [one.round for one in office.waiting] == [2], (
        "elements of one id in different processes do not mix"
    )
    office.do(rest)
    assert office.open == ""


def test_a_return_to_a_countersigned_task_begins_a_new_ballot(uow: UnitOfWork) -> None:
    office = Office(uow, COMMITTEE).do("a")
    first = office.task("sign").id
    for member in MEMBERS[:3]:
        countersigning.vote(uow, first, signed(), by=member)

    seen = office.send_back("z", "sign")

    again = office.task("sign").id
    assert again != first
    assert [one.person_id for one in seen.told] == [one.person_id for one in MEMBERS[:3]]
    states = dict(
        uow.session.execute(select(ITEM.c.person_id, ITEM.c.state).where(ITEM.c.task_id == again)).all()
    )
    assert states == dict.fromkeys([one.person_id for one in MEMBERS[:3]], "open")
    for member in MEMBERS[:3]:
        countersigning.vote(uow, again, signed(), by=member)
    assert office.open == "z"


def test_a_ballot_that_is_returned_is_void_and_its_signers_are_told(uow: UnitOfWork) -> None:
    office = Office(uow, COMMITTEE).do("a")
    task_id = office.task("sign").id
    countersigning.vote(uow, task_id, signed(), by=MEMBERS[0])

    with pytest.raises(NotAllowed) as refused:
        returning.send_back(uow, task_id, office.place("a"), "x", by=MEMBERS[1], roles_of=roles_of)
    assert refused.value.code == "return.by_signer"
    returning.send_back(
        uow, task_id, office.place("a"), "x", by=CHIEF, roles_of=roles_of, oversight=("performance",)
    )

    uow.flush()
    assert CHIEF.may_act("performance", BUREAU)
    assert office.open == "a"
    states = uow.session.scalars(
        select(ITEM.c.state).where(ITEM.c.task_id == task_id).order_by(ITEM.c.position)
    )
    assert list(states) == ["yes", "void", "void"]
    told = [person for kind, person in office.told if kind == "withdrawn"]
    assert told == [one.person_id for one in MEMBERS[:3]]
    with pytest.raises(WrongState, match="组长退回"):
        countersigning.vote(uow, task_id, signed(), by=MEMBERS[1])
    office.do("a")
    assert office.task("sign").round == 2


def test_a_delegated_task_of_another_branch_is_taken_from_both_hands(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u a1")
    delegated = office.held("b", by=PREPARER)
    assigning.delegate(uow, delegated, OTHER_PREPARER, by=PREPARER)

    tasks.claim(uow, office.task("a2").id, by=OTHER_PREPARER)
    office.send_back("a2", "u", by=OTHER_PREPARER)

    uow.flush()
    assert sorted(office.told, key=str) == [("delegate", 102), ("return", 101), ("withdrawn", 101)]
    with pytest.raises(WrongState, match="李四退回"):
        assigning.resolve_delegation(uow, delegated, by=OTHER_PREPARER)


def test_a_return_out_of_an_event_subprocess_arms_its_event_again(uow: UnitOfWork) -> None:
    xml = diagram(
        "watched",
        ends(),
        jobs("a", "b"),
        chain("s", "a", "b", "e"),
        sub(
            "es",
            start("es_s", event("message", "stop"), interrupting=True),
            jobs("halt"),
            end("es_e"),
            chain("es_s", "halt", "es_e"),
            event=True,
        ),
        root=named("stop"),
    )
    office = Office(uow, xml).do("a")
    waiting = select(MessageSubscription.element_id).where(MessageSubscription.instance_id == office.id)
    messages.correlate(uow, "stop", None, {}, jurisdiction_id=1, by=PREPARER)
    assert (office.open, uow.session.scalars(waiting).all()) == ("halt", [])

    office.send_back("halt", "a")

    assert (office.open, uow.session.scalars(waiting).all()) == ("a", ["es_s"])
    office.do("a b")
    assert office.open == ""
    assert uow.session.scalars(waiting).all() == []


def test_a_return_drops_the_ladder_of_what_goes_and_plans_that_of_what_comes(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u a1 a2 b")

    office.send_back("z", "u")

    mine = select(UserTask.id).where(UserTask.instance_id == office.id)
    rungs = select(UserTask.element_id, LadderRung.status, LadderRung.reason).join(
        UserTask, UserTask.id == LadderRung.task_id
    )
    found = uow.session.execute(rungs.where(LadderRung.task_id.in_(mine))).all()
    assert {row.reason for row in found if row.element_id == "z"} == {"task_cancelled"}
    assert [row.status for row in found if row.status == "planned"] == ["planned"] * 4
    assert {row.element_id for row in found if row.status == "planned"} == {"u"}
    assert uow.session.scalars(select(Timer.status).where(Timer.instance_id == office.id)).all() == [
        "cancelled"
    ]
