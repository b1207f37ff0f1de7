"""Waiving a stage: with a reason, before it opens or while it is open; nothing is asked of anybody any more."""

import pytest
from sqlalchemy import select

from engine import campaigns
from engine.clock import VirtualClock
from engine.errors import InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from tests.integration.engine.diagrams import REVIEW, TWO_STEPS, WAITING
from tests.integration.engine.population import (
    BOSS,
    events,
    file_for,
    member_ids,
    opened,
    planned,
    statuses,
    subject,
)
from tests.integration.engine.stage import published


def test_waiving_before_the_opening_asks_nobody(uow: UnitOfWork, clock: VirtualClock) -> None:
    campaign_id = planned(uow, REVIEW)

    campaigns.waive(uow, campaign_id, "本轮监控未开展", by=BOSS)

    campaign = campaigns.locked(uow, campaign_id)
    assert (campaign.status, campaign.waived_reason, campaign.waived_by) == (
        "waived",
        "本轮监控未开展",
        "孙七",
    )
    assert campaign.closed_at == clock.now()
    with pytest.raises(WrongState) as refused:
        campaigns.open_stage(uow, campaign_id, "review", [subject(1)])
    assert refused.value.facts["found"] == "waived"
    assert campaigns.counters(uow.session, campaign_id) == {}


def test_waiving_an_open_stage_ends_tasks_rungs_timers_and_waits(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, WAITING, "waiting", [1, 2])
    campaigns.add_subjects(uow, campaign_id, "review", [])
    published(uow, REVIEW)
    campaigns.add_subjects(uow, campaign_id, "review", [subject(3), subject(4)])
    campaigns.launch(uow, campaign_id, member_ids(uow, campaign_id))
    file_for(uow, campaign_id, "T003")

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert campaigns.counters(uow.session, campaign_id) == {"waived": 4}
    assert statuses(uow, ProcessInstance, campaign_id) == ["cancelled"] * 4
    assert statuses(uow, UserTask, campaign_id) == ["cancelled", "cancelled", "completed"]
    assert statuses(uow, Timer, campaign_id) == ["cancelled", "cancelled"]
    assert set(statuses(uow, LadderRung, campaign_id)) == {"skipped"}


def test_a_member_that_had_finished_stays_completed_when_the_stage_is_waived(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, TWO_STEPS, "two_steps", [1, 2])
    for _ in range(2):
        file_for(uow, campaign_id, "T001")

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert campaigns.counters(uow.session, campaign_id) == {"completed": 1, "waived": 1}


def test_a_waiver_is_journalled_and_audited_with_its_reason(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert events(uow, campaign_id, "campaign.waived") == [{"reason": "政策调整"}]
    entry = uow.session.scalars(select(AuditRow).where(AuditRow.action == "campaign.waive")).one()
    assert (entry.actor_id, entry.actor_name, entry.subject) == (900, "孙七", "review/1")
    assert entry.data == {"reason": "政策调整"}


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_waiver_needs_a_reason(uow: UnitOfWork, reason: str) -> None:
    campaign_id = planned(uow, REVIEW)

    with pytest.raises(InvalidInput) as refused:
        campaigns.waive(uow, campaign_id, reason, by=BOSS)

    assert refused.value.code == "campaign.reason_missing"
    assert campaigns.locked(uow, campaign_id).status == "planned"
