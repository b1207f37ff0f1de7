"""The few figures a reviewer sees first: worked out from clean values, refused when misspelt."""

from json import dumps
from typing import Any

import pytest

from forms import library
from forms.errors import DefinitionInvalid
from forms.figures import Told, told
from forms.reading import read
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS

FIELDS = [
    {"name": "amount", "type": "money", "label": "金额"},
    {"name": "spent", "type": "money", "label": "支出"},
]


def form(**figure: str) -> Any:
    section = {"key": "s", "title": "一", "fields": FIELDS}
    figures = [{"head": "执行率", "look": "share", **figure}]
    return read(
        dumps({"form": "x", "version": 1, "title": "表", "sections": [section], "figures": figures}), "x.json"
    )


def figures_of(definition: Any, raw: dict[str, str]) -> list[Told]:
    return told(definition, validate(definition, raw).values, {}, {})


def test_a_figure_is_written_by_its_look_with_its_note() -> None:
    definition = form(value="spent / amount", note="{spent} ÷ {amount} 万元")

    assert figures_of(definition, {"amount": "200", "spent": "195"}) == [
        Told("执行率", "97.50%", "195.00 ÷ 200.00 万元")
    ]


def test_a_figure_that_cannot_be_told_is_blank() -> None:
    assert figures_of(form(value="spent / amount"), {"amount": "0", "spent": "1"}) == [Told("执行率", "", "")]
    assert figures_of(form(value="spent / amount"), {"spent": "1"}) == [Told("执行率", "", "")]


@pytest.mark.parametrize(
    "figure", [{"value": "spend"}, {"value": "spent", "note": "{amont}"}, {"value": "(("}]
)
def test_a_misspelt_figure_is_refused_with_its_place(figure: dict[str, str]) -> None:
    with pytest.raises(DefinitionInvalid, match=r"figures\[0\]"):
        form(**figure)


def test_the_self_evaluation_says_score_execution_and_quantification() -> None:
    definition = library.load("self_evaluation")
    values = validate(definition, EXAMPLES["self_evaluation"], context=CONTEXT, functions=FUNCTIONS).values

    found = told(definition, values, CONTEXT, FUNCTIONS)

    assert [(one.head, one.value) for one in found][:2] == [("自评得分", "92.20"), ("预算执行率", "97.00%")]
    assert found[2].note.endswith("项有数字")
