"""Two things at once that an office does to one task: one may not undo or hide the other."""

import pytest
from sqlalchemy import select

from engine import assigning, countersigning, returning, tasks
from engine.access import SYSTEM, Actor
from engine.adding_signers import add_signers, remove_signer
from engine.bpmn.run import Place
from engine.errors import BihuanError, InvalidInput, NotAllowed, WrongState
from engine.model.journal import AuditRow, Incident
from engine.model.tasks import UserTask
from engine.operations import Operations
from engine.signers import Signer
from engine.uow import UnitOfWork
from tests.integration.engine.committee import MEMBERS, meeting, states, voting, where
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.office import Office, jobs, roles_of
from tests.integration.engine.stage import (
    BUREAU,
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    open_task,
    signed,
    started,
)
from tests.integration.engine.test_countersign_changes import claimed, item, one
from tests.unit.bpmn.diagrams import both, chain, diagram, ends, service

MEI = Actor(301, "梅青", frozenset({("section", BUREAU)}))


def test_a_signer_removed_after_votes_may_make_the_weight_enough(uow: UnitOfWork) -> None:
    signers = "[{person: 300, weight: 4}, {person: 301, weight: 3}, {person: 302, weight: 3}]"
    instance_id, task_id = meeting(uow, "weighted", signers, share="0.55")
    assert voting(uow, task_id, "y") == [None], "4 of 10"

    told = remove_signer(uow, task_id, item(uow, task_id, MEMBERS[2]), "出差", by=SYSTEM)

    assert told is True, "4 of 7"
    assert (states(uow, task_id), where(uow, instance_id)) == ("yvr", "well")


def test_a_task_that_others_were_to_sign_first_is_sent_back_without_them(uow: UnitOfWork) -> None:
    instance_id, filled = claimed(uow)
    tasks.complete(uow, filled, signed(), by=PREPARER)
    check = open_task(uow, instance_id).id
    tasks.claim(uow, check, by=REVIEWER)
    add_signers(uow, check, [one(0)], "before", "请先看", by=REVIEWER)

    returning.send_back(uow, check, Place("review", "fill"), "缺附件", by=REVIEWER, roles_of=roles_of)

    assert states(uow, check) == "vv"
    with pytest.raises(BihuanError):
        countersigning.sign(uow, check, True, "", by=MEMBERS[0])
    again = open_task(uow, instance_id)
    tasks.complete(uow, again.id, signed(), by=PREPARER)
    fresh = open_task(uow, instance_id)
    assert (fresh.element_id, fresh.round, fresh.counter_sign) == ("check", 2, None)


def test_a_substitute_transfers_in_the_persons_name_and_the_records_say_who(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task_id = open_task(uow, instance_id).id
    substitute = PREPARER.replaced_by(MEI)
    tasks.claim(uow, task_id, by=substitute)

    assigning.transfer(uow, task_id, OTHER_PREPARER, "休假", by=substitute)

    uow.flush()
    row = uow.session.scalars(
        select(AuditRow).where(AuditRow.action == "task.transfer", AuditRow.subject == str(task_id))
    ).one()
    assert (row.actor_id, row.actor_name, row.data["behalf_of_id"]) == (301, "梅青 代 张三", 101)
    for former in (substitute, PREPARER):
        with pytest.raises(NotAllowed):
            tasks.complete(uow, task_id, signed(), by=former)
    tasks.complete(uow, task_id, signed(), by=OTHER_PREPARER)
    assert where(uow, instance_id) == "check"


def test_who_gets_a_task_that_he_was_to_sign_first_signs_and_then_decides(uow: UnitOfWork) -> None:
    instance_id, task_id = claimed(uow)
    colleague = Signer(OTHER_PREPARER.person_id, OTHER_PREPARER.name)
    add_signers(uow, task_id, [colleague, one(0)], "before", "请先把关", by=PREPARER)

    assigning.transfer(uow, task_id, OTHER_PREPARER, "调岗", by=PREPARER)

    with pytest.raises(WrongState):
        countersigning.vote(uow, task_id, signed(), by=OTHER_PREPARER)
    assert countersigning.sign(uow, task_id, True, "", by=OTHER_PREPARER) is None
    assert countersigning.sign(uow, task_id, True, "", by=MEMBERS[0]) is None
    assert countersigning.vote(uow, task_id, signed(), by=OTHER_PREPARER) is True
    assert where(uow, instance_id) == "check"


BESIDE = diagram(
    "beside",
    ends(),
    both("f", "j"),
    jobs("u", "a", "b", "z"),
    service("book", "book_beside"),
    chain("s", "u", "f", "a", "b", "j", "z", "e"),
    chain("f", "book", "j"),
)


def incidents_of(office: Office) -> list[tuple[str, bool]]:
    office.uow.flush()
    office.uow.session.expire_all()
    rows = select(Incident).where(Incident.instance_id == office.id).order_by(Incident.id)
    return [(one.element_id, one.resolved_at is None) for one in office.uow.session.scalars(rows)]


def test_a_return_beside_an_incident_leaves_it_and_one_before_the_fork_takes_it_along(
    uow: UnitOfWork, operations: Operations
) -> None:
    def refuse(*_: object) -> None:
        raise InvalidInput("总账没有开", code="book.closed")

    if "book_beside" not in operations.names():
        operations.register("book_beside", refuse)
    office = Office(uow, BESIDE).do("u a")
    assert incidents_of(office) == [("book", True)]

    office.send_back("b", "a")
    assert (office.open, incidents_of(office)) == ("a", [("book", True)])
    office.send_back("a", "u")

    assert (office.open, incidents_of(office)) == ("u", [("book", False)])
    office.do("u")
    assert (office.open, incidents_of(office)) == ("a", [("book", False), ("book", True)])
    assert uow.session.scalars(select(UserTask.round).where(UserTask.id == office.task("a").id)).one() == 3
