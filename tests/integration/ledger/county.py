"""A small county in the register, and steps that stand somewhere in its year."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.access import SYSTEM
from engine.operations import Operations, Step
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from ledger.model.register import Jurisdiction, Organisation, Project
from ledger.operations.registry import register_all

YEAR = 2031
NOW = datetime(2032, 2, 1, 2, tzinfo=UTC)
POLICY: dict[str, Any] = {
    "grading": {"bands": [["优", 90, 100], ["良", 80, 90], ["中", 70, 80], ["差", 0, 70]]},
    "scoring": {
        "exec_rate": "linear",
        "qualitative_tiers": [["达成", 0.8, 1.0], ["部分达成", 0.6, 0.8], ["未达成", 0.0, 0.6]],
        "overshoot_review_over": 0.3,
    },
    "self_eval": {"exclude_fund_classes": ["中央转移支付"]},
    "monitoring": {"scope": "ALL"},
    "finance_review": {"coverage": "all"},
    "spot_check": {"gap_delta": 10},
    "dept_eval": {"min_amount_share": 0.2, "share_scope": "per_department"},
    "key_eval": {"min_projects": 2, "amount_not_below_last_year": True},
    "expert_panel": {"composition": ["财政部门", "行业专家"]},
}
OPERATIONS = Operations()
register_all(OPERATIONS)


def chosen(policy: Mapping[str, Any] = POLICY, year: int = YEAR) -> Parameters:
    """Return the year's parameters."""
    body = {"jurisdiction": "test", "year": year, "policy": policy, "dates": {}, "slots": {}, "ladders": {}}
    return parameters(body)


class County:
    """One jurisdiction: a bureau, departments by code, projects by code."""

    def __init__(self, session: Session, *, year: int = YEAR, policy: Mapping[str, Any] = POLICY) -> None:
        self.session = session
        self.parameters = chosen(policy, year)
        self.year = year
        named = {"code": f"J{uuid4().hex[:8]}", "name": "测试县"}
        self.id = session.scalars(insert(Jurisdiction).returning(Jurisdiction.id), named).one()
        self.organisations: dict[str, int] = {}
        self.projects: dict[str, tuple[int, str]] = {}
        self.add_organisations([("BUREAU", "财政局", "bureau")])

    def add_organisations(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Register organisations from (code, name, kind)."""
        values = [
            {"jurisdiction_id": self.id, "code": code, "name": name, "kind": kind}
            | {"parent_id": None, "valid_from": date(self.year - 1, 1, 1), "valid_to": None}
            for code, name, kind in rows
        ]
        added = insert(Organisation).returning(Organisation.code, Organisation.id)
        self.organisations |= {row.code: row.id for row in self.session.execute(added, values)}

    def add_projects(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Register projects from mappings with code, dept, budget_amount and flags."""
        listed = [dict(row) for row in rows]
        depts = {row["code"]: row.pop("dept") for row in listed}
        defaults = {
            "jurisdiction_id": self.id,
            "year": self.year,
            "track": "project",
            "name": "某项目",
            "function_class": None,
            "central_transfer": False,
            "is_new": False,
            "specialised": False,
            "total_investment_amount": None,
        }
        values = [
            {**defaults, **row, "organisation_id": self.organisations[depts[row["code"]]]} for row in listed
        ]
        added = insert(Project).returning(Project.code, Project.id)
        for code, number in self.session.execute(added, values):
            self.projects[code] = (number, depts[code])


class Clerk:
    """Files forms for one county by calling operations the way the engine does."""

    def __init__(self, uow: UnitOfWork, county: County) -> None:
        self.uow = uow
        self.county = county
        self.instances: dict[tuple[str, int, str], UUID] = {}

    def step(self, stage: str, code: str, values: Mapping[str, Any], round: int = 1, **data: Any) -> Step:
        """Return a step of the instance for one subject, stage and round."""
        county = self.county
        is_project = code in county.projects
        subject_id, dept = county.projects.get(code, (county.organisations.get(code, 0), code))
        instance_id = self.instances.setdefault((stage, round, code), uuid4())
        return Step(
            instance_id=instance_id,
            business_key=f"{stage}/{code}",
            definition_key=stage,
            element_id="element",
            task_id=uuid4(),
            campaign_id=None,
            stage=stage,
            round=round,
            subject_kind="project" if is_project else "organisation",
            subject_id=subject_id,
            subject_code=code,
            jurisdiction_id=county.id,
            organisation_id=county.organisations[dept],
            parties={},
            parameters=county.parameters,
            actor=SYSTEM,
            now=NOW,
            values=values,
            data=data,
        )

    def do(
        self,
        operation: str,
        stage: str,
        code: str,
        values: Mapping[str, Any] | None = None,
        arguments: Mapping[str, Any] | None = None,
        round: int = 1,
        **data: Any,
    ) -> Mapping[str, Any]:
        """Call an operation with clean form values; return what it gives to the diagram."""
        step = self.step(stage, code, values or {}, round, **data)
        return OPERATIONS.call(self.uow, operation, step, arguments or {}) or {}

    def lock_target(self, code: str, indicators: list[dict[str, Any]], amount: Decimal) -> None:
        """Take a project's target from filing to the locked baseline."""
        ratings = dict.fromkeys(("completeness", "relevance", "adequacy", "feasibility"), "优")
        self.do(
            "record_target",
            "target",
            code,
            {"amount": amount, "annual_goal": "目标", "indicators": indicators},
        )
        self.do("record_target_review", "target", code, ratings)
        self.do("conclude_target", "target", code, arguments={"conclusion": "enter"})
        self.do("record_budget_approval", "approval", code, {"approved_amount": amount})
        self.do("lock_baseline", "approval", code)


def indicator(
    weight: str, *, op: str = ">=", value: Any = Decimal(100), quantified: bool = True, l3: str = "数量"
) -> dict[str, Any]:
    """Return one clean row of a target form."""
    return {
        "l1": "产出指标",
        "l2": "数量指标",
        "l3": l3,
        "op": op,
        "value": value,
        "unit": "个",
        "quantified": quantified,
        "weight": Decimal(weight),
    }


def line(
    number: int, weight: str, points: str, *, op: str = ">=", target: Any = Decimal(100)
) -> dict[str, Any]:
    """Return one clean row of a self-evaluation form."""
    return {
        "no": number,
        "op": op,
        "target": target,
        "weight": Decimal(weight),
        "points": Decimal(points),
        "actual": Decimal(99),
        "manual": False,
    }
