"""Two failed rounds of monitoring in a row that nobody mended cap the grade, where the policy says so: from form to form."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions, instances, tasks
from engine.access import SYSTEM, Actor
from engine.instances import Order
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.filing import file_task
from host.publishing.factory import publish_factory
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.policy.pack import load
from tests.integration.ledger.county import YEAR, Clerk, County, indicator

NOTICE = {"problems": "工程没有开工", "requirement": "限期开工", "severity": "一般"}
FAILED: dict[str, Mapping[str, Any]] = {
    "monitoring": {
        "budget_amount": "50",
        "executed_amount": "1",
        "progress": "2",
        "possibility": "确定能",
        "evidence": "支付凭证",
        "reason": "因雨季停工。",
    },
    "signature": {"agreed": True},
    "monitoring_review": {"conclusion": "不合格", "opinion": "没有进度"},
    "rectification_notice": NOTICE,
    "rectification_reply": {"measures": "加派人员", "result": "正在开工"},
}
MENDED = {**FAILED, "rectification_verification": {"conclusion": "已整改"}}
NOT_MENDED = {**FAILED, "rectification_verification": {"conclusion": "未整改", "opinion": "仍未开工"}}
PASSED = {**FAILED, "monitoring_review": {"conclusion": "合格"}}
LINE = {"no": 1, "l1": "产出指标", "l2": "数量指标", "l3": "数量", "op": ">=", "target": "100", "unit": "个"}
EVALUATED: dict[str, Mapping[str, Any]] = {
    "signature": {"agreed": True},
    "self_evaluation": {
        "budget_amount": "50",
        "executed_amount": "50",
        "goal_result": "全部完成年度目标。",
        "lines": [{**LINE, "weight": "90", "actual": "100"}],
    },
    "finance_review": {"conclusion": "通过", "score": "100", "lines": [{"no": 1, "points": "90"}]},
}


class Office:
    """Takes instances of one project from form to form, with the real diagrams, decisions and operations."""

    def __init__(self, uow: UnitOfWork, pack: str) -> None:
        resolved = load(pack).resolve(YEAR)
        publish_factory(uow, by=SYSTEM)
        self.uow, self.chosen = uow, parameters(resolved.parameters())
        definitions.keep_parameters(uow, self.chosen)
        self.county = County(uow.session, policy=self.chosen.policy)
        self.county.add_organisations([("001", "水利局", "department")])
        self.county.add_projects([{"code": "P1", "dept": "001", "budget_amount": 500_000}])
        clerk = Clerk(uow, self.county)
        clerk.lock_target("P1", [indicator("90")], 500_000)  # type: ignore[arg-type]

    def through(self, process: str, answers: Mapping[str, Mapping[str, Any]], round: int = 1) -> None:
        """Start a process of the project and fill in every form it asks for until it has ended."""
        instance_id = instances.start(self.uow, self.order(process, round), by=SYSTEM)
        waiting = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == "open")
        while task := self.uow.session.scalars(waiting).first():
            by = Actor(task.organisation_id, task.role, frozenset({(task.role, task.organisation_id)}))
            tasks.claim(self.uow, task.id, by=by)
            file_task(self.uow, task.id, answers[str(task.form_key)], by=by)
            self.uow.session.expire_all()
        assert self.uow.session.get_one(ProcessInstance, instance_id).status == "completed"

    def order(self, process: str, round: int) -> Order:
        unit, bureau = (self.county.organisations[code] for code in ("001", "BUREAU"))
        return Order(
            business_key=f"test/{YEAR}/{process}.{round}/P1",
            title="水渠整修",
            process_key=process,
            bundle_hash=definitions.bind(self.uow, process, self.chosen.slots),
            parameter_hash=self.chosen.hash,
            jurisdiction_id=self.county.id,
            organisation_id=unit,
            stage=process,
            round=round,
            subject_kind="project",
            subject_id=self.county.projects["P1"][0],
            subject_code="P1",
            parties={"subject": unit, "bureau": bureau},
            data={"due_on": self.uow.now().date(), "round": round, "sampled": True},
        )

    def grade(self) -> tuple[str | None, bool]:
        """Evaluate the project and return its grade and whether it was capped."""
        self.through("self_evaluation", EVALUATED)
        found = self.uow.session.scalars(select(SelfEvaluation)).one()
        return found.grade, found.capped


@pytest.mark.parametrize(
    ("pack", "first", "second", "grade"),
    [
        ("shawan", NOT_MENDED, NOT_MENDED, ("差", True)),
        ("shawan", MENDED, MENDED, ("优", False)),
        ("shawan", NOT_MENDED, PASSED, ("优", False)),
        ("cn-default", NOT_MENDED, NOT_MENDED, ("优", False)),
    ],
    ids=["not mended twice", "mended", "failed once", "a place without the rule"],
)
def test_failed_rounds_that_nobody_mended_cap_the_grade_where_the_policy_says_so(
    uow: UnitOfWork,
    pack: str,
    first: Mapping[str, Mapping[str, Any]],
    second: Mapping[str, Mapping[str, Any]],
    grade: tuple[str, bool],
) -> None:
    office = Office(uow, pack)
    for number, answers in enumerate((first, second), 1):
        office.through("monitoring", answers, number)

    assert office.grade() == grade
