"""The body handed to the engine, and the figures a policy states."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.calendar.documents import from_excerpt
from engine.parameters import parameters
from ledger.policy.figures import figures
from ledger.policy.pack import available, load

FIGURES = Path(__file__).parents[3].parent / "shared" / "domain" / "figures.json"


@pytest.mark.parametrize("policy_id", available())
def test_the_body_is_plain_json_and_always_the_same(policy_id: str) -> None:
    body = load(policy_id).resolve(2022).parameters()

    assert json.loads(json.dumps(body)) == body
    assert body == load(policy_id).resolve(2022).parameters()
    assert parameters(body).jurisdiction == policy_id


def test_expressions_see_nested_values_and_real_dates() -> None:
    constants = parameters(load("shawan").resolve(2021).parameters()).constants()

    assert constants["policy"]["dept_eval"]["min_amount_share"] == 0.2
    assert constants["policy"]["pre_eval"]["third_party_min_investment_amount"] == 1_000_000
    assert constants["policy"]["pre_eval"]["third_party_if_specialised"] is True
    assert constants["policy"]["monitoring"]["cap_grade"] == "差"
    assert constants["policy"]["weights"]["indicators"] == 90
    assert constants["dates"]["self_evaluation"]["due"] == date(2022, 2, 15)
    assert "stages" not in constants["policy"]


def test_the_body_keeps_the_holidays_its_dates_were_computed_with() -> None:
    calendar = from_excerpt(load("shawan").resolve(2021).parameters()["holidays"])

    assert not calendar.is_workday(date(2022, 2, 1))
    assert calendar.is_workday(date(2022, 1, 29))
    assert calendar.is_known(2019)


def test_slots_name_the_process_of_a_replaceable_step() -> None:
    assert load("shawan").resolve(2021).slots == {
        "finance_check": "finance_scoring",
        "key_review": "panel_review",
    }
    assert load("cn-default").resolve(2021).slots == {
        "finance_check": "spot_check",
        "key_review": "section_review",
    }


def test_every_value_tells_where_it_comes_from() -> None:
    resolved = load("shawan").resolve(2021)

    assert all(resolved.provenance.values())
    assert "次年 2 月 15 日" in resolved.explain("self_eval.deadline")
    assert "SW-R46" in resolved.explain("self_eval.deadline")
    assert "20%" in resolved.explain("dept_eval.min_amount_share")
    assert "待确认" in resolved.explain("monitoring.fail_cap")
    assert "result.deduct_ratio_table" in resolved.inferred


def test_the_stated_figures_of_a_pack_carry_unit_print_and_rule() -> None:
    stated = {figure.key: figure for figure in figures(load("shawan").resolve(2021))}

    lines = {key: (stated[key].printed, stated[key].unit, stated[key].rules) for key in stated}
    assert lines["self_eval.excluded.classes"] == ("73", "类", ("SW-R06",))
    assert lines["dept_eval.min_amount_share"] == ("20", "%", ("SW-R47",))
    assert lines["pre_eval.major.total_investment"] == ("100", "万元", ("SW-R39",))
    assert lines["monitoring.checkpoint.1"] == ("05-31", "date", ("SW-R43",))
    assert lines["monitoring.submit_day_next_month"] == ("10", "日", ("SW-R43",))
    assert lines["self_eval.deadline"] == ("2022-02-15", "date", ("SW-R46",))
    assert lines["whole_dept.target.month"] == ("2021-02", "month", ("SW-R55",))
    assert "pre_eval.threshold" not in stated


def test_stated_figures_follow_what_is_set() -> None:
    changed = {
        "dept_eval.min_amount_share": 0.125,
        "monitoring.checkpoints": [],
        "pre_eval.third_party_when": "total_investment_wan >= 300",
    }

    stated = {figure.key: figure for figure in figures(load("shawan").resolve(2021, changed))}

    assert stated["dept_eval.min_amount_share"].printed == "12.5"
    assert stated["pre_eval.major.total_investment"].value == 300
    assert "monitoring.checkpoint.1" not in stated


@pytest.mark.skipif(not FIGURES.exists(), reason="the domain data lies beside the checkout only")
def test_every_parameter_figure_of_the_domain_data_is_stated_by_its_pack() -> None:
    given = [
        f for f in json.loads(FIGURES.read_text(encoding="utf-8"))["figures"] if f["kind"] == "parameter"
    ]
    by_name = {load(policy_id).name: policy_id for policy_id in available()}

    for figure in given:
        pack = load(by_name[figure["locality"].split()[0]])
        year = 2023 if figure["measure_key"] == "whole_dept.target.month" else 2022
        stated = {f.key: f for f in figures(pack.resolve(year))}[figure["measure_key"]]
        assert (stated.value, stated.unit) == (figure["value"], figure["unit"]), figure["id"]
