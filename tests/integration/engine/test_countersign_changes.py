"""Signers who come and go while a task is open: 加签, 减签, on counter-signed and on ordinary tasks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import assigning, countersigning, tasks
from engine.access import SYSTEM, Actor
from engine.adding_signers import add_signers, remove_signer
from engine.deciding import ITEM
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.journal import AuditRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.signers import Signer
from engine.uow import UnitOfWork
from forms.library import load
from forms.validation import validate
from host.composition import Bihuan
from tests.integration.engine.committee import (
    CHIEF,
    MEMBERS,
    happened,
    meeting,
    people,
    revision,
    states,
    voting,
    where,
)
from tests.integration.engine.diagrams import REVIEW, diagram, flow
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, REVIEWER, open_task, signed, started


def one(number: int) -> Signer:
    return Signer(MEMBERS[number].person_id, MEMBERS[number].name)


def item(uow: UnitOfWork, task_id: UUID, actor: Actor) -> int:
    rows = select(ITEM.c.id).where(ITEM.c.task_id == task_id, ITEM.c.person_id == actor.person_id)
    return int(uow.session.scalars(rows).one())


def claimed(uow: UnitOfWork) -> tuple[UUID, UUID]:
    """Start an ordinary review; return instance and task in the preparer's hands."""
    instance_id = started(uow, REVIEW)
    task_id = open_task(uow, instance_id).id
    tasks.claim(uow, task_id, by=PREPARER)
    return instance_id, task_id


def test_an_added_signer_counts_from_then_on(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(3))
    voting(uow, task_id, "yy")

    add_signers(uow, task_id, [one(3)], "after", "需要财务意见", by=MEMBERS[2])

    assert voting(uow, task_id, "y", first=2) == [None]
    assert voting(uow, task_id, "y", first=3) == [True]
    assert where(uow, instance_id) == "well"
    assert "task.signers_added" in happened(uow, instance_id)


def test_after_the_decision_nobody_is_added_or_removed(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "any", people(3))
    voting(uow, task_id, "y")

    with pytest.raises(WrongState) as adding:
        add_signers(uow, task_id, [one(3)], "after", "", by=MEMBERS[1])
    with pytest.raises(WrongState) as removing:
        remove_signer(uow, task_id, item(uow, task_id, MEMBERS[1]), "", by=SYSTEM)

    assert {adding.value.code, removing.value.code} == {"task.wrong_state"}


def test_removing_the_one_who_was_missing_decides_at_once(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(3))
    voting(uow, task_id, "yy")

    passed = remove_signer(uow, task_id, item(uow, task_id, MEMBERS[2]), "出差", by=SYSTEM)

    assert (passed, where(uow, instance_id), states(uow, task_id)) == (True, "well", "yyr")
    assert happened(uow, instance_id)[-3:] == ["task.signer_removed", "task.decided", "task.completed"]


