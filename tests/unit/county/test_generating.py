"""A made-up county is valid, deterministic and as the policy wants it."""

import json
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from engine.errors import InvalidInput
from ledger.county.apportion import apportion
from ledger.county.defects import KINDS
from ledger.county.generating import generate, titled
from ledger.county.library import load
from ledger.county.plan import execution_score
from ledger.importing.reading import accept, validate

POLICY: dict[str, Any] = {
    "grading.bands": [["优", 90, 100], ["良", 80, 90], ["中", 70, 80], ["差", 0, 70]],
    "weights.without_cost_l1": {"预算执行率": 10, "产出指标": 50, "效益指标": 30, "满意度指标": 10},
    "weights.with_cost_l1": {
        "预算执行率": 10,
        "成本指标": 20,
        "产出指标": 40,
        "效益指标": 20,
        "满意度指标": 10,
    },
    "taxonomy.cost_level_by_budget_year": [[0, 2], [2023, 1]],
    "dept_eval.min_amount_share": 0.2,
    "key_eval.min_projects": 10,
    "self_eval.exclude_fund_classes": ["中央转移支付"],
    "tracks": ["项目", "直达资金", "乡村振兴衔接资金", "社保基金", "PPP", "专项债券"],
}


@cache
def county(projects: int = 600) -> dict[str, Any]:
    return generate(POLICY, 2021, projects, 7, "示例县")


def test_the_same_seed_gives_the_same_county_and_another_seed_another() -> None:
    again = generate(POLICY, 2021, 600, 7, "示例县")

    assert json.dumps(again, ensure_ascii=False) == json.dumps(county(), ensure_ascii=False)
    assert generate(POLICY, 2021, 600, 8, "示例县")["projects"] != county()["projects"]


@pytest.mark.parametrize("projects", [5, 20, 97, 600])
def test_a_county_of_any_size_passes_our_own_validation(projects: int) -> None:
    assert validate(county(projects), year=2021) == []


def test_scores_add_up_from_execution_and_points() -> None:
    for project in county()["projects"]:
        execution = execution_score(project["exec"], project["budget"], 1_000)
        assert project["exec_score"] == execution
        assert project["self_score"] == execution + sum(row["self_pts"] for row in project["indicators"])
        assert project["fin_score"] == execution + sum(row["fin_pts"] for row in project["indicators"])


def test_the_reviewers_score_lies_in_the_band_of_the_label() -> None:
    bands = {label: (low * 100, high * 100) for label, low, high in POLICY["grading.bands"]}
    for project in county()["projects"]:
        low, high = bands[project["band"]]
        assert low <= project["fin_score"] < high or project["fin_score"] == high == 10_000

    shares = Counter(project["band"] for project in county()["projects"])
    assert shares["优"] > 500 and min(shares[label] for label in "良中差") > 5


def test_every_department_evaluates_at_least_the_share_of_its_money() -> None:
    money: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for project in county()["projects"]:
        money[project["dept"]][0] += project["budget"]
        money[project["dept"]][1] += project["budget"] * project["sel"]

    assert all(Decimal(chosen) >= Decimal("0.2") * total for total, chosen in money.values())


def test_at_least_ten_key_projects_are_evaluated_if_there_are_so_many() -> None:
    assert [sum("key_eval" in row for row in county(size)["projects"]) for size in (5, 20, 600)] == [
        5,
        10,
        10,
    ]


def test_defects_of_every_kind_occur_at_about_their_rate() -> None:
    projects = generate(POLICY, 2021, 3_000, 1, "示例县")["projects"]
    found = Counter(label for project in projects for label in project["defects"])

    assert set(KINDS) | {"ALL_PERFECT_SELF", "SELF_FIN_GAP_GE_15", "EXEC_OVER_BUDGET"} == set(found)
    for label, (share, _) in KINDS.items():
        assert 0.4 * share < found[label] / 3_000 < 1.5 * share


def test_labels_of_scores_are_true() -> None:
    for project in county()["projects"]:
        gap = project["self_score"] - project["fin_score"]
        assert ("SELF_FIN_GAP_GE_15" in project["defects"]) == (gap >= 1_500)
        if "ALL_PERFECT_SELF" in project["defects"]:
            assert all(row["self_pts"] == row["weight"] for row in project["indicators"])


