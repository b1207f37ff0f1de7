"""The days of one stage: it starts early, is extended for all or for some, is closed before its day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import bulk, campaigns
from engine.calendar.local_time import end_of_day, local_date
from engine.clock import VirtualClock
from engine.errors import InvalidInput, WrongState
from engine.model.campaigns import CampaignSubject
from engine.model.journal import EventRow
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Notification, Timer
from engine.parameters import Parameters
from engine.uow import UnitOfWork
from ledger import stage_days
from tests.integration.ledger.test_stages import (
    BOSS,
    CLOSES,
    DUE,
    OPENS,
    campaign,
    chosen,
    clock,
    diagram,
    pack,
    pass_time,
    planned,
)

__all__ = ["chosen", "clock", "pack", "planned"]
Ids = dict[tuple[str, int], int]
UNTIL = date(2020, 12, 14)
REASON = "系统迁移,推迟两周"


def carry_out(uow: UnitOfWork, order: int | None) -> None:
    """Do what was ordered, as the workers do."""
    assert order is not None
    for position in bulk.waiting(uow.session, order, 0):
        bulk.carry_out(uow, order, position)
    assert bulk.progress(uow.session, order)["failed"] == 0


def dues(uow: UnitOfWork, campaign_id: int) -> list[date]:
    uow.session.expire_all()
    found = select(UserTask.due_at).where(UserTask.campaign_id == campaign_id, UserTask.status == "open")
    return [local_date(at) for at in uow.session.scalars(found.order_by(UserTask.id)) if at]


def test_a_stage_starts_before_its_day_and_only_once(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    early = OPENS - timedelta(days=20)
    clock.set(early)

    stage_days.start_early(uow, planned["target", 1], "材料已齐", by=BOSS)
    pass_time(uow, clock, early)

    target = campaign(uow, planned["target", 1])
    assert (target.status, target.opens_at, target.due_at) == ("open", early, DUE)
    assert campaigns.counters(uow.session, target.id) == {"started": 6}
    pass_time(uow, clock, OPENS)
    assert campaigns.counters(uow.session, target.id) == {"started": 6}
    with pytest.raises(WrongState):
        stage_days.start_early(uow, target.id, "再来一次", by=BOSS)


def test_an_extended_stage_moves_its_tasks_ladders_and_diagram_and_tells_who_has_a_task(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids, chosen: Parameters
) -> None:
    pass_time(uow, clock, OPENS)
    number = planned["target", 1]

    carry_out(uow, stage_days.extend(uow, number, UNTIL, REASON, by=BOSS))

    target = campaign(uow, number)
    working_days = chosen.calendar.workdays_between(local_date(DUE), UNTIL)
    closes = chosen.calendar.workdays_after(local_date(CLOSES), working_days)
    assert (target.due_at, target.closes_at) == (end_of_day(UNTIL), end_of_day(closes))
    assert dues(uow, number) == [UNTIL] * 6
    rungs = select(LadderRung.at, LadderRung.offset_days).where(
        LadderRung.campaign_id == number, LadderRung.status == "planned"
    )
    placed = {local_date(at) - timedelta(days=offset) for at, offset in uow.session.execute(rungs)}
    assert placed == {UNTIL}
    told = uow.session.scalars(select(Notification.text).where(Notification.kind == "redated")).all()
    assert len(told) == 6 and all(text and "2020-12-14" in text and REASON in text for text in told)
    timer = select(Timer.due_at).where(
        Timer.instance_id == diagram(uow, number).id, Timer.status == "planned"
    )
    assert uow.session.scalars(timer).all() == [end_of_day(UNTIL)]


def test_nobody_is_missing_before_the_new_day_and_the_stage_closes_on_its_new_day(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    pass_time(uow, clock, OPENS)
    number = planned["target", 1]
    carry_out(uow, stage_days.extend(uow, number, UNTIL, REASON, by=BOSS))
    closes = campaign(uow, number).closes_at

    pass_time(uow, clock, DUE)
    noted = select(EventRow.id).where(EventRow.type == "campaign.due")
    assert not uow.session.scalars(noted).all()
    pass_time(uow, clock, end_of_day(UNTIL))
    uow.flush()
    assert len(uow.session.scalars(noted).all()) == 1
    pass_time(uow, clock, CLOSES)
    assert campaign(uow, number).status == "open"
    pass_time(uow, clock, closes)
    assert campaign(uow, number).status == "closed"


def test_a_stage_that_is_extended_before_it_opens_gives_its_tasks_the_new_day(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    number = planned["target", 1]
    assert stage_days.extend(uow, number, UNTIL, REASON, by=BOSS) is None

    pass_time(uow, clock, OPENS)

    assert dues(uow, number) == [UNTIL] * 6


def test_some_projects_are_extended_and_the_others_keep_their_day(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    pass_time(uow, clock, OPENS)
    number = planned["target", 1]
    codes = uow.session.scalars(
        select(CampaignSubject.subject_code).where(CampaignSubject.campaign_id == number).limit(2)
    ).all()

    carry_out(uow, stage_days.extend_for(uow, number, UNTIL, "受灾", codes=codes, by=BOSS))

    assert sorted(dues(uow, number)) == [local_date(DUE)] * 4 + [UNTIL] * 2
    assert campaign(uow, number).due_at == DUE


@pytest.mark.parametrize("until", [date(2020, 11, 30), date(2020, 11, 1), date(2024, 1, 1)])
def test_a_day_that_is_no_extension_is_refused(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids, until: date
) -> None:
    with pytest.raises(InvalidInput) as refused:
        stage_days.extend(uow, planned["target", 1], until, REASON, by=BOSS)

    assert refused.value.code == "stage.extension"
    assert "2020-11-30" in refused.value.text


def test_unknown_projects_are_named_and_nothing_is_extended(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    pass_time(uow, clock, OPENS)

    with pytest.raises(InvalidInput) as refused:
        stage_days.extend_for(uow, planned["target", 1], UNTIL, "受灾", codes=["NONE"], by=BOSS)

    assert "NONE" in refused.value.text


def test_a_stage_that_is_closed_early_records_who_is_missing(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    pass_time(uow, clock, OPENS)
    now = OPENS + timedelta(days=5)
    clock.set(now)

    stage_days.close_now(uow, planned["target", 1], "全部线下办理", by=BOSS)
    pass_time(uow, clock, now)

    target = campaign(uow, planned["target", 1])
    assert (target.status, target.closed_at) == ("closed", now)
    assert campaigns.counters(uow.session, target.id) == {"missing": 6}


@pytest.mark.parametrize("act", [stage_days.start_early, stage_days.close_now])
def test_a_reason_is_asked_for(uow: UnitOfWork, planned: Ids, act: object) -> None:
    with pytest.raises(InvalidInput):
        act(uow, planned["target", 1], " ", by=BOSS)  # type: ignore[operator]
