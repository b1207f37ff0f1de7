"""The decisions of the domain under the packs of the localities that state them."""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.reading import read
from ledger.policy.pack import load
from ledger.scoring import quantitative

DECISIONS = Path(__file__).parents[2] / "workflows" / "decisions"


@lru_cache(maxsize=20)
def policy_of(pack: str) -> dict[str, Any]:
    return load(pack).resolve(2022).context()


def decide(key: str, pack: str, **inputs: Any) -> Any:
    """Ask a factory decision under a locality's pack."""
    return (
        read((DECISIONS / f"{key}.dmn").read_bytes()).decide(key, {"policy": policy_of(pack), **inputs}).value
    )


@pytest.mark.parametrize(
    ("pack", "facts", "required"),
    [
        ("shawan", {"is_new": True, "amount": 1}, True),
        ("shawan", {"is_new": False, "amount": 10**9}, False),
        ("weihai", {"is_new": True, "object_kind": "政策", "amount": 1}, True),
        ("shawan", {"is_new": True, "object_kind": "政策", "amount": 1}, False),
        ("rushan", {"is_new": False, "is_major": True, "amount": 1}, True),
        ("wuhai", {"is_new": False, "amount": 1}, True),
        ("guanxian", {"is_new": True, "category": "投资发展类", "amount": 3_000_000}, True),
        ("guanxian", {"is_new": True, "category": "投资发展类", "amount": 2_999_999}, False),
        ("guanxian", {"is_new": True, "category": "运转类", "amount": 1}, True),
        ("guanxian", {"is_new": True, "category": "其他", "amount": 1}, False),
    ],
)
def test_each_locality_says_who_needs_an_ex_ante_evaluation(
    pack: str, facts: dict[str, Any], required: bool
) -> None:
    asked = {"is_new": None, "is_major": None, "object_kind": "项目", "category": None, **facts}

    assert decide("pre_evaluation_required", pack, **asked)["required"] is required


@pytest.mark.parametrize(
    ("pack", "total", "route"),
    [
        ("shawan", 1_000_000, "third_party"),
        ("shawan", 999_999, "normal"),
        ("rushan", 1, "dual"),
        ("guanxian", 1, "merged"),
        ("weihai", 10**9, "normal"),
    ],
)
def test_each_locality_has_its_way_of_evaluating(pack: str, total: int, route: str) -> None:
    assert decide("pre_evaluation_route", pack, total_investment_amount=total, specialised=False) == route


@pytest.mark.parametrize(
    ("pack", "score", "vetoed", "label"),
    [
        ("cn-default", 80, False, "予以支持"),
        ("cn-default", 60, False, "建议调整完善后予以支持"),
        ("cn-default", 95, True, "不予支持"),
        ("shawan", 60, False, "支持"),
        ("shawan", 59, False, "不支持"),
        ("rushan", 59, False, "差"),
        ("wuhai", 59, None, "未通过"),
        ("cn-default", None, False, None),
    ],
)
def test_a_score_gets_the_words_of_the_scheme(
    pack: str, score: int | None, vetoed: bool | None, label: str | None
) -> None:
    assert decide("pre_evaluation_label", pack, total_score=score, vetoed=bool(vetoed)) == label


@pytest.mark.parametrize(
    ("pack", "worst", "missing", "conclusion"),
    [
        ("cn-default", "差", False, "stop"),
        ("rushan", "差", False, "stop"),
        ("weihai", "差", False, "return"),
        ("wuhai", "中", False, "cut"),
        ("cn-default", "中", False, "return"),
        ("guanxian", "优", True, "return"),
        ("guanxian", "优", False, "enter"),
    ],
)
def test_each_locality_treats_a_poor_target_its_way(
    pack: str, worst: str, missing: bool, conclusion: str
) -> None:
    marks = {"completeness": worst, "relevance": "优", "adequacy": "优", "feasibility": "优"}

    assert decide("target_conclusion", pack, **marks, missing_core=missing) == conclusion


@pytest.mark.parametrize(
    ("pack", "facts", "disposal"),
    [
        ("weihai", {"cause": "政策变化", "effect": "取消"}, "调减预算并调整目标"),
        ("guanxian", {"years_to_spend": 2}, "清理收回"),
        ("cn-default", {"years_to_spend": 2, "light": "green"}, "继续执行"),
        ("rushan", {"severity": "严重", "rectified": False}, "停止拨款"),
        ("rushan", {"severity": "严重"}, "暂缓拨款"),
        ("rushan", {"rectified": False}, "暂缓拨款"),
        ("guanxian", {"light": "red"}, "限时整改"),
        ("cn-default", {"light": "yellow"}, "限期整改"),
    ],
)
def test_monitoring_is_followed_by_what_the_pack_lists(
    pack: str, facts: dict[str, Any], disposal: str
) -> None:
    names = ("light", "cause", "effect", "severity", "rectified", "years_to_spend")
    asked = {**dict.fromkeys(names), **facts}

    assert decide("monitoring_disposal", pack, **asked)["disposal"] == disposal


@pytest.mark.parametrize(
    ("pack", "amount", "is_key", "place"),
    [
        ("shawan", 1, False, "all"),
        ("wuhai", 1_000_000, False, "must"),
        ("wuhai", 999_999, True, "must"),
        ("wuhai", 999_999, False, "draw"),
        ("weihai", 1, False, "draw"),
        ("guanxian", 1, False, "draw"),
        ("rushan", 10**9, True, "judge"),
    ],
)
def test_each_locality_checks_its_own_sample(pack: str, amount: int, is_key: bool, place: str) -> None:
    assert decide("spot_check_frame", pack, amount=amount, is_key=is_key) == place


