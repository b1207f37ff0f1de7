"""OUT.json: figures, parameters and lists as plain data."""

import json
from dataclasses import replace
from decimal import Decimal

from ledger.reports.annual import as_json
from ledger.reports.composing import compose
from ledger.reports.markdown import as_markdown
from ledger.reports.writing import write_reports
from tests.unit.reports.examples import EVALUATED, report


def test_a_measure_has_value_unit_print_rows_and_names_its_query() -> None:
    body = as_json(report())

    entry = body["measures"]["self_eval.exec_rate"]
    assert entry["value"] == "98.05"
    assert (entry["unit"], entry["printed"], entry["rows"]) == ("%", "98.05", 7)
    assert "sum(r.executed_amount)" in body["queries"][entry["query"]]["sql"]


def test_counts_are_numbers_and_nothing_is_null() -> None:
    measures = as_json(report(given={"self_eval.count": "0", "self_eval.self_avg": None}))["measures"]

    assert measures["self_eval.count"]["value"] == 0
    assert measures["self_eval.self_avg"]["value"] is None
    assert measures["self_eval.self_avg"]["printed"] == "—"


def test_policy_figures_of_a_stage_are_measures_only_when_it_has_outcomes() -> None:
    without = as_json(report(stated=("key_evaluation",)))
    whole = as_json(report(stated=EVALUATED))

    assert whole["measures"]["dept_eval.min_amount_share"]["value"] == 20
    assert whole["measures"]["self_eval.excluded.classes"]["printed"] == "73"
    assert "dept_eval.min_amount_share" not in without["measures"]
    assert without["parameters"]["dept_eval.min_amount_share"]["rules"] == ["SW-R47"]


def test_a_parameter_set_for_the_run_is_named_and_read() -> None:
    body = as_json(report(overrides={"dept_eval.min_amount_share": 0.3}))

    assert body["policy"]["overrides"] == {"dept_eval.min_amount_share": 0.3}
    assert body["measures"]["dept_eval.min_amount_share"]["value"] == 30


def test_measures_of_stages_without_outcomes_are_absent() -> None:
    measures = as_json(report())["measures"]

    assert "self_eval.count" in measures
    assert not [key for key in measures if key.startswith(("target.", "monitoring."))]


def test_findings_carry_rule_subject_and_text() -> None:
    first = as_json(report())["findings"][0]

    assert (first["rule_id"], first["subject"]) == ("L35", "P0000")
    assert {"text", "expected", "found"} <= set(first)


def test_the_calendar_and_what_is_to_be_confirmed_are_of_the_policy() -> None:
    body = as_json(report())

    assert body["calendar"]["self_evaluation"]["due"] == "2022-02-15"
    assert {"key", "title", "value", "confirm"} <= set(body["confirm"][0])


def test_values_are_exact_and_the_file_is_plain_json(tmp_path) -> None:  # type: ignore[no-untyped-def]
    exact = "98.04123456789012345678901"
    out = tmp_path / "OUT.json"

    write_reports(report(given={"self_eval.self_avg": exact}), out)

    body = json.loads(out.read_text("utf-8"))
    assert body["format"] == "bihuan-report/1"
    assert Decimal(body["measures"]["self_eval.self_avg"]["value"]) == Decimal(exact)
    assert body["measures"]["self_eval.self_avg"]["printed"] == "98.04"


def test_the_third_annex_says_what_the_bureau_has_confirmed_and_by_whom() -> None:
    whole = report()
    done = [{"key": "x", "title": "覆盖周期", "value": "3", "confirmed": "李四 2022-03-01:纪要 3 号"}]

    said = as_markdown(compose(replace(whole, confirmed=done)))

    assert "已确认取值表" in said and "李四 2022-03-01" in said
    assert "已确认取值表" not in as_markdown(compose(whole))
