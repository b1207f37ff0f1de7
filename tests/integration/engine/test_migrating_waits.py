"""What waits in an instance goes over with it: votes, several instances of a task, events, rules of the year."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import countersigning, definitions, incidents, messages, migrating, signals, tasks, timers
from engine.access import SYSTEM, Actor
from engine.bpmn.fates import Crossing
from engine.clock import VirtualClock
from engine.deciding import ITEM
from engine.errors import Conflict, InvalidInput, WrongState
from engine.migrating import Passage
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.signals import SignalSubscription
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.operations import Step
from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.committee import MEMBERS, people
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import BODY, PREPARER, chosen, published, signed
from tests.unit.bpmn import diagrams as draw
from tests.unit.bpmn.diagrams import chain, ends, gateway

OPERATOR = Actor(9, "运维员", system=True)
FORM = {"form": "signature"}


def there(
    uow: UnitOfWork, xml: bytes, crossing: Crossing | None = None, parameter_hash: str | None = None
) -> Passage:
    """Publish a diagram; return the way to it."""
    return Passage(published(uow, xml), crossing or Crossing(), parameter_hash)


def carry(office: Office, passage: Passage) -> None:
    migrating.migrate(office.uow, office.id, passage, "换版", by=OPERATOR)


def ballot(rule: str | None, *more: str, signers: str = "") -> bytes:
    """A task that three sign, one behind it, and parts added by a new version."""
    who = {"countersign": rule, "signers": signers or people(3)} if rule else {}
    outputs = {"passed": "passed"} if rule else None
    sign = draw.user("sign", outputs=outputs, **FORM, **who)
    return draw.diagram("ballot", ends(), sign, jobs("z", *more), chain("s", "sign", *more, "z", "e"))


def states(office: Office) -> list[str]:
    office.uow.session.expire_all()
    mine = select(UserTask.id).where(UserTask.instance_id == office.id)
    rows = select(ITEM.c.state).where(ITEM.c.task_id.in_(mine)).order_by(ITEM.c.position)
    return list(office.uow.session.scalars(rows))


def vote(office: Office, number: int, agreed: bool = True) -> bool | None:
    task_id = office.task("sign").id
    return countersigning.vote(office.uow, task_id, signed(agreed), by=MEMBERS[number])


def test_votes_under_way_count_in_the_new_version(uow: UnitOfWork) -> None:
    office = Office(uow, ballot("all"))
    vote(office, 0)

    carry(office, there(uow, ballot("all", "minutes")))

    with pytest.raises(Conflict):
        vote(office, 0)
    assert (vote(office, 1), vote(office, 2)) == (None, True)
    assert office.open == "minutes"


def test_votes_under_way_are_counted_by_the_new_rule(uow: UnitOfWork) -> None:
    office = Office(uow, ballot("all"))
    vote(office, 0)

    carry(office, there(uow, ballot("any")))

    assert vote(office, 1, agreed=False) is True
    assert states(office) == ["yes", "no", "void"]


def test_signers_act_in_order_or_all_at_once_as_the_new_version_says(uow: UnitOfWork) -> None:
    office = Office(uow, ballot("all"))
    vote(office, 0)
    carry(office, there(uow, ballot("ordered")))
    assert states(office) == ["yes", "open", "queued"]
    with pytest.raises(WrongState):
        vote(office, 2)

    carry(office, there(uow, ballot("all", "minutes")))
    assert states(office) == ["yes", "open", "open"]
    assert vote(office, 2) is None


@pytest.mark.parametrize("claimed", [False, True])
def test_an_ordinary_task_becomes_one_that_several_sign(uow: UnitOfWork, claimed: bool) -> None:
    office = Office(uow, ballot(None))
    task_id = office.held("sign") if claimed else office.task("sign").id

    carry(office, there(uow, ballot("any")))

    assert states(office) == ["open"] * 3
    assert office.task("sign").assignee_id is None
    with pytest.raises(WrongState):
        tasks.claim(uow, task_id, by=PREPARER)
    assert vote(office, 1) is True
    assert office.open == "z"


def test_a_task_that_several_sign_stays_so_until_it_is_decided(uow: UnitOfWork) -> None:
    office = Office(uow, ballot("all"))
    vote(office, 0)

    carry(office, there(uow, ballot(None)))

    assert (vote(office, 1), vote(office, 2)) == (None, True)
    assert office.open == "z"


def test_signers_that_cannot_be_drawn_refuse_the_migration(uow: UnitOfWork) -> None:
    office = Office(uow, ballot(None))

    with pytest.raises(InvalidInput):
        carry(office, there(uow, ballot("all", signers="[]")))


def helping(message: str, *more: str) -> bytes:
    """A task and an event subprocess beside it: a message opens a task, which interrupts nothing."""
    trigger = draw.start("asked", draw.event("message", message), interrupting=False).replace(
        'id="asked"', 'id="asked" bihuan:correlation="subject_code"'
    )
    inside = (trigger, jobs("answer", *more), draw.end("told"), chain("asked", "answer", *more, "told"))
    return draw.diagram(
        "helping",
        ends(),
        jobs("a", "b"),
        chain("s", "a", "b", "e"),
        draw.sub("help", *inside, event=True),
        root=draw.messages(message),
    )


def test_an_open_event_subprocess_goes_over_with_its_task_and_listens_for_the_new_message(
    uow: UnitOfWork,
) -> None:
    office = Office(uow, helping("question"), subject_code="E1")
    messages.correlate(uow, "question", "E1", {}, jurisdiction_id=1, by=SYSTEM)
    answer = office.held("answer")

    carry(office, there(uow, helping("inquiry", "check_answer")))

    assert office.task("answer").id == answer
    assert office.task("answer").assignee_id == PREPARER.person_id
    office.do("answer")
    assert office.open == "a check_answer"
    office.do("check_answer a b")
    assert office.history[-1].type == "instance.completed"


def test_a_look_before_names_what_cannot_be_given_up(uow: UnitOfWork) -> None:
    stopping = helping("question").replace(b' isInterrupting="false"', b"")
    office = Office(uow, stopping, subject_code="E3")
    messages.correlate(uow, "question", "E3", {}, jurisdiction_id=1, by=SYSTEM)
    assert office.open == "answer"
    passage = there(uow, helping("inquiry"), Crossing(dropped=frozenset({"help"})))

    fates = migrating.plan(uow, office.id, passage)

    assert [(fate.kind, fate.element_id) for fate in fates] == [("refused", "help")]
    assert "没有任何在办步骤" in fates[0].reason


def test_an_event_subprocess_that_waits_listens_for_the_new_message(uow: UnitOfWork) -> None:
    office = Office(uow, helping("question"), subject_code="E2")

    carry(office, there(uow, helping("inquiry")))

    messages.correlate(uow, "inquiry", "E2", {}, jurisdiction_id=1, by=SYSTEM)
    assert office.open == "a answer"


def choosing(*, message: str = "answer", caught: str = "told", heard: str = "") -> bytes:
    """Whichever comes first: a message, a day, and in a new version a signal."""
    ways = {
        caught: draw.event("message", message),
        "late": draw.timer("date", '@"2021-04-01T00:00:00+08:00"'),
    }
    if heard:
        ways["heard"] = draw.event("signal", heard)
    keys = {caught: "subject_code"}
    return draw.diagram(
        "choosing",
        draw.start(),
        gateway("eventBased", "first"),
        *(
            draw.catch(one, definition, key=keys.get(one))
            + jobs(f"after_{one}")
            + draw.end(f"e_{one}")
            + chain("first", one, f"after_{one}", f"e_{one}")
            for one, definition in ways.items()
        ),
        chain("s", "first"),
        root=draw.messages(message) + draw.signals(heard or "none"),
    )


def test_an_event_based_gateway_waits_for_what_the_new_version_says(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    offices = [Office(uow, choosing(), subject_code=f"G{number}") for number in range(3)]
    before = [
        uow.session.scalars(select(Timer.due_at).where(Timer.instance_id == one.id)).one() for one in offices
    ]
    passage = there(uow, choosing(message="reply", heard="stopped"))

    for office in offices:
        carry(office, passage)
    uow.flush()
    _, by_signal, by_day = offices
    messages.correlate(uow, "reply", "G0", {}, jurisdiction_id=1, by=SYSTEM)
    waits = select(SignalSubscription.id).where(SignalSubscription.instance_id == by_signal.id)
    assert signals.hand(uow, by_signal.id, list(uow.session.scalars(waits)), "stopped", {})
    timer = uow.session.scalars(
        select(Timer).where(Timer.instance_id == by_day.id, Timer.status == "planned")
    ).one()
    clock.set(timer.due_at + timedelta(seconds=1))
    assert timers.fire(uow, timer.id)

    assert [one.open for one in offices] == ["after_told", "after_heard", "after_late"]
    assert timer.due_at == before[2]
    assert all(status in ("fired", "cancelled") for one in offices for _, status in one.timers)


def test_an_event_based_gateway_whose_event_is_renamed_needs_a_map(uow: UnitOfWork) -> None:
    office = Office(uow, choosing(), subject_code="G9")
    passage = there(uow, choosing(caught="informed"), Crossing(mapped={"told": "informed"}))

    carry(office, passage)

    messages.correlate(uow, "answer", "G9", {}, jurisdiction_id=1, by=SYSTEM)
    assert office.open == "after_informed"


def test_a_renamed_signal_is_waited_for_under_its_new_name(uow: UnitOfWork) -> None:
    def listening(signal: str) -> bytes:
        caught = draw.catch("heard", draw.event("signal", signal))
        parts = (ends(), caught, jobs("z"), chain("s", "heard", "z", "e"))
        return draw.diagram("listening_new", *parts, root=draw.signals(signal))

    office = Office(uow, listening("old_name"))

    carry(office, there(uow, listening("new_name")))

    row = uow.session.scalars(
        select(SignalSubscription).where(SignalSubscription.instance_id == office.id)
    ).one()
    uow.session.refresh(row)
    assert row.name == "new_name"
    assert signals.hand(uow, office.id, [row.id], "new_name", {})
    assert office.open == "z"


def panel(element: str, *more: str, deadline: bool = False) -> bytes:
    """A task for each of three parts at once; in a new version renamed, with a deadline, and followed by others."""
    loop = draw.many("parts", "part", results="done", each="part")
    bounds = (
        draw.boundary("late", element, draw.timer("date", '@"2021-06-01T00:00:00+08:00"')) if deadline else ""
    )
    after = draw.end("too_late") + chain("late", "too_late") if deadline else ""
    return draw.diagram(
        "panel",
        ends(),
        jobs(element, loop=loop),
        jobs("z", *more),
        bounds,
        after,
        chain("s", element, *more, "z", "e"),
    )


def test_several_instances_of_a_task_go_over_to_a_changed_diagram(uow: UnitOfWork) -> None:
    office = Office(uow, panel("review"), parts=["甲", "乙", "丙"])
    office.do("review")
    second, third = office.waiting
    office.hold(second.id)

    carry(office, there(uow, panel("assess", "sum", deadline=True), Crossing(mapped={"review": "assess"})))

    after = {one.id: one for one in office.waiting}
    assert {(one.element_id, one.round) for one in after.values()} == {("assess", 1)}
    assert after.keys() == {second.id, third.id}
    assert after[second.id].assignee_id == PREPARER.person_id
    assert [status for _, status in office.timers] == ["planned"]
    office.do("assess assess")
    assert office.open == "sum"
    assert [status for _, status in office.timers] == ["cancelled"]


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">
  <decision id="grading" name="评级"><decisionTable id="t" hitPolicy="UNIQUE">
    <input id="i" label="金额"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression></input>
    <output id="o" name="grade" typeRef="string"/>
    <rule id="r1"><inputEntry id="a"><text>&lt; {limit}</text></inputEntry><outputEntry id="b"><text>"小"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c"><text>&gt;= {limit}</text></inputEntry><outputEntry id="e"><text>"大"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
GRADING = draw.diagram(
    "graded",
    ends(),
    jobs("a"),
    draw.rule("judge", decision="grading"),
    draw.choice("which", ("big", 'grade = "大" or x >= policy.limit'), ("small", None)),
    jobs("big", "small"),
    draw.end("e2"),
    chain("s", "a", "judge", "which"),
    chain("big", "e"),
    chain("small", "e2"),
)


def rebound(limit: int, due: str, year_limit: int) -> Mapping[str, Any]:
    dates = {"review": {"opens": "2021-03-08", "due": due, "closes": "2021-04-30"}}
    return {**BODY, "dates": dates, "policy": {"limit": year_limit}}


@pytest.mark.parametrize(
    ("limit", "year_limit", "expected"), [(100, 100, "small"), (1, 100, "big"), (100, 1, "big")]
)
def test_the_year_s_parameters_and_decisions_are_bound_anew(
    uow: UnitOfWork, limit: int, year_limit: int, expected: str
) -> None:
    definitions.publish_decision(uow, TABLE.replace("{limit}", "50").encode(), by=SYSTEM)
    office = Office(uow, GRADING, x=10)
    due_at = office.task("a").due_at
    definitions.publish_decision(uow, TABLE.replace("{limit}", str(limit)).encode(), by=SYSTEM)
    year = parameters(rebound(limit, "2021-04-15", year_limit))
    definitions.keep_parameters(uow, year)

    carry(office, there(uow, GRADING, parameter_hash=year.hash))

    assert office.task("a").due_at == due_at
    office.do("a")
    assert office.open == expected


def test_new_parameters_move_due_dates_and_ladders_if_they_are_to_be_worked_out_anew(uow: UnitOfWork) -> None:
    definitions.publish_decision(uow, TABLE.replace("{limit}", "50").encode(), by=SYSTEM)
    office = Office(uow, GRADING, x=10)
    due_at = office.task("a").due_at
    year = parameters(rebound(1, "2021-04-15", 1))
    definitions.keep_parameters(uow, year)
    assert due_at is not None
    assert year.hash != chosen().hash

    carry(office, Passage(office_bundle(office), Crossing(recompute=True), year.hash))

    after = office.task("a").due_at
    assert after is not None
    assert (after - due_at).days == 15


def office_bundle(office: Office) -> str:
    """Return the bundle an instance is bound to: only its parameters change."""
    return office.uow.session.get_one(ProcessInstance, office.id).bundle_hash


def test_a_failed_step_goes_over_with_its_incident(bihuan: Bihuan, uow: UnitOfWork) -> None:
    broken = [True]

    def work(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if broken[0]:
            raise InvalidInput("账套未打开", code="ledger.closed")
        return {}

    def posting(element: str) -> bytes:
        parts: Sequence[str] = (ends(), draw.service(element, "work_anew"), jobs("z"))
        return draw.diagram("posting_new", *parts, chain("s", element, "z", "e"))

    bihuan.operations.register("work_anew", work)
    office = Office(uow, posting("book"))

    carry(office, there(uow, posting("post"), Crossing(mapped={"book": "post"})))

    incident = uow.session.scalars(select(Incident).where(Incident.instance_id == office.id)).one()
    uow.session.refresh(incident)
    assert incident.element_id == "post"
    broken[0] = False
    incidents.resolve(uow, incident.id, "账套已打开", by=OPERATOR)
    assert office.open == "z"
