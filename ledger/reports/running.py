"""How a year went: the run in numbers, who was late or missing, what was waived, who was kept out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine import ladder
from engine.calendar.local_time import local_date
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from ledger.lateness import DELIVERED_ON, LATE, TASK, stands
from ledger.model.circulars import Circular


@dataclass(frozen=True)
class Outcome:
    """The run of a year: counters, and the lists behind them."""

    run: Mapping[str, Any]
    overdue: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    waived: list[dict[str, Any]]
    circulars: list[dict[str, Any]]


def collect(session: Session, campaign_ids: Collection[int], now: datetime) -> Outcome:
    """Count what has happened in these campaigns by now."""
    ids = list(campaign_ids)
    overdue, absent, waived = _overdue(session, ids, now), missing(session, ids), _waived(session, ids)
    circulars = issued(session, ids)
    rungs = ladder.sent(session, ids)
    of_year = ProcessInstance.campaign_id.in_(ids)
    timers = (
        select(func.count()).select_from(Timer).join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
    )
    run = {
        "instances": session.scalar(select(func.count()).select_from(ProcessInstance).where(of_year)),
        "tasks_completed": _completed(session, ids),
        "timers_fired": session.scalar(timers.where(of_year, Timer.status == "fired")),
        "reminders_sent": rungs.get("reminder", 0),
        "escalations_sent": rungs.get("escalation", 0),
        "late": sum(1 for one in overdue if one["completed_on"]),
        "missing": len(absent),
        "waived": len(waived),
        "late_submissions": session.scalar(_late_submissions(ids, now)),
        "circulars": len(circulars),
    }
    return Outcome(run, overdue, absent, waived, circulars)


def _completed(session: Session, ids: list[int]) -> dict[str, Any]:
    task = UserTask
    done = (
        select(task.stage, task.element_id, func.count())
        .where(task.campaign_id.in_(ids), task.status == "completed")
        .group_by(task.stage, task.element_id)
        .order_by(task.stage, task.element_id)
    )
    by_stage: dict[str, int] = {}
    by_element: dict[str, int] = {}
    for stage, element_id, number in session.execute(done):
        by_stage[stage] = by_stage.get(stage, 0) + number
        by_element[f"{stage}/{element_id}"] = number
    return {"total": sum(by_stage.values()), "by_stage": by_stage, "by_element": by_element}


def _overdue(session: Session, ids: list[int], now: datetime) -> list[dict[str, Any]]:
    """List the tasks that passed their due moment: completed late, or never (their stage may have closed).

    Materialized: with row-level security the planner expects next to no instances, and would begin with all of them.
    """
    task, instance = UserTask, ProcessInstance
    passed_by = or_(  # each state by itself: the planner takes its index
        task.ended_at > task.due_at,
        and_(task.status == "open", task.due_at < now),
        and_(task.status == "suspended", task.due_at < now),
    )
    wanted = (task.stage, task.element_id, task.name, task.status, task.due_at, task.ended_at)
    late = (
        select(*wanted, task.instance_id, task.round)
        .where(task.campaign_id.in_(ids), passed_by)
        .cte("late")
        .prefix_with("materialized")
    )
    rows = (
        select(late, instance.subject_code, instance.title, instance.business_key)
        .join(instance, instance.id == late.c.instance_id)
        .order_by(late.c.due_at, instance.business_key, late.c.element_id, late.c.round)
    )
    return [
        {
            "stage": one.stage,
            "element": one.element_id,
            "task": one.name,
            "business_key": one.business_key,
            "subject": one.subject_code,
            "title": one.title,
            "due_on": local_date(one.due_at).isoformat() if one.due_at else None,
            "completed_on": local_date(one.ended_at).isoformat()
            if one.ended_at and one.status == "completed"
            else None,
        }
        for one in session.execute(rows)
    ]


def missing(session: Session, campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """List who had not filed when a stage closed."""
    member, campaign = CampaignSubject, Campaign
    rows = (
        select(campaign.stage, campaign.round, member.subject_code, member.title)
        .join(campaign, campaign.id == member.campaign_id)
        .where(member.campaign_id.in_(campaign_ids), member.status == "missing")
        .order_by(campaign.opens_at, campaign.stage, campaign.round, member.subject_code)
    )
    return [
        {"stage": stage, "round": number, "subject": code, "title": title}
        for stage, number, code, title in session.execute(rows)
    ]


def _waived(session: Session, ids: list[int]) -> list[dict[str, Any]]:
    campaign = Campaign
    rows = select(campaign).where(campaign.id.in_(ids), campaign.status == "waived")
    return [
        {"stage": one.stage, "round": one.round, "reason": one.waived_reason, "approver": one.waived_by}
        for one in session.scalars(rows.order_by(campaign.opens_at, campaign.stage))
    ]


def _late_submissions(ids: list[int], now: datetime) -> Any:
    """Return the statement that counts what was noted as late and stands."""
    noted = select(func.count()).select_from(LATE).join(TASK, TASK.c.id == LATE.c.task_id)
    return noted.where(LATE.c.campaign_id.in_(ids), stands(now))


def issued(session: Session, campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """List the circulars that were issued, each with how many lines and units it names and how many came in since."""
    named = (
        select(
            LATE.c.circular_id,
            func.count().label("lines"),
            func.count(LATE.c.organisation_id.distinct()).label("units"),
            func.count(DELIVERED_ON).label("delivered"),
        )
        .join(TASK, TASK.c.id == LATE.c.task_id)
        .where(LATE.c.left_out.is_(None), LATE.c.campaign_id.in_(campaign_ids))
        .group_by(LATE.c.circular_id)
        .subquery()
    )
    rows = (
        select(Circular.stage, Circular.checkpoint, Circular.title, Circular.number, Circular.issued_at)
        .add_columns(named.c.lines, named.c.units, named.c.delivered)
        .join(named, named.c.circular_id == Circular.id)
        .where(Circular.issued_at.is_not(None))
    )
    return [
        {
            "stage": one.stage,
            "round": one.checkpoint,
            "title": one.title,
            "number": one.number,
            "issued_on": local_date(one.issued_at).isoformat(),
            **{name: getattr(one, name) for name in ("lines", "units", "delivered")},
        }
        for one in session.execute(rows.order_by(Circular.issued_at, Circular.id))
    ]


def excluded(session: Session, campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Count the subjects that rules kept out of these campaigns, by stage and reason."""
    member, campaign = CampaignSubject, Campaign
    counted = (
        select(campaign.stage, member.reason, member.rule_id, func.count())
        .join(campaign, campaign.id == member.campaign_id)
        .where(member.campaign_id.in_(campaign_ids), member.status == "excluded")
        .group_by(campaign.stage, member.reason, member.rule_id)
        .order_by(campaign.stage, member.rule_id)
    )
    return [
        {"stage": stage, "reason": reason, "rule_id": rule_id, "count": number}
        for stage, reason, rule_id, number in session.execute(counted)
    ]