def test_the_last_signer_stays(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    remove_signer(uow, task_id, item(uow, task_id, MEMBERS[0]), "", by=SYSTEM)

    with pytest.raises(WrongState) as refused:
        remove_signer(uow, task_id, item(uow, task_id, MEMBERS[1]), "", by=SYSTEM)

    assert (refused.value.code, states(uow, task_id)) == ("sign.last_signer", "ro")


def test_who_has_signed_is_not_removed(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    voting(uow, task_id, "y")

    with pytest.raises(WrongState) as refused:
        remove_signer(uow, task_id, item(uow, task_id, MEMBERS[0]), "", by=SYSTEM)

    assert refused.value.code == "sign.already_signed"


def test_only_who_added_or_oversees_removes(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    add_signers(uow, task_id, [one(2), one(3)], "after", "", by=MEMBERS[0])

    with pytest.raises(NotAllowed):
        remove_signer(uow, task_id, item(uow, task_id, MEMBERS[2]), "", by=MEMBERS[1])
    with pytest.raises(NotAllowed):
        remove_signer(uow, task_id, item(uow, task_id, MEMBERS[1]), "", by=MEMBERS[0])
    with pytest.raises(NotFound):
        remove_signer(uow, task_id, 0, "", by=SYSTEM)
    remove_signer(uow, task_id, item(uow, task_id, MEMBERS[2]), "", by=MEMBERS[0])
    remove_signer(uow, task_id, item(uow, task_id, MEMBERS[3]), "", by=CHIEF, oversight={"performance"})

    assert states(uow, task_id) == "oorr"


def test_a_removed_signer_may_be_added_again_but_nobody_twice(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    remove_signer(uow, task_id, item(uow, task_id, MEMBERS[1]), "", by=SYSTEM)

    with pytest.raises(NotAllowed):
        voting(uow, task_id, "y", first=1)
    add_signers(uow, task_id, [one(1)], "after", "", by=MEMBERS[0])
    with pytest.raises(Conflict) as refused, uow.savepoint():
        add_signers(uow, task_id, [one(2), one(1)], "after", "", by=MEMBERS[0])

    assert (refused.value.code, states(uow, task_id)) == ("sign.already_signer", "oro")


def test_who_voted_for_his_role_is_not_added_by_name(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", '[{role: "expert", party: "bureau"}, {role: "expert", party: "bureau"}]')
    voting(uow, task_id, "y")

    with pytest.raises(Conflict) as refused:
        add_signers(uow, task_id, [one(0)], "after", "再看一次", by=MEMBERS[1])

    assert refused.value.code == "sign.already_signer"
    assert MEMBERS[0].name in refused.value.text
    assert voting(uow, task_id, "y", first=1) == [True]


@pytest.mark.parametrize("by", [REVIEWER, PREPARER])
def test_strangers_add_nobody(uow: UnitOfWork, by: Actor) -> None:
    _, task_id = meeting(uow, "all", people(2))

    with pytest.raises(NotAllowed):
        add_signers(uow, task_id, [one(3)], "after", "", by=by)


@pytest.mark.parametrize(
    "wrong",
    [[], [Signer()], [one(3), one(3)], [Signer(role="expert")]],
    ids=["none", "nobody", "twice", "no office"],
)
def test_signers_must_be_somebody(uow: UnitOfWork, wrong: list[Signer]) -> None:
    _, task_id = meeting(uow, "all", people(2))

    with pytest.raises(InvalidInput):
        add_signers(uow, task_id, wrong, "after", "", by=MEMBERS[0])


def order(uow: UnitOfWork, task_id: UUID) -> list[tuple[int, str]]:
    rows = select(ITEM.c.person_id, ITEM.c.state).where(ITEM.c.task_id == task_id)
    return [(person - 300, state) for person, state in uow.session.execute(rows.order_by(ITEM.c.position))]


def test_in_order_a_signer_before_goes_first_and_one_after_comes_next(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "ordered", people(2))

    add_signers(uow, task_id, [one(5), one(6)], "before", "", by=MEMBERS[0])
    add_signers(uow, task_id, [one(7)], "after", "", by=MEMBERS[0])

    expected = [(5, "open"), (6, "queued"), (0, "queued"), (7, "queued"), (1, "queued")]
    assert order(uow, task_id) == expected
    for number in (5, 6, 0, 7):
        assert voting(uow, task_id, "y", first=number) == [None]
    assert voting(uow, task_id, "y", first=1) == [True]
    assert where(uow, instance_id) == "well"


def test_in_order_removing_whose_turn_it_is_gives_the_turn_on(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "ordered", people(3))

    assert remove_signer(uow, task_id, item(uow, task_id, MEMBERS[0]), "", by=SYSTEM) is None

    assert states(uow, task_id) == "roq"


def test_before_on_an_ordinary_task_the_assignee_waits_and_then_decides(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0), one(1)], "before", "请先把关", by=PREPARER)

    assert states(uow, task_id) == "oqq"
    with pytest.raises(WrongState) as refused:
        tasks.complete(uow, task_id, signed(), by=PREPARER)
    assert refused.value.code == "task.countersigned"
    with pytest.raises(WrongState) as early:
        countersigning.vote(uow, task_id, signed(), by=PREPARER)
    assert early.value.code == "sign.not_your_turn"
    assert countersigning.sign(uow, task_id, True, "", by=MEMBERS[0]) is None
    assert countersigning.sign(uow, task_id, False, "金额有误", by=MEMBERS[1]) is None, "advice, not a veto"
    assert countersigning.vote(uow, task_id, signed(), by=PREPARER) is True
    assert where(uow, instance_id) == "check"


def test_after_on_an_ordinary_task_the_form_waits_for_the_last_signature(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0)], "after", "请复核", by=PREPARER)

    assert countersigning.vote(uow, task_id, signed(), by=PREPARER) is None
    assert (where(uow, instance_id), revision(uow, instance_id)) == ("fill", 1)
    with pytest.raises(WrongState) as late:
        add_signers(uow, task_id, [one(1)], "before", "", by=PREPARER)
    assert late.value.code == "sign.too_late"
    assert countersigning.sign(uow, task_id, True, "同意", by=MEMBERS[0]) is True

    assert where(uow, instance_id) == "check"
    author = select(SubmissionRow.actor_name).where(SubmissionRow.task_id == task_id)
    assert uow.session.scalars(author).all() == ["张三"]


def test_a_no_from_one_after_gives_the_task_back(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0), one(1)], "after", "", by=PREPARER)
    countersigning.vote(uow, task_id, signed(), by=PREPARER)
    countersigning.sign(uow, task_id, True, "", by=MEMBERS[0])

    assert countersigning.sign(uow, task_id, False, "附件不全", by=MEMBERS[1]) is None

    assert states(uow, task_id) == "oqq"
    filed = select(SubmissionRow.withdrawn).where(SubmissionRow.task_id == task_id)
    assert uow.session.scalars(filed).all() == [True]
    countersigning.vote(uow, task_id, signed(), by=PREPARER)
    countersigning.sign(uow, task_id, True, "", by=MEMBERS[0])
    assert countersigning.sign(uow, task_id, True, "", by=MEMBERS[1]) is True
    assert where(uow, instance_id) == "check"


