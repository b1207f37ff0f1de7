"""Two budget years of the small county: stages with members in every state, two tasks that are overdue."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine import campaigns, definitions, tasks
from engine.access import Actor
from engine.campaigns import Plan
from engine.model.base import table_of
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from ledger.model.register import Project
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import BUREAU, UNIT, chosen, open_task, signed, started
from tests.web.small_county import OTHER_UNIT, PEOPLE

YEAR = 2021
OPENED = {"pre_evaluation": "closed", "target": "closed", "self_evaluation": "open", "whole_target": "waived"}
TRACKS = {
    "project": {"track": "project", "central_transfer": False},
    "central": {"track": "project", "central_transfer": True},
}


def live_through(uow: UnitOfWork) -> dict[str, int]:
    """Make the year as it stands; return the ids of its stages."""
    definitions.keep_parameters(uow, chosen())
    now = uow.now()
    days = {
        "pre_evaluation": -200,
        "target": -100,
        "whole_target": -90,
        "self_evaluation": 10,
        "result_application": 90,
    }
    plans = [
        Plan(stage, 1, now + timedelta(days=at - 30), now + timedelta(days=at), now + timedelta(days=at + 20))
        for stage, at in days.items()
    ]
    common: dict[str, Any] = {
        "jurisdiction_id": 1,
        "parameter_hash": chosen().hash,
        "parties": {"bureau": BUREAU},
    }
    found = campaigns.plan(uow, plans, year=YEAR, **common)
    campaigns.plan(uow, [Plan("target", 1, now, now, now)], year=YEAR + 1, **common)
    ids = {stage: campaign_id for (stage, _), campaign_id in found.items()}
    for stage, status in OPENED.items():
        reason = "政府批准豁免 第 6 号" if status == "waived" else None
        changed = update(Campaign).where(Campaign.id == ids[stage])
        uow.session.execute(changed.values(status=status, opened_at=now, waived_reason=reason))
    _add_members(uow, ids)
    _file_and_fall_behind(uow, ids["self_evaluation"])
    return ids


def _add_members(uow: UnitOfWork, ids: dict[str, int]) -> None:
    rows = [(ids["target"], UNIT, "project", "completed")] * 4 + [
        (ids["target"], OTHER_UNIT, "project", "missing")
    ] * 2
    rows += [(ids["target"], UNIT, "central", "completed"), (ids["target"], UNIT, "central", "waived")]
    rows += [
        (ids["self_evaluation"], UNIT, "central", "excluded"),
        (ids["self_evaluation"], UNIT, "project", "completed"),
    ]
    rows += [(ids["self_evaluation"], OTHER_UNIT, "project", "pending")] * 60
    uow.session.execute(insert(table_of(CampaignSubject)), [
        {
            "jurisdiction_id": 1, "campaign_id": campaign_id, "organisation_id": unit, "process_key": "review",
            "subject_kind": "project", "subject_id": number, "subject_code": f"P{number:03}", "title": f"道路养护{number}",
            "data": TRACKS[kind], "status": status, "rule_id": "SW-R06" if status == "excluded" else None,
        }
        for number, (campaign_id, unit, kind, status) in enumerate(rows)
    ])  # fmt: skip


def _file_and_fall_behind(uow: UnitOfWork, campaign_id: int) -> None:
    """Start two reviews that are overdue; the form of one was filed a day ago, and waits with the bureau."""
    for number in (900, 901):
        place = {
            "organisation_id": UNIT,
            "parties": {"subject": UNIT, "bureau": BUREAU},
            "campaign_id": campaign_id,
        }
        instance_id = started(uow, REVIEW, **place)
        uow.session.execute(insert(table_of(CampaignSubject)), [{
            "jurisdiction_id": 1, "campaign_id": campaign_id, "organisation_id": UNIT, "process_key": "review",
            "subject_kind": "project", "subject_id": number, "subject_code": f"P{number}", "title": f"河道整治{number}",
            "data": TRACKS["project"], "status": "started", "instance_id": instance_id,
        }])  # fmt: skip
    preparer = Actor(PEOPLE["preparer"], "人101", frozenset({("preparer", UNIT)}))
    first = open_task(uow, instance_id).id
    tasks.claim(uow, first, by=preparer)
    tasks.complete(uow, first, signed(), by=preparer)
    late = select(UserTask.id).where(UserTask.campaign_id == campaign_id)
    behind = datetime.now(UTC) - timedelta(days=3650)
    uow.session.execute(update(UserTask).where(UserTask.id.in_(late)).values(due_at=behind))


def register_projects(uow: UnitOfWork) -> dict[str, int]:
    """Enter projects of both departments; the review that was filed is about one of them."""
    plain: dict[str, Any] = {
        "jurisdiction_id": 1, "track": "project", "central_transfer": False, "is_new": False, "specialised": False,
        "budget_amount": 1_000_000,
    }  # fmt: skip
    listed = [
        ("P900", "河道整治工程", UNIT, YEAR), ("P900", "河道整治工程", UNIT, YEAR + 1), ("P77", "水库除险加固", OTHER_UNIT, YEAR),
    ]  # fmt: skip
    listed += [(f"Q{number:03}", f"农村公路养护{number}", OTHER_UNIT, YEAR) for number in range(60)]
    named = insert(table_of(Project)).returning(Project.code, Project.year, Project.id)
    rows = [
        plain | {"code": code, "name": name, "organisation_id": unit, "year": year}
        for code, name, unit, year in listed
    ]
    found = {f"{code}/{year}": number for code, year, number in uow.session.execute(named, rows)}
    mine = found[f"P900/{YEAR}"]
    member = select(CampaignSubject).where(CampaignSubject.subject_code == "P901")
    subject = uow.session.scalars(member).one()
    subject.subject_id = mine
    changed = update(ProcessInstance).where(ProcessInstance.id == subject.instance_id)
    uow.session.execute(changed.values(subject_kind="project", subject_id=mine))
    return found
