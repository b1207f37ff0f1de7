"""The diagrams of the year and of a stage over the real register: opened, due, closed, waived."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import campaigns, launching, timers
from engine.access import Actor
from engine.calendar.local_time import SHANGHAI, end_of_day
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput, WrongState
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.model.messages import MessageSubscription
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from host.publishing.factory import publish_factory
from ledger.county.generating import generate
from ledger.importing.reading import accept
from ledger.importing.register_import import import_ledger
from ledger.policy.pack import load
from ledger.policy.resolved import ResolvedPack
from ledger.stages import waive
from ledger.year import YEAR, open_year

PLANNED = ("target", "whole_target")
OPENS = datetime(2020, 10, 8, tzinfo=SHANGHAI)
DUE = datetime(2020, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)
CLOSES = datetime(2021, 1, 13, 23, 59, 59, tzinfo=SHANGHAI)
BOSS = Actor(900, "孙七")


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that stands still before the first stage of 2021 opens."""
    return VirtualClock(datetime(2020, 8, 1, 9, tzinfo=SHANGHAI))


@pytest.fixture(scope="module")
def pack() -> ResolvedPack:
    """The national default, for 2021."""
    return load("cn-default").resolve(2021)


@pytest.fixture(scope="module")
def chosen(pack: ResolvedPack) -> Parameters:
    """Its parameter set."""
    return parameters(pack.parameters())


@pytest.fixture
def planned(uow: UnitOfWork, pack: ResolvedPack) -> dict[tuple[str, int], int]:
    """A county of six projects whose year was opened with two stages; campaign ids by (stage, round)."""
    return planning(uow, pack)


def planning(uow: UnitOfWork, pack: ResolvedPack) -> dict[tuple[str, int], int]:
    """Open the year of such a county under a pack."""
    document = generate(pack.values, 2021, 6, 5, pack.name)
    publish_factory(uow, by=BOSS)
    imported = import_ledger(uow, accept(document), pack.id, pack.name, 2021)
    opened = open_year(uow, imported.jurisdiction_id, parameters(pack.parameters()), stages=PLANNED, by=BOSS)
    return dict(opened)


def pass_time(uow: UnitOfWork, clock: VirtualClock, moment: datetime) -> None:
    """Let time pass: every timer that is due fires, every batch that was queued is launched."""
    clock.set(moment)
    while due := timers.lease(uow, 1_000):
        for timer_id in due:
            timers.fire(uow, timer_id)  # unless it fired with another of its instance
    member = CampaignSubject
    waiting = select(member.campaign_id, member.id).where(member.status == "pending").order_by(member.id)
    for campaign_id, subject_id in uow.session.execute(waiting).all():
        launching.launch(uow, campaign_id, [subject_id])


def campaign(uow: UnitOfWork, campaign_id: int) -> Campaign:
    uow.session.expire_all()
    return uow.session.get_one(Campaign, campaign_id)


def diagram(uow: UnitOfWork, campaign_id: int) -> ProcessInstance:
    """Return the instance of the diagram that drives a stage."""
    uow.session.expire_all()
    driving = select(ProcessInstance).where(
        ProcessInstance.campaign_id == campaign_id, ProcessInstance.subject_kind == "campaign"
    )
    return uow.session.scalars(driving).one()


def events(uow: UnitOfWork, type: str) -> list[dict[str, Any]]:
    uow.flush()
    return list(uow.session.scalars(select(EventRow.data).where(EventRow.type == type).order_by(EventRow.id)))


def test_opening_a_year_plans_its_stages_and_waits_for_their_days(
    uow: UnitOfWork, planned: dict[tuple[str, int], int], chosen: Parameters
) -> None:
    assert set(planned) == {("target", 1), ("whole_target", 1), (YEAR, 1)}
    target = campaign(uow, planned["target", 1])
    assert (target.status, target.opens_at, target.due_at) == ("planned", OPENS, DUE)
    assert target.closes_at == end_of_day(chosen.dates["target"]["closes"]) == CLOSES
    assert set(target.parties) == {"bureau", "agency", "panel", "upper", "government"}
    waiting = uow.session.execute(
        select(Timer.element_id, Timer.due_at)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(ProcessInstance.campaign_id == planned[YEAR, 1], Timer.status == "planned")
    )
    assert ("target_opens", OPENS) in [(element, due) for element, due in waiting]