def test_removing_the_only_one_after_finishes_what_was_filed(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0)], "after", "", by=PREPARER)
    countersigning.vote(uow, task_id, signed(), by=PREPARER)

    passed = remove_signer(uow, task_id, item(uow, task_id, MEMBERS[0]), "不再需要", by=PREPARER)

    assert (passed, where(uow, instance_id)) == (True, "check")


def test_a_no_needs_a_reason(uow: UnitOfWork) -> None:
    _, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0)], "before", "", by=PREPARER)

    with pytest.raises(InvalidInput) as refused:
        countersigning.sign(uow, task_id, False, "  ", by=MEMBERS[0])

    assert refused.value.code == "sign.opinion_missing"


def test_opinions_and_forms_are_not_mixed_up(uow: UnitOfWork) -> None:
    _, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0)], "before", "", by=PREPARER)

    with pytest.raises(WrongState) as refused:
        countersigning.vote(uow, task_id, signed(), by=MEMBERS[0])

    assert refused.value.code == "sign.other_way"


def test_an_unclaimed_task_and_the_assignee_himself_get_no_signers(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task_id = open_task(uow, instance_id).id

    with pytest.raises(NotAllowed), uow.savepoint():
        add_signers(uow, task_id, [one(0)], "before", "", by=PREPARER)
    with pytest.raises(WrongState), uow.savepoint():
        add_signers(uow, task_id, [one(0)], "before", "", by=SYSTEM)
    tasks.claim(uow, task_id, by=PREPARER)
    with pytest.raises(Conflict), uow.savepoint():
        add_signers(uow, task_id, [Signer(PREPARER.person_id)], "before", "", by=PREPARER)
    with pytest.raises(NotAllowed), uow.savepoint():
        add_signers(uow, task_id, [one(0)], "before", "", by=OTHER_PREPARER)


def test_the_form_follows_a_transfer_while_others_sign_before(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    add_signers(uow, task_id, [one(0)], "before", "", by=PREPARER)

    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=PREPARER)
    countersigning.sign(uow, task_id, True, "", by=MEMBERS[0])

    with pytest.raises(NotAllowed):
        countersigning.vote(uow, task_id, signed(), by=PREPARER)
    assert countersigning.vote(uow, task_id, signed(), by=OTHER_PREPARER) is True
    assert where(uow, instance_id) == "check"


OPERATED = diagram(
    "operated",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="target_review" bihuan:operation="keep">
      <bpmn:extensionElements><bihuan:parameter name="passed" value="passed"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "fill")
    + flow("fill", "done"),
    unit="begin fill done",
)


def test_who_gave_his_opinion_and_then_got_the_task_is_told_that_others_are_before_him(
    uow: UnitOfWork,
) -> None:
    instance_id, task_id = claimed(uow)
    asked = [Signer(OTHER_PREPARER.person_id, "李四"), Signer(REVIEWER.person_id, "赵六")]
    add_signers(uow, task_id, asked, "before", "", by=PREPARER)
    countersigning.sign(uow, task_id, True, "", by=OTHER_PREPARER)
    assigning.transfer(uow, task_id, OTHER_PREPARER, "出差", by=PREPARER)

    with pytest.raises(WrongState) as refused:
        countersigning.vote(uow, task_id, signed(), by=OTHER_PREPARER)

    assert refused.value.code == "sign.not_your_turn"
    countersigning.sign(uow, task_id, True, "", by=REVIEWER)
    assert countersigning.vote(uow, task_id, signed(), by=OTHER_PREPARER) is True
    assert where(uow, instance_id) == "check"


def test_the_operation_runs_once_with_what_the_assignee_filed(bihuan: Bihuan, uow: UnitOfWork) -> None:
    kept: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    bihuan.operations.register("keep", lambda _uow, step, said: kept.append((step.values, said)))
    task_id = open_task(uow, started(uow, OPERATED)).id
    tasks.claim(uow, task_id, by=PREPARER)
    add_signers(uow, task_id, [one(0)], "after", "", by=PREPARER)
    submission = signed_review()

    countersigning.vote(uow, task_id, submission, by=PREPARER)
    assert kept == []
    countersigning.sign(uow, task_id, True, "", by=MEMBERS[0])

    assert kept == [(dict(submission.values), {"passed": True})]
    assert uow.session.get_one(UserTask, task_id, populate_existing=True).status == "completed"


def signed_review() -> Any:
    from_form = dict.fromkeys(("completeness", "relevance", "adequacy", "feasibility"), "优")
    return validate(load("target_review"), from_form)


def test_adding_and_removing_are_audited_with_the_reason(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    add_signers(uow, task_id, [one(2)], "after", "请财务看", by=MEMBERS[0])
    remove_signer(uow, task_id, item(uow, task_id, MEMBERS[2]), "看过了", by=MEMBERS[0])
    uow.flush()

    rows = select(AuditRow.action, AuditRow.data["reason"].astext).where(AuditRow.subject == str(task_id))
    assert uow.session.execute(rows.order_by(AuditRow.id)).all() == [
        ("task.add_signers", "请财务看"),
        ("task.remove_signer", "看过了"),
    ]
