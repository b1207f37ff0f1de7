"""Money by source: rows give the totals, the rate and the score; without rows people type the totals."""

from decimal import Decimal
from json import dumps
from typing import Any

import pytest

from forms import library
from forms.assessing import assess
from forms.differing import differences
from forms.errors import DefinitionInvalid, FormInvalid
from forms.prefilling import prefilled
from forms.reading import read
from forms.sums import without_totals
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS

FORM = library.load("self_evaluation")
ROWS = [
    {"fund_source": "中央资金", "fund_initial": "600", "fund_budget": "500", "fund_executed": "480"},
    {"fund_source": "县级资金", "fund_budget": "300", "fund_executed": "300"},
    {"fund_source": "其他资金"},
]


def typed(**more: Any) -> dict[str, Any]:
    raw = {**EXAMPLES["self_evaluation"], "funds": ROWS, **more}
    return {name: value for name, value in raw.items() if value is not None}


def filed(**more: Any) -> Any:
    return validate(FORM, typed(**more), context=CONTEXT, functions=FUNCTIONS).values


def test_rows_give_the_totals_their_rates_and_the_score() -> None:
    values = filed(budget_amount=None, executed_amount=None)

    assert (values["initial_amount"], values["budget_amount"]) == (Decimal(6_000_000), Decimal(8_000_000))
    assert values["executed_amount"] == Decimal(7_800_000)
    assert values["execution_share"] == Decimal("0.975")
    assert [row["fund_share"] for row in values["funds"]] == [Decimal("0.96"), Decimal(1), None]


def test_a_total_that_differs_from_its_rows_is_refused_with_both_figures() -> None:
    with pytest.raises(FormInvalid) as refused:
        filed(budget_amount="801", executed_amount="780")

    (found,) = [one for one in refused.value.errors if one.code == "total_differs"]
    assert found.path == "budget_amount"
    assert "800.00 万元" in found.text and "801.00 万元" in found.text


def test_without_rows_people_type_the_totals() -> None:
    values = filed(funds=[{"fund_source": "其他资金"}], budget_amount="100", executed_amount="97")

    assert values["budget_amount"] == Decimal(1_000_000) and values["initial_amount"] is None


def test_neither_rows_nor_a_total_is_missing_as_before() -> None:
    with pytest.raises(FormInvalid) as refused:
        filed(funds=None, budget_amount=None, executed_amount="97")

    assert ("budget_amount", "required") in [(one.path, one.code) for one in refused.value.errors]
    assert "budget_amount" in [
        one.path for one in assess(FORM, {}, context=CONTEXT, functions=FUNCTIONS).errors
    ]


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ({"fund_source": "中央资金", "fund_executed": "1"}, "funds[0].fund_budget"),
        ({"fund_source": "中央资金", "fund_budget": "-1"}, "funds[0].fund_budget"),
    ],
)
def test_a_wrong_row_is_said_at_its_cell(row: dict[str, str], path: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        filed(funds=[row], budget_amount=None, executed_amount=None)

    assert path in [one.path for one in refused.value.errors]


def test_two_rows_of_one_source_are_refused() -> None:
    with pytest.raises(FormInvalid) as refused:
        filed(funds=[ROWS[0], ROWS[0]], budget_amount=None, executed_amount=None)

    assert "repeated_row" in [one.code for one in refused.value.errors]


def test_the_page_does_not_ask_for_a_total_whose_rows_are_filled_in() -> None:
    assert "budget_amount" not in without_totals(FORM, typed(budget_amount="1"))
    assert "budget_amount" in without_totals(
        FORM, typed(budget_amount="1", funds=[{"fund_source": "其他资金"}])
    )


def test_offered_rows_are_there_from_the_beginning_and_are_no_change() -> None:
    begun = prefilled(FORM, context=CONTEXT, functions=FUNCTIONS)

    assert [row["fund_source"] for row in begun["funds"]] == list(FORM.field_map["funds"].offered)
    assert differences(FORM, {}, {"funds": begun["funds"]}) == []


@pytest.mark.parametrize("of", ["nothing.x", "funds.nothing", "funds.name", "funds.rate"])
def test_a_total_of_what_is_no_number_of_a_table_is_refused(of: str) -> None:
    columns = [
        {"name": "name", "type": "text", "label": "来源"},
        {"name": "amount", "type": "money", "label": "金额"},
        {"name": "rate", "type": "share", "label": "比例"},
    ]
    fields = [
        {"name": "funds", "type": "table", "label": "资金", "columns": columns},
        {"name": "total", "type": "money", "label": "合计", "sum_of": of},
    ]
    form = {
        "form": "x",
        "version": 1,
        "title": "表",
        "sections": [{"key": "s", "title": "一", "fields": fields}],
    }

    with pytest.raises(DefinitionInvalid, match="sum_of"):
        read(dumps(form), "x.json")
