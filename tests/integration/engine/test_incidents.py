"""Incidents: attempts counted before they run, retried, skipped, listed with who and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine import campaigns, incidents, tasks, timers
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.errors import InvalidInput
from engine.launching import BATCH, Subject
from engine.model.campaigns import CampaignSubject
from engine.model.journal import AuditRow, Incident
from engine.model.timers import Timer
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import fire_batch, launch_members
from tests.integration.engine.diagrams import AUTOMATIC, POSTING, TIMED
from tests.integration.engine.stage import PREPARER, chosen, open_task, published, signed, started

OPERATOR = Actor(9, "运维员", system=True)
OPENING = datetime(2021, 3, 8, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


class Killed(BaseException):
    """Stands for a `kill -9`: nothing catches it, the open transaction goes with it."""


class Poison:
    """An operation that kills whoever runs it for one subject, and fails on demand."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.broken = False

    def post(self, uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if step.subject_code in self.codes:
            raise Killed
        if self.broken:
            raise InvalidInput("账套已关闭", code="ledger.closed")
        return {"posted": True}


@pytest.fixture
def poison(bihuan: Bihuan) -> Poison:
    found = Poison()
    bihuan.operations.register("post", found.post)
    return found


def file(uow: UnitOfWork, instance_id: UUID) -> None:
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)


def test_a_timer_that_kills_its_process_becomes_an_incident_and_the_others_fire(
    bihuan: Bihuan, clock: VirtualClock, poison: Poison
) -> None:
    poison.codes = {"P1"}
    with bihuan.unit_of_work() as uow:
        found = [started(uow, TIMED, code=code) for code in ("A1", "P1", "B1")]
        of = dict(uow.session.execute(select(Timer.instance_id, Timer.id)).all())
    ids = [of[one] for one in found]
    clock.set(OPENING)

    for _ in range(timers.ATTEMPTS):
        with pytest.raises(Killed):
            fire_batch(bihuan.unit_of_work, ids)
    fire_batch(bihuan.unit_of_work, ids)

    with bihuan.unit_of_work() as uow:
        statuses = [uow.session.get_one(Timer, one).status for one in ids]
        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == found[1])).one()
    assert statuses == ["fired", "failed", "fired"]
    assert (incident.code, incident.attempts) == ("timer.died", timers.ATTEMPTS)


def test_a_failing_timer_waits_longer_each_time(bihuan: Bihuan, clock: VirtualClock, poison: Poison) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, TIMED)
        uow.connection().exec_driver_sql(
            "update app.process_instance set image = '{broken' where id = %s", (str(instance_id),)
        )
        timer_id = uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance_id)).one()
    clock.set(OPENING)
    pauses = []

    for _ in timers.PAUSES:
        fire_batch(bihuan.unit_of_work, [timer_id])
        with bihuan.unit_of_work() as uow:
            pauses.append(uow.session.get_one(Timer, timer_id).next_attempt_at - OPENING)

    assert tuple(pauses) == timers.PAUSES


def test_a_member_whose_launch_kills_its_process_is_set_aside_and_the_others_start(
    bihuan: Bihuan, clock: VirtualClock, poison: Poison
) -> None:
    poison.codes = {"M2"}
    with bihuan.unit_of_work() as uow:
        published(uow, POSTING)
        now = clock.now()
        planned = campaigns.plan(
            uow,
            [campaigns.Plan("posting", 1, now, now, now)],
            jurisdiction_id=1,
            year=2021,
            parameter_hash=chosen().hash,
            parties={"bureau": 1},
        )
        campaign_id = planned["posting", 1]
        people = [Subject("thing", n, f"M{n}", 11, f"事项 {n}", {"amount": 1}) for n in (1, 2, 3)]
        campaigns.open_stage(uow, campaign_id, "posting", people)
        ids = list(uow.session.scalars(select(CampaignSubject.id).order_by(CampaignSubject.id)))
    assert len(ids) < BATCH

    for _ in range(5):
        with pytest.raises(Killed):
            launch_members(bihuan.unit_of_work, campaign_id, ids)
    launch_members(bihuan.unit_of_work, campaign_id, ids)

    with bihuan.unit_of_work() as uow:
        rows = uow.session.scalars(select(CampaignSubject).order_by(CampaignSubject.id)).all()
    assert [row.status for row in rows] == ["completed", "failed", "completed"]
    assert rows[1].reason is not None
    assert rows[1].reason.startswith("launch.died")


def test_a_retry_that_kills_its_process_is_counted_and_the_count_goes_on(
    bihuan: Bihuan, poison: Poison
) -> None:
    poison.broken = True
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, AUTOMATIC, code="R1")
        file(uow, instance_id)
        (first,) = incidents.waiting(uow.session, instance_id=instance_id)
    poison.codes = {"R1"}
    with bihuan.unit_of_work() as uow:
        incidents.begin(uow, first.id)
    with pytest.raises(Killed), bihuan.unit_of_work() as uow:
        incidents.resolve(uow, first.id, "再试", by=OPERATOR, counted=True)
    poison.codes = set()

    with bihuan.unit_of_work() as uow:
        incidents.begin(uow, first.id)
    with bihuan.unit_of_work() as uow:
        incidents.resolve(uow, first.id, "再试", by=OPERATOR, counted=True)
        (second,) = incidents.waiting(uow.session, instance_id=instance_id)

    assert (first.attempts, second.attempts) == (1, 3)


def test_a_skipped_step_counts_as_done_with_what_the_operator_gives(uow: UnitOfWork, poison: Poison) -> None:
    poison.broken = True
    instance_id = started(uow, AUTOMATIC)
    file(uow, instance_id)
    (found,) = incidents.waiting(uow.session, instance_id=instance_id)

    incidents.skip(uow, found.id, "已在账上补记", {"posted": True}, by=OPERATOR)

    uow.flush()
    assert open_task(uow, instance_id).element_id == "check"
    assert incidents.waiting(uow.session, instance_id=instance_id) == []
    row = uow.session.get_one(Incident, found.id)
    assert (row.resolved_by, row.resolution) == ("运维员", "跳过:已在账上补记")
    entry = uow.session.scalars(
        select(AuditRow).where(AuditRow.instance_id == instance_id, AuditRow.action == "incident.skip")
    ).one()
    assert entry.data["reason"] == "已在账上补记"


def test_resolving_needs_a_reason(uow: UnitOfWork, poison: Poison) -> None:
    poison.broken = True
    instance_id = started(uow, AUTOMATIC)
    file(uow, instance_id)
    (found,) = incidents.waiting(uow.session, instance_id=instance_id)

    with pytest.raises(InvalidInput) as refused:
        incidents.resolve(uow, found.id, " ", by=SYSTEM)

    assert refused.value.code == "incident.reason_missing"
