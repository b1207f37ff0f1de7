"""Whoever is asked to look at a task sees it from his own office, and only because he was asked."""

from uuid import UUID

import pytest

from engine import adding_signers, countersigning, tasks, telling
from engine.access import Actor
from engine.errors import NotFound
from engine.history import story
from engine.model.instances import ProcessInstance
from engine.scope import Scope
from engine.signers import Signer
from engine.standing import read
from host.composition import Bihuan
from tests.integration.engine.committee import meeting
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import BUREAU, PREPARER, UNIT, open_task, signed, started

EXPERT = Actor(701, "周专家", frozenset({("expert", 31)}))
LAWYER = Actor(702, "吴律师", frozenset({("lawyer", 32), ("expert", 33)}))
INSIDER = Actor(703, "郑同事", frozenset({("preparer", UNIT), ("clerk", 34)}))


def narrow(office: int) -> Scope:
    return Scope(1, frozenset({office}))


def sees(bihuan: Bihuan, task_id: UUID, office: int) -> bool:
    with bihuan.unit_of_work(narrow(office)) as uow:
        try:
            task = read(uow, task_id)
        except NotFound:
            return False
        return bool(story(uow.session, task["instance_id"]).entries)


@pytest.fixture
def claimed(bihuan: Bihuan) -> UUID:
    with bihuan.unit_of_work() as uow:
        task = open_task(uow, started(uow, REVIEW))
        tasks.claim(uow, task.id, by=PREPARER)
        return task.id


def test_the_office_of_who_gets_a_copy_sees_the_task(bihuan: Bihuan, claimed: UUID) -> None:
    assert not sees(bihuan, claimed, 31)

    with bihuan.unit_of_work(narrow(UNIT)) as uow:
        assert telling.cc(uow, claimed, [EXPERT, LAWYER, INSIDER], by=PREPARER) == 3

    assert [sees(bihuan, claimed, office) for office in (UNIT, 31, 32, 33)] == [True] * 4
    assert not sees(bihuan, claimed, 34), "he sees it by his unit already"
    assert not sees(bihuan, claimed, 35)


def test_the_office_of_an_added_signer_sees_the_task_and_he_signs_from_there(
    bihuan: Bihuan, claimed: UUID
) -> None:
    by_role = Signer(None, role="expert", organisation_id=31)
    by_name = Signer(702, "吴律师", organisation_id=32)

    with bihuan.unit_of_work(narrow(UNIT)) as uow:
        adding_signers.add_signers(uow, claimed, [by_role, by_name], "before", "请看", by=PREPARER)

    assert sees(bihuan, claimed, 31)
    assert sees(bihuan, claimed, 32)
    for by, office in ((EXPERT, 31), (LAWYER, 32)):
        with bihuan.unit_of_work(narrow(office)) as uow:
            countersigning.sign(uow, claimed, True, "同意", by=by)
    with bihuan.unit_of_work(narrow(UNIT)) as uow:
        assert countersigning.vote(uow, claimed, signed(), by=PREPARER)


def test_an_office_that_was_added_stays_when_the_instance_goes_on(bihuan: Bihuan, claimed: UUID) -> None:
    with bihuan.unit_of_work() as uow:
        telling.cc(uow, claimed, [EXPERT], by=PREPARER)
    with bihuan.unit_of_work(narrow(UNIT)) as uow:
        tasks.complete(uow, claimed, signed(), by=PREPARER)

    assert sees(bihuan, claimed, 31)
    with bihuan.unit_of_work() as uow:
        instance = uow.session.get_one(ProcessInstance, read(uow, claimed)["instance_id"])
        assert instance.party_ids == [BUREAU, UNIT, 31]


def test_a_signer_whom_the_diagram_names_with_his_office_sees_the_task(bihuan: Bihuan) -> None:
    signers = '[{person: 702, name: "吴律师", organisation: 32}]'
    with bihuan.unit_of_work() as uow:
        task_id = meeting(uow, "all", signers)[1]

    assert sees(bihuan, task_id, 32)
    with bihuan.unit_of_work(narrow(32)) as uow:
        assert countersigning.vote(uow, task_id, signed(), by=LAWYER)