@pytest.mark.parametrize(
    ("pack", "facts", "actions"),
    [
        ("rushan", {"filed": False}, ["通报"]),
        ("rushan", {"check_score": 80}, ["通报"]),
        ("rushan", {"check_grade": "差"}, ["通报"]),
        ("guanxian", {"truthful": False}, ["重点督查"]),
        ("wuhai", {"truthful": False}, ["整改通知书"]),
        ("weihai", {"truthful": False}, ["现场指导", "现场整改"]),
        ("rushan", {}, []),
    ],
)
def test_a_failed_check_has_the_consequences_of_the_pack(
    pack: str, facts: dict[str, Any], actions: list[str]
) -> None:
    good = {"filed": True, "truthful": True, "self_score": 90, "check_score": 85, "check_grade": "良"}

    assert decide("spot_check_outcome", pack, **{**good, **facts})["actions"] == actions


def test_a_project_not_evaluated_for_a_cycle_is_chosen() -> None:
    facts = {"is_key": True, "evaluated_before": False, "one_off": True}

    assert decide("dept_selection", "shawan", **facts, years_since_last=5) == {"forced": True, "priority": 6}
    young = decide(
        "dept_selection", "shawan", is_key=False, evaluated_before=True, one_off=False, years_since_last=1
    )
    assert young == {"forced": False, "priority": Decimal("0.2")}


def test_a_candidate_gets_the_points_of_each_condition() -> None:
    names = ("decided_by_government", "wide_coverage", "public_attention", "large_amount", "long_term")

    assert decide("key_candidate_score", "shawan", **dict.fromkeys(names, True)) == 100
    assert decide("key_candidate_score", "shawan", **dict.fromkeys(names, False)) == 0


@pytest.mark.parametrize(
    ("importance", "secret", "public", "congress"),
    [("重大", True, False, False), ("重大", False, True, True), ("一般", False, True, False)],
)
def test_what_is_disclosed_depends_on_weight_and_secrecy(
    importance: str, secret: bool, public: bool, congress: bool
) -> None:
    scope = decide("disclosure_scope", "wuhai", information="target", importance=importance, secret=secret)

    assert (scope["public"], scope["congress"]) == (public, congress)


@pytest.mark.parametrize(
    ("pack", "cause", "times", "word"),
    [
        ("shawan", "推诿扯皮", 1, "通报批评"),
        ("shawan", "推诿扯皮", 2, "约谈"),
        ("shawan", "推诿扯皮", 3, "追责问责"),
        ("rushan", "推进不力", None, "一定范围内通报"),
        ("rushan", "弄虚作假", 1, "追责问责"),
        ("rushan", None, 1, None),
    ],
)
def test_consequences_grow(pack: str, cause: str | None, times: int | None, word: str | None) -> None:
    assert decide("consequence", pack, cause=cause, times=times) == word


def test_firms_review_each_other_in_a_circle_but_never_an_affiliate() -> None:
    firms = [{"name": "甲", "group": "a"}, {"name": "乙", "group": "b"}, {"name": "丙", "group": "c"}]

    pairs = decide("cross_review", "wuhai", firms=firms)

    assert [(pair["reviewer"], pair["reviewed"]) for pair in pairs] == [
        ("甲", "乙"),
        ("乙", "丙"),
        ("丙", "甲"),
    ]
    assert decide("cross_review", "wuhai", firms=[{**firm, "group": "x"} for firm in firms]) == []
    assert decide("cross_review", "wuhai", firms=firms[:1]) == []
    assert decide("cross_review", "shawan", firms=firms) == []


@pytest.mark.parametrize(
    ("affiliated", "stages", "allowed"), [(True, [], False), (False, ["目标审核"], False), (False, [], True)]
)
def test_a_firm_with_a_history_may_not_evaluate(affiliated: bool, stages: list[str], allowed: bool) -> None:
    answer = decide("conflict_of_interest", "shawan", affiliated=affiliated, earlier_stages=stages)

    assert answer["allowed"] is allowed


@pytest.mark.parametrize(("low", "leaves"), [(2, True), (1, False), (None, False)])
def test_two_low_results_end_a_project(low: int | None, leaves: bool) -> None:
    assert decide("exit_decision", "guanxian", ends_on=None, on=None, low_results=low)["exit"] is leaves


@pytest.mark.parametrize("op", [">=", ">", "<=", "<", "="])
@pytest.mark.parametrize(
    ("target", "actual"), [("100", "95"), ("90", "100"), ("7", "7"), ("100", "140"), ("0", "3")]
)
@pytest.mark.parametrize("too_low", [False, True])
def test_the_table_of_points_is_the_formula(op: str, target: str, actual: str, too_low: bool) -> None:
    asked: dict[str, Any] = {"op": op, "target": Decimal(target), "actual": Decimal(actual), "weight": 10}
    expected = quantitative(op, target, actual, 10, target_too_low=too_low).score

    answer = decide(
        "indicator_score", "cn-default", **asked, target_too_low=too_low, tier=None, typed_points=None
    )

    assert answer == expected


@pytest.mark.parametrize(("points", "fits"), [(8, True), (10, True), (7, False)])
def test_typed_points_must_lie_in_their_tier(points: int, fits: bool) -> None:
    asked: dict[str, Any] = {
        "op": "定性",
        "target": "良好",
        "actual": "良好",
        "weight": 10,
        "target_too_low": False,
    }

    answer = decide("indicator_score", "cn-default", **asked, tier="达成年度指标", typed_points=points)

    assert answer == (points if fits else None)
