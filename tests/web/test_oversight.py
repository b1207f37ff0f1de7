"""Who oversees others' work hands their tasks on and sends them back; nobody else does."""

from collections.abc import Iterator

import pytest

from engine.access import Actor
from engine.model.tasks import UserTask
from host.composition import Bihuan
from ledger.roles import OVERSEEN_BY, ROLES, overseers
from tests.integration.engine.stage import BUREAU, REVIEWER, UNIT
from tests.web import at_work
from tests.web.at_work import COLLEAGUE, Browser, at_desk, checking

LEAD = Actor(203, "领头", frozenset({("performance", BUREAU)}))
HEAD = Actor(204, "单位头", frozenset({("unit_head", UNIT)}))


@pytest.fixture(autouse=True)
def staff(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(at_work, "STAFF", (*at_work.STAFF, LEAD, HEAD))
    yield


def held_by_reviewer(bihuan: Bihuan, title: str) -> tuple[Browser, str]:
    task_id = checking(bihuan, title)
    reviewer = at_desk(bihuan, REVIEWER)
    reviewer.do(f"/tasks/{task_id}/claim")
    return reviewer, str(task_id)


def test_the_section_that_leads_sees_hands_on_and_returns_what_others_hold(bihuan: Bihuan) -> None:
    _, task_id = held_by_reviewer(bihuan, "由牵头科室转办")
    lead = at_desk(bihuan, LEAD)

    page = lead.page("/inbox?view=office")
    assert "由牵头科室转办" in page and f"在{REVIEWER.name}处" in page
    pane = lead.page(f"/inbox?task={task_id}")
    assert f"/tasks/{task_id}/transfer" in pane and f"/tasks/{task_id}/return" in pane
    assert f"/tasks/{task_id}/form" not in pane, "overseeing is not doing"

    assert lead.do(f"/tasks/{task_id}/transfer", to=str(COLLEAGUE.person_id), reason="出差")[0] == 303
    with bihuan.unit_of_work() as uow:
        assert uow.session.get_one(UserTask, task_id).assignee_id == COLLEAGUE.person_id
    assert lead.do(f"/tasks/{task_id}/return", to="review:fill", reason="请补齐附件", action="")[0] == 303
    assert "由牵头科室转办" not in at_desk(bihuan, COLLEAGUE).page("/inbox?view=mine")


def test_a_colleague_or_another_office_does_not(bihuan: Bihuan) -> None:
    _, task_id = held_by_reviewer(bihuan, "不归他管")
    for one in (COLLEAGUE, HEAD):
        desk = at_desk(bihuan, one)
        status, page = desk.do(f"/tasks/{task_id}/transfer", to=str(COLLEAGUE.person_id), reason="抢")
        assert status in (403, 404, 409), page
    assert "本单位在办" not in at_desk(bihuan, COLLEAGUE).page("/inbox")


def test_overseers_are_roles_of_the_register_and_oversee_neither_signatures_nor_judges() -> None:
    assert set(OVERSEEN_BY) < set(ROLES)
    assert frozenset().union(*OVERSEEN_BY.values()) < set(ROLES)
    for role in ("unit_head", "performance", "third_party", "expert", "government", "upper_finance"):
        assert not overseers(role)
