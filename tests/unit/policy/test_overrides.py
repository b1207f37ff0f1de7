"""Values set for one run: read, typed, and followed by dates, ladder and derived values."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.parameters import parameters
from ledger.policy.errors import PolicyInvalid, UnknownKey
from ledger.policy.overrides import read_overrides
from ledger.policy.pack import load
from ledger.policy.schema import FIELDS, accept

NATIONAL = load("cn-default")


def test_texts_become_typed_values_and_the_last_one_wins() -> None:
    texts = [
        "dept_eval.min_amount_share=0.2",
        ' spot_check.mode = "judgement"',
        "dept_eval.min_amount_share=0.3",
    ]

    assert read_overrides(texts) == {"dept_eval.min_amount_share": 0.3, "spot_check.mode": "judgement"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grading.bands", "KEY=JSON"),
        ("=3", "KEY=JSON"),
        ("spot_check.mode=ratio", "加双引号"),
        ("dept_eval.cycle_years=NaN", "不是数"),
        ("dept_eval.cycle_years=true", "1 到 20 的整数,实际为 true"),
        ("dept_eval.cycle_years=5.5", "整数"),
        ('dept_eval.cycle_years="5"', '实际为 "5"'),
        ("dept_eval.cycle_years=null", "null"),
        ("dept_eval.min_amount_share=20", "0 到 1"),
        ("expert_panel.required=1", "true 或 false"),
        ('grading.bands=[["优",90,100],["差",0,80]]', "无缺口"),
        ('grading.bands=[["优",90,100],["优",0,90]]', "无缺口"),
        ('monitoring.submit={"rule":"day_of_next_month","day":32}', "报送规则"),
        (
            'monitoring.checkpoints=[{"year_offset":0,"month":5,"day":31},{"year_offset":0,"month":5,"day":31}]',
            "互不",
        ),
        ('key_eval.weights={"产出":60,"产出":40}', "出现了两次"),
        ("calendar.reminders_days_before=[-1]", "0 到 120"),
        ("calendar.escalation_days_after=[1,1]", "不重复"),
        ('self_eval.deadline={"year_offset":1,"month":13,"day":1}', "日期规则"),
        ("monitoring.fail_cap={}", "限档"),
        ("calendar.reminders_days_before=null", "整数列表,如 .*实际为空"),
        ('pre_eval.third_party_when="total_investment_wan>="', "FEEL 条件"),
        ('pre_eval.third_party_when="amount > 3"', "total_investment_wan"),
        ('pre_eval.third_party_when="1 + 1"', "FEEL 条件"),
    ],
)
def test_a_wrong_text_is_refused_with_what_was_expected_and_found(text: str, said: str) -> None:
    with pytest.raises(PolicyInvalid, match=said):
        read_overrides([text])


def test_an_unknown_key_is_refused_with_its_code_and_the_nearest_key() -> None:
    with pytest.raises(UnknownKey, match=re.escape("grading.bands")) as caught:
        read_overrides(["grading.bnds=[]"])

    assert caught.value.code == "policy.unknown_key"
    assert caught.value.facts["nearest"] == "grading.bands"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(FIELDS)), anything)
def test_any_value_is_either_taken_unchanged_or_refused(key: str, value: Any) -> None:
    try:
        taken = accept(key, value, "测试")
    except PolicyInvalid:
        return
    assert taken is value


@given(st.sampled_from(sorted(FIELDS)))
def test_every_value_of_the_national_pack_can_be_set_again(key: str) -> None:
    value = NATIONAL.resolve(2024).values[key]

    overrides = read_overrides([f"{key}={json.dumps(value, ensure_ascii=False)}"])

    assert NATIONAL.resolve(2024, overrides).parameters() == NATIONAL.resolve(2024).parameters()


def test_an_override_shows_as_one_and_changes_the_parameter_set() -> None:
    plain, changed = NATIONAL.resolve(2024), NATIONAL.resolve(2024, {"result.deduct_below_score": 75})

    assert changed.origins["result.deduct_below_score"].overridden
    assert "参数设置" in changed.explain("result.deduct_below_score")
    assert parameters(plain.parameters()).hash != parameters(changed.parameters()).hash


def test_the_ladder_follows_the_days_set() -> None:
    days = {"calendar.reminders_days_before": [3, 15], "calendar.escalation_days_after": [2, 4, 8, 16]}

    ladder = NATIONAL.resolve(2024, days).parameters()["ladders"]["standard"]

    assert ladder["before"] == [15, 3]
    assert ladder["after"] == [2, 4, 8, 16]
    assert ladder["recipients"] == {
        "-15": ["assignee"],
        "-3": ["assignee", "unit_head"],
        "2": ["unit_head"],
        "4": ["department", "section"],
        "8": ["performance"],
        "16": ["performance"],
    }


def test_a_ladder_may_have_no_rungs() -> None:
    days: dict[str, Any] = {"calendar.reminders_days_before": [], "calendar.escalation_days_after": []}

    assert NATIONAL.resolve(2024, days).ladders["standard"]["recipients"] == {}


def test_other_bands_change_labels_and_the_grade_of_a_capped_project() -> None:
    cap = {
        "consecutive_failures": 2,
        "and_not_rectified": True,
        "forbidden_grades": ["甲"],
        "cap_grade": "差",
    }
    bands = [["丙", 0, 60], ["甲", 85, 100], ["乙", 60, 85]]

    derived = NATIONAL.resolve(2024, {"grading.bands": bands, "monitoring.fail_cap": cap}).derived

    assert derived["grading.labels"] == ["甲", "乙", "丙"]
    assert derived["monitoring.cap_grade"] == "丙"


def test_the_slot_of_a_replaceable_step_can_be_set() -> None:
    changed = NATIONAL.resolve(2024, {"slots.finance_check": "finance_scoring"})

    assert changed.slots["finance_check"] == "finance_scoring"
    assert NATIONAL.resolve(2024).slots["finance_check"] == "spot_check"
