"""Measures over small populations: empty ones, other bands, exact averages, rows; and findings beside them."""

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import NotFound
from engine.uow import UnitOfWork
from ledger.findings.finding import Finding, Inquiry
from ledger.findings.registry import find_all
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import Figure, Year, ask_all, rows
from tests.integration.ledger.county import POLICY, Clerk, County, indicator, line

STAGES = {"self_evaluation", "dept_evaluation", "key_evaluation"}
BANDS = [["好", 85, 100], ["差", 0, 85]]


@pytest.fixture
def clerk(uow: UnitOfWork) -> Clerk:
    """A clerk of a county with two departments of one project each."""
    county = County(uow.session)
    county.add_organisations([("001", "教育局", "department"), ("002", "水利局", "department")])
    county.add_projects(
        {"code": code, "dept": dept, "budget_amount": Decimal(100_000)}
        for code, dept in (("P1", "001"), ("P2", "002"))
    )
    return Clerk(uow, county)


def _evaluate(
    clerk: Clerk, code: str, points: str, *, score: str, executed: int = 90_000, **more: Any
) -> None:
    clerk.lock_target(code, [indicator("90")], Decimal(100_000))
    values = {
        "budget_amount": Decimal(100_000),
        "executed_amount": Decimal(executed),
        "lines": [line(1, "90", points)],
    }
    clerk.do("record_self_evaluation", "self_evaluation", code, values | more)
    review = {"conclusion": "通过", "score": Decimal(score), "lines": [{"no": 1, "points": Decimal(80)}]}
    clerk.do("record_finance_review", "self_evaluation", code, review)


def _measured(clerk: Clerk, policy: dict[str, Any] = POLICY) -> dict[str, Figure]:
    scope = Year(clerk.county.id, clerk.county.year)
    return ask_all(clerk.uow.session, catalogue(policy, STAGES), scope)


def _found(clerk: Clerk, **policy: Any) -> list[Finding]:
    inquiry = Inquiry(clerk.uow.session, clerk.county.id, clerk.county.year, {**POLICY, **policy})
    return find_all(inquiry, STAGES)


def test_an_empty_population_counts_zero_and_has_no_average(clerk: Clerk) -> None:
    found = _measured(clerk)

    assert found["self_eval.count"].entry() == {"value": 0, "unit": "个", "printed": "0", "rows": 0}
    assert found["self_eval.grade.差"].printed == "0"
    assert found["self_eval.self_avg"].entry() == {"value": None, "unit": "分", "printed": "—", "rows": 0}
    assert found["self_eval.exec_rate"].value is None
    assert found["self_eval.budget"].printed == "0.00"


def test_averages_are_exact_and_printed_half_up(clerk: Clerk) -> None:
    _evaluate(clerk, "P1", "86.33", score="89.00")
    _evaluate(clerk, "P2", "85", score="88.05")

    found = _measured(clerk)

    assert found["self_eval.completion"].value == Decimal("95.18333333333333333333333333")
    assert found["self_eval.self_avg"].entry()["value"] == "94.665"
    assert (found["self_eval.self_avg"].printed, found["self_eval.fin_avg"].printed) == ("94.67", "88.5")
    assert found["self_eval.exec_rate"].printed == "90.00"


def test_other_bands_give_other_keys(clerk: Clerk) -> None:
    policy = {**POLICY, "grading": {"bands": BANDS}}
    _evaluate(clerk, "P1", "86", score="89.00")
    clerk.do("record_grade", "self_evaluation", "P1", arguments={"score": Decimal(89), "grade": "好"})

    found = _measured(clerk, policy)

    assert {key: figure.value for key, figure in found.items() if key.startswith("self_eval.grade.")} == {
        "self_eval.grade.好": 1,
        "self_eval.grade.差": 0,
    }


def test_a_policy_may_change_how_a_figure_is_printed(clerk: Clerk) -> None:
    _evaluate(clerk, "P1", "86.33", score="89.25")

    found = _measured(clerk, {**POLICY, "figures": {"decimals": {"self_eval.fin_avg": 2}}})

    assert found["self_eval.fin_avg"].printed == "89.25"


def test_only_the_stages_named_are_measured() -> None:
    measures = catalogue(POLICY, {"key_evaluation"})

    assert {measure.stage for measure in measures.values()} == {"key_evaluation"}


def test_the_rows_behind_a_figure_can_be_listed(clerk: Clerk) -> None:
    _evaluate(clerk, "P2", "85", score="88.05")
    scope, measures = Year(clerk.county.id, clerk.county.year), catalogue(POLICY, STAGES)

    columns, listed = rows(clerk.uow.session, measures, "self_eval.fin_avg", scope)

    row = dict(zip(columns, listed[0], strict=True))
    assert (row["code"], row["department"], row["finance_score"]) == ("P2", "水利局", Decimal("88.05"))
    with pytest.raises(NotFound):
        rows(clerk.uow.session, measures, "self_eval.nothing", scope)


def test_a_department_that_chose_too_little_is_found(clerk: Clerk) -> None:
    for code in ("P1", "P2"):
        clerk.lock_target(code, [indicator("90")], Decimal(100_000))
    clerk.do("record_selection", "dept_evaluation", "001", {"projects": ["P1"]})

    found = [(finding.rule_id, finding.subject, finding.found) for finding in _found(clerk)]

    assert ("D12", "002", "0.00%(0.00万元/10.00万元)") in found
    assert not [finding for finding in found if finding[1] == "001"]


def test_rules_that_the_policy_does_not_have_find_nothing(clerk: Clerk) -> None:
    clerk.lock_target("P1", [indicator("90")], Decimal(100_000))

    assert _found(clerk, dept_eval={}, key_eval={}) == []


def test_broken_sums_gaps_and_overspending_are_found(clerk: Clerk) -> None:
    _evaluate(clerk, "P1", "90", score="80", executed=110_000, total_score=Decimal("99"))

    found = {
        (finding.rule_id, finding.expected, finding.found)
        for finding in _found(clerk, dept_eval={}, key_eval={})
    }

    assert found == {
        ("L30", "100.00分", "99.00分"),
        ("L30", "90.00分", "80.00分"),
        ("L35", "≤10.00万元", "11.00万元"),
        ("D11", "相差<10分", "自评99.00分,财政80.00分"),
    }


def test_too_few_and_too_small_key_evaluations_are_found(clerk: Clerk) -> None:
    clerk.do("record_evaluation", "key_evaluation", "P1", {"score": Decimal(90), "summary": "结论"})
    session, county = clerk.uow.session, clerk.county
    provenance = {"key_eval.min_projects": ["R-49"]}
    inquiry = Inquiry(
        session, county.id, county.year, POLICY, provenance, last_year_key_amount=Decimal(200_000)
    )

    found = [(finding.rule_id, finding.found) for finding in find_all(inquiry, {"key_evaluation"})]

    assert found == [("R-49", "1个"), ("D13", "10.00万元")]
