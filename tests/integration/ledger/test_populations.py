"""Who takes part in each stage, drawn from the register and from what was filed before."""

from decimal import Decimal
from typing import Any

import pytest

from engine.launching import Subject
from engine.uow import UnitOfWork
from ledger.populations import POPULATIONS
from tests.integration.ledger.county import POLICY, Clerk, County, chosen, indicator

BUDGET = Decimal(500_000)
FILED = {"executed_amount": Decimal(0), "progress": Decimal(0), "possibility": "有可能"}


@pytest.fixture
def clerk(uow: UnitOfWork) -> Clerk:
    """Two departments; P1 and P2 with a locked target, P3 returned, T1 a transfer, two bonds and a PPP project."""
    county = County(uow.session)
    county.add_organisations([(code, f"部门{code}", "department") for code in ("001", "002", "003")])
    rows = [("P1", "001"), ("P2", "002"), ("P3", "002"), ("T1", "001")]
    county.add_projects(
        {"code": code, "dept": dept, "budget_amount": BUDGET, "central_transfer": code == "T1"}
        for code, dept in rows
    )
    special = [("B1", "bond"), ("B2", "bond"), ("Q1", "ppp"), ("N1", "pre_eval")]
    county.add_projects(
        {"code": code, "dept": "001", "budget_amount": BUDGET, "track": track} for code, track in special
    )
    filer = Clerk(uow, county)
    for code in ("P1", "P2"):
        filer.lock_target(code, [indicator("90")], BUDGET)
    filer.do("record_target", "target", "P3", {"amount": BUDGET, "indicators": [indicator("90")]})
    filer.do("conclude_target", "target", "P3", arguments={"conclusion": "return"})
    return filer


def _population(clerk: Clerk, name: str, **policy: Any) -> list[Subject]:
    county = clerk.county
    parameters = chosen({**POLICY, **policy})
    return POPULATIONS[name](clerk.uow.session, county.id, county.year, parameters)


def _codes(members: list[Subject]) -> list[str]:
    return [member.code for member in members]


def test_every_project_takes_part_in_target_filing(clerk: Clerk) -> None:
    members = _population(clerk, "target")

    assert _codes(members) == ["P1", "P2", "P3", "T1"]
    assert members[3].data["central_transfer"] is True
    assert members[0].data["amount"] == 500_000


def test_the_budget_gate_knows_whose_target_was_approved(clerk: Clerk) -> None:
    approved = {member.code: member.data["target_approved"] for member in _population(clerk, "approval")}

    assert approved == {"P1": True, "P2": True, "P3": False}


def test_only_locked_baselines_are_monitored(clerk: Clerk) -> None:
    assert _codes(_population(clerk, "monitoring")) == ["P1", "P2"]


def test_excluded_fund_classes_are_listed_with_the_reason(clerk: Clerk) -> None:
    members = _population(clerk, "self_evaluation")

    assert _codes([member for member in members if member.reason is None]) == ["P1", "P2"]
    assert [(member.code, member.rule_id) for member in members if member.reason] == [
        ("T1", "self_eval.exclude_fund_classes")
    ]


def test_nothing_is_excluded_without_excluded_classes(clerk: Clerk) -> None:
    members = _population(clerk, "self_evaluation", self_eval={"exclude_fund_classes": []})

    assert not [member for member in members if member.reason]


def test_a_share_is_sampled_where_the_bureau_does_not_check_all(clerk: Clerk) -> None:
    members = _population(
        clerk, "self_evaluation", finance_review={"coverage": "sample"}, spot_check={"min_ratio": 0.1}
    )

    assert sum(member.data["sampled"] for member in members) == 1


def test_failed_rounds_reach_the_grade_cap(clerk: Clerk) -> None:
    for number in (1, 2):
        clerk.do("record_monitoring", "monitoring", "P1", FILED, round=number)
        clerk.do("record_monitoring_review", "monitoring", "P1", {"conclusion": "不合格"}, round=number)

    data = {member.code: member.data for member in _population(clerk, "self_evaluation")}

    assert (data["P1"]["failed_rounds"], data["P1"]["unrectified"]) == (2, True)
    assert (data["P2"]["failed_rounds"], data["P2"]["unrectified"]) == (0, False)


def test_departments_with_projects_select_and_the_bureau_selects_key_projects(clerk: Clerk) -> None:
    departments = _population(clerk, "dept_evaluation")

    assert _codes(departments) == ["001", "002"]
    assert departments[0].data == {"item_count": 1, "amount": 500_000}
    assert _codes(_population(clerk, "key_evaluation")) == ["BUREAU"]


def test_whole_departments_take_part_if_the_policy_says_so(clerk: Clerk) -> None:
    assert _codes(_population(clerk, "whole_target")) == ["001", "002", "003"]
    assert _population(clerk, "whole_target", whole_dept={"enabled": False}) == []


def test_bonds_are_monitored_by_unit_and_more_or_fewer_units_when_known(clerk: Clerk) -> None:
    assert _codes(_population(clerk, "track_monitoring")) == ["Q1", "001"]
    assert _codes(_population(clerk, "track_monitoring", bond={"monitor_units": 3})) == [
        "Q1",
        "001",
        "002",
        "003",
    ]
    assert _codes(_population(clerk, "track_monitoring", bond={"monitor_units": 0})) == ["Q1"]
    assert _codes(_population(clerk, "track_self_evaluation")) == ["B1", "B2"]
    assert _codes(_population(clerk, "pre_evaluation")) == ["N1"]


def test_results_are_used_for_graded_projects(clerk: Clerk) -> None:
    clerk.do("record_evaluation", "dept_evaluation", "P2", {"score": Decimal(75), "summary": "结论"})
    clerk.do("record_grade", "dept_evaluation", "P2", arguments={"score": Decimal(75)})

    assert _codes(_population(clerk, "result_application")) == ["P2"]
    assert _codes(_population(clerk, "result_disclosure")) == ["002"]
