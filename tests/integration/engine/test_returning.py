"""退回, through the command and on the real database: whom it reaches, what stays, what is due, what is told."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from engine import assigning, attachments, drafts, returning, tasks
from engine.access import Actor
from engine.attachments import Upload
from engine.blobs import DatabaseBlobs
from engine.calendar.local_time import SHANGHAI, local_date
from engine.clock import VirtualClock
from engine.errors import InvalidInput, NotAllowed, WrongState
from engine.model.journal import AuditRow
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung
from engine.uow import UnitOfWork
from tests.integration.engine.office import DUE, LEADER, Office, jobs, roles_of
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, signed
from tests.unit.bpmn.diagrams import both, boundary, chain, diagram, end, ends, timer, user

LINE = diagram("line", ends(), jobs("a", "b", "c"), chain("s", "a", "b", "c", "e"))
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


def limited(rule: str) -> bytes:
    """The line whose last task may be sent back as a rule says."""
    last = user("c", outputs=None, loop="", **(DUE | {"return": rule}))
    return diagram("line", ends(), jobs("a", "b"), last, chain("s", "a", "b", "c", "e"))


def test_a_returned_step_opens_again_for_the_person_who_did_it(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a").do("b", by=OTHER_PREPARER)

    office.send_back("c", "a", by=OTHER_PREPARER)

    again = office.task("a")
    assert office.open == "a"
    assert (again.assignee_id, again.round) == (PREPARER.person_id, 2)
    office.do("a")
    assert office.task("b").assignee_id is None, "what comes after again goes to its group"
    office.do("b c")
    assert office.open == ""


def test_a_step_whose_author_lost_the_role_opens_for_its_group(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a b")
    task_id = office.held("c")

    returning.send_back(uow, task_id, office.place("a"), "缺附件", by=PREPARER, roles_of=lambda person: ())

    assert office.task("a").assignee_id is None
    assert office.told == [("return", None)]


def test_the_targets_are_the_steps_done_by_persons_with_who_and_when(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a").do("b", by=OTHER_PREPARER)

    found = returning.targets(uow, office.held("c"), by=PREPARER)

    assert [(one.place.element_id, one.people) for one in found] == [
        ("b", ((102, "李四"),)),
        ("a", ((101, "张三"),)),
    ]
    assert {one.done_at for one in found} == {uow.now()}


def test_a_step_that_was_never_done_is_no_target(uow: UnitOfWork) -> None:
    office = Office(uow, FORK).do("u a1")
    task_id = office.held("a2")

    for never in ("b", "a2", "z", "nowhere"):
        with pytest.raises(InvalidInput) as refused, uow.savepoint():
            returning.send_back(uow, task_id, office.place(never), "x", by=PREPARER, roles_of=roles_of)
        assert refused.value.code == "return.not_a_target"


@pytest.mark.parametrize(
    ("rule", "allowed"), [("any", "b a"), ("previous", "b"), ("none", ""), ("a", "a"), ("line:a b", "b a")]
)
def test_the_diagram_says_how_far_back(uow: UnitOfWork, rule: str, allowed: str) -> None:
    office = Office(uow, limited(rule)).do("a b")

    found = returning.targets(uow, office.held("c"), by=PREPARER)

    assert " ".join(one.place.element_id for one in found) == allowed


def test_the_previous_steps_of_a_join_are_all_its_branches(uow: UnitOfWork) -> None:
    xml = FORK.replace(b'id="z"', b'id="z" bihuan:return="previous"')
    office = Office(uow, xml).do("u a1 a2 b")

    found = returning.targets(uow, office.held("z"), by=PREPARER)

    assert sorted(one.place.element_id for one in found) == ["a2", "b"]


def test_a_return_says_why_and_keeps_a_word_per_field(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a b")
    words = [("indicators/0/target", "目标值偏低"), ("summary", " 请补充 ")]

    with pytest.raises(InvalidInput, match="原因"):
        returning.send_back(uow, office.held("c"), office.place("a"), " ", by=PREPARER, roles_of=roles_of)
    returning.send_back(
        uow, office.held("c"), office.place("a"), "数据有误", words, by=PREPARER, roles_of=roles_of
    )

    (found,) = returning.returns(uow, office.task("a").id)
    assert (found["reason"], found["round"], found["from_element_id"]) == ("数据有误", 2, "c")
    assert found["remarks"] == [["indicators/0/target", "目标值偏低"], ["summary", "请补充"]]
    assert found["returned_by_name"] == "张三"
    event = next(one for one in office.history if one.type == "task.returned")
    assert (event.data["to"], event.data["round"], event.data["reason"]) == (["line", "a"], 2, "数据有误")
    audited = select(func.count()).where(AuditRow.instance_id == office.id, AuditRow.action == "task.return")
    assert uow.session.scalar(audited) == 1


def test_only_the_holder_returns_and_oversight_for_others(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a b")
    task_id = office.held("c")

    def send_back(by: Actor, *oversight: str) -> None:
        returning.send_back(
            uow,
            task_id,
            office.place("a"),
            "x",
            by=by,
            roles_of=roles_of,
            oversight=oversight,
        )

    for stranger in (OTHER_PREPARER, LEADER):
        with pytest.raises(NotAllowed):
            send_back(stranger, "section")
    send_back(LEADER, "unit_head")

    assert office.open == "a"
    assert ("withdrawn", PREPARER.person_id) in office.told


def test_a_delegated_task_must_come_back_before_it_is_returned(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a b")
    task_id = office.held("c")
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)

    for one in (PREPARER, OTHER_PREPARER):
        with pytest.raises((WrongState, NotAllowed)):
            returning.send_back(uow, task_id, office.place("a"), "x", by=one, roles_of=roles_of)
    assigning.resolve_delegation(uow, task_id, by=OTHER_PREPARER)

    office.send_back("c", "a")
    assert office.open == "a"


def test_a_look_tells_everything_and_changes_nothing(uow: UnitOfWork, clock: VirtualClock) -> None:
    office = Office(uow, FORK).do("u a1 a2")
    office.held("b", by=OTHER_PREPARER)
    uow.flush()
    clock.set(datetime(2021, 3, 22, 8, tzinfo=SHANGHAI))
    before = (
        office.history,
        office.timers,
        office.open,
        uow.session.scalar(select(func.count(LadderRung.id))),
    )

    seen = returning.plan(uow, office.held("b"), office.place("u"), by=OTHER_PREPARER, roles_of=roles_of)

    after = (
        office.history,
        office.timers,
        office.open,
        uow.session.scalar(select(func.count(LadderRung.id))),
    )
    assert after == before
    cancelled = [(one.kind, one.name, one.holder) for one in seen.effects.cancelled]
    assert cancelled == [("task", "任务 b", "李四"), ("timer", "late", None)]
    (opened,) = seen.effects.opened
    assert opened.old_due_at is not None
    assert opened.due_at is not None
    days = [local_date(day).isoformat() for day in (opened.old_due_at, opened.due_at)]
    assert (days, opened.rule) == (["2021-03-31", "2021-04-08"], "return_days")
    assert opened.people == [(101, "张三", "preparer", 11)]
    fates = {(one.task_name, one.offset_days): one.fate for one in seen.effects.rungs}
    assert fates[("任务 b", -1)] == "dropped"
    assert fates[("任务 u", -1)] == "planned"
    assert [(one.kind, one.person_name) for one in seen.told] == [("return", "张三")]


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ((2021, 3, 1), "2021-04-08"),
        ((2021, 3, 31), "2021-04-08"),
        ((2021, 4, 12), "2021-04-19"),
    ],
)
def test_a_returned_step_is_due_some_working_days_after_its_date_or_after_today(
    uow: UnitOfWork, clock: VirtualClock, today: tuple[int, int, int], due: str
) -> None:
    office = Office(uow, LINE).do("a b")
    clock.set(datetime(*today, 23, tzinfo=SHANGHAI))

    office.send_back("c", "a")

    again = office.task("a")
    assert again.due_at is not None
    assert local_date(again.due_at).isoformat() == due
    rungs = select(LadderRung.status).where(LadderRung.task_id == again.id)
    assert "planned" in set(uow.session.scalars(rungs))


def test_a_date_moved_by_the_process_that_is_over_gives_the_days_of_a_return(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    job = user("a", form="signature", due="date(moved)", outputs={"moved": '"2021-03-10"'})
    xml = diagram("moved", ends(), job, jobs("b"), chain("s", "a", "b", "e"))
    office = Office(uow, xml, moved="2021-03-05").do("a")
    clock.set(datetime(2021, 3, 15, 9, tzinfo=SHANGHAI))

    seen = office.send_back("b", "a")

    assert seen.effects.opened[0].rule == "return_days"
    due_at = office.task("a").due_at
    assert due_at is not None
    assert local_date(due_at).isoformat() == "2021-03-22"


def test_drafts_outlive_a_return_and_what_was_filed_before_is_kept(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a")
    drafts.save(uow, office.held("b"), {"opinion": "写到一半"}, revision=0, by=PREPARER)

    office.send_back("b", "a")
    filed = drafts.earlier_submission(uow, office.task("a").id, by=PREPARER)
    office.do("a")

    found = drafts.load(uow, office.held("b"), by=PREPARER)
    assert found is not None
    assert found.values == {"opinion": "写到一半"}
    assert filed is not None
    assert (filed.values["agreed"], filed.author) == (True, "张三")


def test_attachments_belong_to_the_step_and_outlive_a_return(uow: UnitOfWork) -> None:
    office = Office(uow, LINE)
    file = Upload("证明.pdf", b"%PDF-1.7 evidence", "summary")
    attached = attachments.attach(uow, DatabaseBlobs(), office.held("a"), file, by=PREPARER)
    office.do("a b")

    office.send_back("c", "a")

    again = office.task("a")
    (found,) = attachments.of_instance(uow, office.id)
    assert (found["id"], found["element_id"], again.element_id) == (attached, "a", "a")
    assert attachments.content(uow, DatabaseBlobs(), attached)[1] == file.content


def test_a_task_that_was_returned_tells_the_next_who_did_it(uow: UnitOfWork) -> None:
    office = Office(uow, LINE).do("a b")
    task_id = office.held("c")
    office.send_back("c", "a")
    uow.flush()

    with pytest.raises(WrongState, match="“任务 c”刚由张三退回"):
        tasks.complete(uow, task_id, signed(), by=PREPARER)
    with pytest.raises(WrongState, match="刚由张三退回"):
        returning.send_back(uow, task_id, office.place("b"), "x", by=PREPARER, roles_of=roles_of)
    uow.session.expire_all()
    assert uow.session.get_one(UserTask, task_id).status == "cancelled"
