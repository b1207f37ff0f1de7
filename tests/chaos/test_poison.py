"""Poison: what kills or holds up its worker becomes an incident after counted attempts, and the others go on."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from signal import SIGKILL
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine import campaigns, launching, timers
from engine.clock import VirtualClock
from engine.model.campaigns import CampaignSubject
from engine.model.journal import EventRow, Incident
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.queueing import reap
from tests.chaos.poison import automatic, counting, post, work_once
from tests.chaos.scene import LATER
from tests.integration.engine.population import planned, subject
from tests.integration.engine.stage import open_task, started

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.poison"])
PATIENCE_SECONDS = 60
MOST_LIVES = 12
pytestmark = pytest.mark.slow


def live_on(bihuan: Bihuan, clock: VirtualClock) -> int:
    """Let one worker after another work, two minutes apart, until one ends well; return how many died."""
    for deaths in range(MOST_LIVES):
        asyncio.run(_reaped(bihuan))
        folder = str(bihuan.settings.data_dir)
        process = FORKS.Process(target=work_once, args=(bihuan.database.login, folder, clock.now()))
        process.start()
        process.join(PATIENCE_SECONDS)
        if process.exitcode == 0:
            return deaths
        assert process.exitcode == -SIGKILL
        clock.set(clock.now() + timedelta(minutes=2))
    raise AssertionError(f"{MOST_LIVES} workers died")


async def _reaped(bihuan: Bihuan) -> None:
    async with bihuan.queue.open_async():
        await reap(bihuan.queue, seconds=0)


def later(uow: UnitOfWork, clock: VirtualClock, **data: object) -> UUID:
    """Start an instance whose timer is due in a minute."""
    return started(
        uow, LATER, data={"subject_code": "x", "opens_at": clock.now() + timedelta(minutes=1), **data}
    )


def left_in_queue(uow: UnitOfWork) -> list[str]:
    return list(uow.session.scalars(text("select task_name from queue.procrastinate_jobs")))


def test_a_timer_whose_operation_kills_its_worker_becomes_an_incident_and_the_others_fire(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        before = [later(uow, clock) for _ in range(4)]
        poisoned = later(uow, clock, poison=True)
        behind = [later(uow, clock) for _ in range(4)]
    clock.set(clock.now() + timedelta(minutes=2))

    deaths = live_on(bihuan, clock)

    assert deaths == timers.ATTEMPTS
    with bihuan.unit_of_work() as uow:
        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == poisoned)).one()
        assert (incident.code, incident.attempts) == ("timer.died", timers.ATTEMPTS)
        for healthy in (*before, *behind):
            assert open_task(uow, healthy).element_id == "keep"
        posted = select(EventRow.instance_id).where(EventRow.type == "posted")
        assert sorted(uow.session.scalars(posted), key=str) == sorted((*before, *behind), key=str)
        assert left_in_queue(uow) == []


def test_a_member_whose_launch_kills_its_worker_is_set_aside_and_the_others_start(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    bihuan.operations.register("post", post)
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, automatic("launched"), year=1990)
        people = [subject(number) for number in range(1, 8)]
        people[3] = replace(people[3], data={"poison": True})
        campaigns.open_stage(uow, campaign_id, "launched", people)

    deaths = live_on(bihuan, clock)

    assert deaths == launching.ATTEMPTS
    with bihuan.unit_of_work() as uow:
        member = CampaignSubject
        found = select(member).where(member.campaign_id == campaign_id).order_by(member.id)
        rows = list(uow.session.scalars(found))
        assert [one.status for one in rows] == ["started"] * 3 + ["failed"] + ["started"] * 3
        assert (rows[3].reason or "").startswith("launch.died")
        assert left_in_queue(uow) == []


def test_an_endless_expression_is_an_incident_at_once_and_nobody_dies(bihuan: Bihuan) -> None:
    bihuan.operations.register("post", post)
    with bihuan.unit_of_work() as uow:
        endless, other = (
            started(uow, counting("counting"), data={"subject_code": "x", "endless": end})
            for end in (True, False)
        )

    with bihuan.unit_of_work() as uow:
        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == endless)).one()
        assert (incident.element_id, incident.attempts) == ("post", 1)
        assert incident.code.startswith("feel.")
        assert open_task(uow, other).element_id == "keep"
