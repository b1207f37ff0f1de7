"""Projects of the small county with targets, monitoring and scores of two years: what figures and disclosure are about."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert

from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.definitions import ParameterSet
from engine.uow import UnitOfWork
from ledger.model.filings_monitoring import MonitoringReport
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.filings_target import TargetFiling, TargetIndicator
from ledger.model.register import Project
from tests.integration.engine.stage import UNIT
from tests.web.small_county import OTHER_UNIT

YEAR = 2021
FILED = datetime(2022, 2, 1, 2, tzinfo=UTC)
ROOT = UUID(int=7)
SCORES = {
    "N1": (UNIT, "渠道维修", "213 农林水支出", 96, 94, "优"),
    "N2": (UNIT, "=1+1 良种推广", "213 农林水支出", 90, 80, "良"),
    "S1": (OTHER_UNIT, "水库加固", "213 农林水支出", 88, None, None),
    "S2": (OTHER_UNIT, "水文测站", None, 70, 60, "差"),
}
"""Code → unit, name, fund, self score, finance score, grade."""
LINES = (
    {
        "level1": "产出指标",
        "level2": "数量指标",
        "name": "维修渠道",
        "target_value": "12",
        "actual": "11",
        "unit": "公里",
    },
    {
        "level1": "满意度指标",
        "level2": "服务对象满意度指标",
        "name": "农户满意度",
        "target_value": "90",
        "actual": "96",
        "unit": "%",
    },
)


def settle_results(uow: UnitOfWork, year: int = YEAR, *, first: int = 1) -> dict[str, int]:
    """Leave four projects with their filings; return their ids by code. first: the id of the first of them."""
    made = dict(zip(SCORES, range(first, first + len(SCORES)), strict=True))
    if uow.session.get(Project, first) is not None:
        return made
    for number, (code, facts) in enumerate(SCORES.items(), first):
        unit, name, fund, own, finance, grade = facts
        project = {
            "id": number,
            "jurisdiction_id": 1,
            "organisation_id": unit,
            "year": year,
            "track": "project",
        }
        project |= {"code": code, "name": name, "function_class": fund, "budget_amount": Decimal(1_000_000)}
        project |= {"central_transfer": False, "is_new": False, "specialised": False}
        uow.session.execute(insert(Project), [project])
        place = {"jurisdiction_id": 1, "year": year, "organisation_id": unit, "project_id": number}
        _target(uow, place | _filing(year, code, "target"))
        _monitoring(uow, place | _filing(year, code, "monitoring"))
        scored = {"self_score": own, "finance_score": finance, "grade": grade}
        _self_evaluation(uow, place | _filing(year, code, "self"), scored)
    return made


def _filing(year: int, code: str, kind: str) -> dict[str, Any]:
    instance = uuid5(ROOT, f"{year} {code} {kind}")
    return {"instance_id": instance, "task_id": instance, "recorded_at": FILED, "submitted_count": 1}


def _target(uow: UnitOfWork, filing: dict[str, Any]) -> None:
    target: dict[str, Any] = {
        "kind": "target",
        "status": "approved",
        "amount": Decimal(1_000_000),
        "annual_goal": "修好渠道",
    }
    target |= {"indicator_count": 2, "quantified_count": filing["project_id"] % 2 + 1}
    target |= {"reviewed_at": FILED, "locked_at": FILED}
    uow.session.execute(insert(TargetFiling), [filing | target])
    lines = [
        {
            "jurisdiction_id": 1,
            "instance_id": filing["instance_id"],
            "line_no": number,
            "op": ">=",
            "weight": 50,
            "quantified": True,
        }
        | {name: line[name] for name in ("level1", "level2", "name", "target_value", "unit")}
        for number, line in enumerate(LINES, 1)
    ]
    uow.session.execute(insert(TargetIndicator), lines)


def _monitoring(uow: UnitOfWork, filing: dict[str, Any]) -> None:
    report: dict[str, Any] = {"round": 1, "adjusted_amount": 1_000_000, "executed_amount": 600_000}
    uow.session.execute(insert(MonitoringReport), [filing | report | {"progress_share": Decimal("0.7")}])


def report_again(uow: UnitOfWork, project_id: int, *, round: int, executed: int, year: int = YEAR) -> None:
    """Leave a report of a later round of the first project."""
    place = {"jurisdiction_id": 1, "year": year, "organisation_id": UNIT, "project_id": project_id}
    amounts = {"adjusted_amount": 1_000_000, "executed_amount": executed, "progress_share": Decimal("0.8")}
    report = place | _filing(year, "N1", f"monitoring {round}") | {"round": round} | amounts
    uow.session.execute(insert(MonitoringReport), [report])


def open_round(uow: UnitOfWork, round: int, year: int = YEAR) -> int:
    """Open a round of monitoring and return its stage."""
    policy = {"jurisdiction": "any", "year": year, "body": {}, "created_at": FILED}
    uow.session.execute(insert(ParameterSet), [policy | {"hash": f"round {round}"}])
    days = dict.fromkeys(("opens_at", "due_at", "closes_at"), FILED)
    place = {"jurisdiction_id": 1, "year": year, "stage": "monitoring", "round": round}
    row = place | days | {"parameter_hash": f"round {round}", "parties": {}, "status": "open"}
    return int(uow.session.scalars(insert(Campaign).values(row).returning(Campaign.id)).one())


def ask(uow: UnitOfWork, campaign_id: int, code: str, status: str, year: int = YEAR) -> str:
    """Ask a project of the other department, with a budget of 500,000 yuan, in a round; return its name."""
    name = f"没有填报的 {code}"
    project = Project(
        id=9_000 + len(code) * 100 + int(code[-1]),
        jurisdiction_id=1,
        organisation_id=OTHER_UNIT,
        year=year,
        track="project",
        code=code,
        name=name,
        budget_amount=Decimal(500_000),
        central_transfer=False,
        is_new=False,
        specialised=False,
    )
    uow.session.add(project)
    uow.session.flush()
    member = {
        "campaign_id": campaign_id,
        "process_key": "monitoring",
        "subject_kind": "project",
        "title": name,
    }
    member |= {"subject_id": project.id, "subject_code": code, "organisation_id": OTHER_UNIT}
    uow.session.execute(insert(CampaignSubject), [member | {"data": {}, "status": status}])
    return name


def _self_evaluation(uow: UnitOfWork, filing: dict[str, Any], scored: dict[str, Any]) -> None:
    done = scored["finance_score"] is not None
    values: dict[str, Any] = {
        "budget_amount": 1_000_000,
        "executed_amount": 900_000,
        "points_total": 80,
        "weight_total": 90,
    }
    values |= {"goal_result": "渠道修好了，联系人 13912345678。", "returned_count": 0}
    values |= {"reviewed_at": FILED if done else None, "graded_at": FILED if done else None}
    uow.session.execute(insert(SelfEvaluation), [filing | values | scored])
    lines = [
        {
            "jurisdiction_id": 1,
            "instance_id": filing["instance_id"],
            "line_no": number,
            "op": ">=",
            "weight": 45,
        }
        | {
            "points": 45 - (5 if line["name"] == "维修渠道" else 0),
            "reason": "汛期停工" if number == 1 else None,
        }
        | line
        for number, line in enumerate(LINES, 1)
    ]
    uow.session.execute(insert(SelfEvaluationLine), lines)