def levels(year: int) -> tuple[set[str], dict[str, int]]:
    """Return the (level 1, level 2) pairs of cost rows, and the weights of one project by level 1."""
    projects = generate(POLICY, year, 60, 1, "示例县")["projects"]
    cost = {
        row["l1"] + "/" + row["l2"] for one in projects for row in one["indicators"] if "成本" in row["l2"]
    }
    weights: Counter[str] = Counter()
    for row in projects[0]["indicators"]:
        weights[row["l1"]] += row["weight"]
    return cost, dict(weights)


def test_cost_stands_under_output_before_the_taxonomy_changes_and_at_level_one_after() -> None:
    assert levels(2022) == (
        {"产出指标/成本指标"},
        {"产出指标": 5_000, "效益指标": 3_000, "满意度指标": 1_000},
    )
    cost, weights = levels(2023)
    assert {pair.partition("/")[0] for pair in cost} == {"成本指标"}
    assert weights == {"成本指标": 2_000, "产出指标": 4_000, "效益指标": 2_000, "满意度指标": 1_000}


def test_another_policy_gives_other_bands_weights_and_lists() -> None:
    policy = POLICY | {
        "grading.bands": [["合格", 75, 100], ["不合格", 0, 75]],
        "weights.without_cost_l1": {"预算执行率": 20, "产出指标": 40, "效益指标": 30, "满意度指标": 10},
        "dept_eval.min_amount_share": None,
        "self_eval.exclude_fund_classes": [],
        "tracks": ["项目"],
    }

    body = generate(policy, 2021, 100, 5, "示例县")

    assert validate(body, weight_total=8_000) == []
    assert {project["band"] for project in body["projects"]} == {"合格", "不合格"}
    assert body["excluded"] == [] and "direct" not in body and "bond" not in body


@pytest.mark.parametrize("bands", [[["过", 0, 100]], [["甲", 99.5, 100], ["乙", 60, 99.5], ["丙", 0, 60]]])
def test_strange_bands_are_kept(bands: list[list[Any]]) -> None:
    body = generate(POLICY | {"grading.bands": bands}, 2021, 200, 2, "示例县")

    lows = {label: low * 100 for label, low, _ in bands}
    assert all(project["fin_score"] >= lows[project["band"]] for project in body["projects"])
    assert validate(body) == []


def test_special_tracks_and_new_projects_are_there() -> None:
    ledger = accept(county())

    assert set(ledger.tracks) == {"direct", "rural", "ssf", "ppp", "bond", "pre_eval"}
    assert any((row.total_investment or 0) >= 10_000 for row in ledger.tracks["pre_eval"])
    assert ledger.bond_monitor_units and ledger.excluded


def test_names_come_from_the_function_classes_of_the_department() -> None:
    library = load()
    classes = dict(library.bureaus)
    names = {row["code"]: row["name"] for row in county()["departments"]}

    for project in county()["projects"]:
        if codes := classes.get(names[project["dept"]]):
            assert project["function_class"].partition(" ")[0] in codes


def test_a_county_without_projects_is_refused() -> None:
    with pytest.raises(InvalidInput, match="5 到 20000"):
        generate(POLICY, 2021, 0, 1, "示例县")


def test_a_taxonomy_we_have_no_texts_for_is_refused() -> None:
    policy = POLICY | {"weights.without_cost_l1": {"预算执行率": 10, "效果指标": 90}}

    with pytest.raises(InvalidInput, match="效果指标"):
        generate(policy, 2021, 20, 1, "示例县")


def test_parts_add_up_and_respect_their_caps() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(10, [5, 1, 0], caps=[2, 3, 9]) == [2, 3, 5]
    assert apportion(0, [1, 2]) == [0, 0]
    with pytest.raises(ValueError, match="room for 5"):
        apportion(5, [1], caps=[4])


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("{}项目", "衔接资金产业项目", "衔接资金产业项目"),
        ("{}经费", "办案业务经费", "办案业务经费"),
        ("{}（续建）项目", "办案业务经费", "办案业务（续建）项目"),
        ("{}专项", "路灯公厕维护", "路灯公厕维护专项"),
    ],
)
def test_the_name_of_a_project_says_its_kind_once(title: str, name: str, expected: str) -> None:
    assert titled(title, name) == expected