def test_a_year_is_opened_once(
    uow: UnitOfWork, planned: dict[tuple[str, int], int], chosen: Parameters
) -> None:
    jurisdiction_id = campaign(uow, planned["target", 1]).jurisdiction_id

    with pytest.raises(Conflict) as refused, uow.savepoint():
        open_year(uow, jurisdiction_id, chosen, stages=PLANNED, by=BOSS)

    assert refused.value.code == "campaign.duplicate"


def test_a_stage_the_policy_has_no_dates_for_is_refused(
    uow: UnitOfWork, planned: dict[tuple[str, int], int], chosen: Parameters
) -> None:
    jurisdiction_id = campaign(uow, planned["target", 1]).jurisdiction_id

    with pytest.raises(InvalidInput) as refused:
        open_year(uow, jurisdiction_id, chosen, stages=["harvest"], by=BOSS)

    assert refused.value.code == "year.unknown_stage"
    assert "harvest" in refused.value.text


def test_on_its_day_a_stage_opens_over_its_population(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    pass_time(uow, clock, OPENS)

    target = campaign(uow, planned["target", 1])
    assert (target.status, target.opened_at) == ("open", OPENS)
    assert campaigns.counters(uow.session, target.id) == {"started": 6}
    open_tasks = select(UserTask.element_id).where(
        UserTask.campaign_id == target.id, UserTask.status == "open"
    )
    assert uow.session.scalars(open_tasks).all() == ["file_target"] * 6
    assert campaign(uow, planned["whole_target", 1]).status == "planned", "its day comes in February"


def test_a_stage_that_was_not_planned_is_noted_and_not_opened(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    pass_time(uow, clock, OPENS)

    assert {"stage": "pre_evaluation", "round": 1} in events(uow, "stage.not_planned")
    stages = set(uow.session.scalars(select(ProcessInstance.stage)))
    assert "pre_evaluation" not in stages


def test_due_lists_the_missing_and_the_close_ends_them(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    pass_time(uow, clock, OPENS)
    pass_time(uow, clock, DUE)
    assert events(uow, "campaign.due") == [{"missing": 6}]
    assert campaign(uow, planned["target", 1]).status == "open"

    pass_time(uow, clock, CLOSES)

    target = campaign(uow, planned["target", 1])
    assert (target.status, target.closed_at) == ("closed", CLOSES)
    assert campaigns.counters(uow.session, target.id) == {"missing": 6}
    assert diagram(uow, target.id).status == "completed"


def test_waiving_an_open_stage_tells_its_diagram(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    pass_time(uow, clock, OPENS)

    waive(uow, planned["target", 1], "本年度不再申报", by=BOSS)

    driving = diagram(uow, planned["target", 1])
    assert driving.status == "completed"
    assert events(uow, "stage.waived") == [{"reason": "本年度不再申报"}]
    assert campaigns.counters(uow.session, planned["target", 1]) == {"waived": 6}
    still = select(Timer.id).where(Timer.instance_id == driving.id, Timer.status == "planned")
    assert uow.session.scalars(still).all() == []
    heard = select(MessageSubscription.id).where(MessageSubscription.instance_id == driving.id)
    assert uow.session.scalars(heard).all() == []


def test_a_stage_waived_after_its_due_moment_is_not_closed_again(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    pass_time(uow, clock, OPENS)
    pass_time(uow, clock, DUE)
    waive(uow, planned["target", 1], "不再催报", by=BOSS)

    pass_time(uow, clock, CLOSES)

    assert campaign(uow, planned["target", 1]).status == "waived"
    assert diagram(uow, planned["target", 1]).status == "completed"
    assert campaigns.counters(uow.session, planned["target", 1]) == {"waived": 6}
    assert events(uow, "stage.not_closed") == [{"found": "已豁免"}]


def test_a_stage_waived_before_its_day_asks_nobody_when_the_day_comes(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    waive(uow, planned["target", 1], "沿用上年目标", by=BOSS)

    pass_time(uow, clock, OPENS)

    assert campaigns.counters(uow.session, planned["target", 1]) == {}
    assert campaign(uow, planned["target", 1]).status == "waived"
    assert diagram(uow, planned["target", 1]).status == "completed"
    assert events(uow, "stage.waived") == [{"reason": "沿用上年目标"}]


def test_a_closed_stage_cannot_be_waived(
    uow: UnitOfWork, clock: VirtualClock, planned: dict[tuple[str, int], int]
) -> None:
    for moment in (OPENS, DUE, CLOSES):
        pass_time(uow, clock, moment)

    with pytest.raises(WrongState) as refused:
        waive(uow, planned["target", 1], "太迟", by=BOSS)

    assert refused.value.code == "campaign.wrong_state"
