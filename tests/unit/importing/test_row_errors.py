"""Everything wrong with a ledger is said at once, with place, expectation, finding and remedy."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.importing.errors import LedgerInvalid
from ledger.importing.reading import accept, validate
from tests.unit.importing.ledgers import Body, evaluated, indicator, monitored

Change = Callable[[Body], Any]


def first(body: Body) -> Body:
    project: Body = body["projects"][0]
    return project


WRONG: list[tuple[str, str, str, Change]] = [
    ("ledger.missing_field", "projects[0]", "budget", lambda b: first(b).pop("budget")),
    ("ledger.missing_field", "projects[0]", "name", lambda b: first(b).update(name="")),
    ("ledger.missing_field", "", "departments", lambda b: b.pop("departments")),
    ("ledger.missing_field", "", "year", lambda b: b.pop("year")),
    ("ledger.missing_field", "projects[0]", "exec", lambda b: first(b).pop("exec")),
    ("ledger.missing_field", "projects[0].indicators[0]", "fin_pts", lambda b: first(b)["indicators"][0].pop("fin_pts")),
    ("ledger.missing_field", "departments[0].whole", "exec", lambda b: b["departments"][0]["whole"].pop("exec")),
    ("ledger.negative", "projects[0]", "budget", lambda b: first(b).update(budget=-1)),
    ("ledger.negative", "excluded[0]", "budget", lambda b: b["excluded"][0].update(budget=-1)),
    ("ledger.wrong_type", "projects[0]", "budget", lambda b: first(b).update(budget=10.5)),
    ("ledger.wrong_type", "projects[0]", "exec", lambda b: first(b).update(exec=True)),
    ("ledger.wrong_type", "projects[0]", "dept", lambda b: first(b).update(dept=1)),
    ("ledger.wrong_type", "projects[0]", "sel", lambda b: first(b).update(sel="是")),
    ("ledger.wrong_type", "projects[1]", "projects", lambda b: b["projects"].__setitem__(1, [])),
    ("ledger.wrong_type", "projects[0]", "dept_eval", lambda b: first(b).update(dept_eval=9_000)),
    ("ledger.wrong_type", "projects[0]", "indicators", lambda b: first(b).update(indicators={})),
    ("ledger.wrong_type", "", "excluded", lambda b: b.update(excluded={})),
    ("ledger.wrong_type", "", "year", lambda b: b.update(year="2021")),
    ("ledger.out_of_range", "projects[0]", "self_score", lambda b: first(b).update(self_score=10_001)),
    ("ledger.out_of_range", "projects[0]", "budget", lambda b: first(b).update(budget=10**13)),
    ("ledger.out_of_range", "projects[0]", "id", lambda b: first(b).update(id="a/b c")),
    ("ledger.unprintable", "projects[0]", "name", lambda b: first(b).update(name="a\x00b")),
    ("ledger.unprintable", "projects[0]", "name", lambda b: first(b).update(name="a\ud800b")),
    ("ledger.duplicate_id", "projects[1]", "id", lambda b: b["projects"][1].update(id="P-1")),
    ("ledger.duplicate_id", "excluded[0]", "id", lambda b: b["excluded"][0].update(id="P-1")),
    ("ledger.duplicate_id", "departments[1]", "code", lambda b: b["departments"][1].update(code="001")),
    ("ledger.unknown_department", "projects[0]", "dept", lambda b: first(b).update(dept="999")),
    ("ledger.weight_sum", "projects[0]", "indicators.weight", lambda b: first(b)["indicators"][0].update(weight=8_990)),
    ("ledger.points_over_weight", "projects[0].indicators[0]", "self_pts", lambda b: first(b)["indicators"][0].update(self_pts=9_001)),
    ("ledger.unknown_choice", "projects[0].indicators[0]", "op", lambda b: first(b)["indicators"][0].update(op="≥")),
    ("ledger.unknown_choice", "projects[0].indicators[0]", "l1", lambda b: first(b)["indicators"][0].update(l1="投入指标")),
    ("ledger.misspelt_field", "projects[0]", "fin_scroe", lambda b: first(b).update(fin_scroe=first(b).pop("fin_score"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "field", "change"), WRONG)
def test_each_mistake_is_found_where_it_is(code: str, place: str, field: str, change: Change) -> None:
    body = evaluated()
    change(body)

    errors = validate(body)

    assert (code, place, field) in [(error.code, error.place, error.field) for error in errors]
    assert all(error.expected and error.found and error.remedy for error in errors)


def test_all_mistakes_come_at_once() -> None:
    body = evaluated()
    body["projects"][0]["budget"] = -5
    body["projects"][1]["dept"] = "xyz"
    body["excluded"][0]["budget"] = "很多"

    with pytest.raises(LedgerInvalid) as caught:
        accept(body)

    assert [error.code for error in caught.value.errors] == [
        "ledger.negative",
        "ledger.wrong_type",
        "ledger.unknown_department",
    ]
    assert caught.value.code == "ledger.invalid" and "3 处错误" in caught.value.text


def test_an_error_names_row_and_id_and_what_to_do() -> None:
    body = evaluated()
    body["projects"][1]["dept"] = "xyz"

    (error,) = validate(body)

    assert (error.row, error.key) == (2, "P-2")
    assert error.text == (
        "projects[1]（P-2） 的“dept”：应为departments 中的一个 code，实为文字“xyz”。"
        "请先在 departments 中登记这个部门，或改正编号。"
    )


def test_a_ledger_of_another_year_is_refused() -> None:
    assert [error.code for error in validate(evaluated(), year=2022)] == ["ledger.year_mismatch"]


def test_monitoring_figures_belong_to_a_monitored_project() -> None:
    body = monitored()
    del body["projects"][0]["arrived"]

    assert [(error.code, error.field) for error in validate(body)] == [("ledger.missing_field", "arrived")]


def test_a_track_has_no_more_quantified_indicators_than_indicators() -> None:
    body = monitored()
    body["rural"][0]["q"] = 11

    assert [(error.place, error.field) for error in validate(body)] == [("rural[0]", "q")]


def test_a_field_nobody_knows_is_left_alone() -> None:
    body = evaluated()
    body["projects"][0]["memo"] = "备注"

    assert validate(body) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, [], {}, None, True, "  "])
def test_a_target_that_is_no_target_is_refused(value: Any) -> None:
    body = evaluated()
    body["projects"][0]["indicators"] = [indicator(value=value, self_pts=1, fin_pts=1)]

    assert [error.field for error in validate(body)] == ["value"]


def test_a_thousand_errors_are_enough_but_all_are_counted() -> None:
    body = evaluated()
    body["projects"] = [{"id": f"X{n}"} for n in range(2_000)]

    with pytest.raises(LedgerInvalid) as caught:
        accept(body)

    assert len(caught.value.errors) == 1_000 and caught.value.facts["count"] == 6_000


def test_what_is_wrong_is_not_called_missing_as_well() -> None:
    body = evaluated()
    first(body)["self_score"] = 10_001

    assert [error.code for error in validate(body)] == ["ledger.out_of_range"]


@pytest.mark.parametrize(
    "change",
    [{"l2": "长" * 101}, {"l3": "长" * 201}, {"unit": "长" * 41}, {"value": "长" * 201}, {"value": 1e-16}],
)
def test_what_no_form_would_take_is_refused_on_the_way_in(change: dict[str, Any]) -> None:
    body = evaluated()
    first(body)["indicators"][0] |= change

    assert [(error.code, error.field) for error in validate(body)] == [("ledger.out_of_range", *change)]
