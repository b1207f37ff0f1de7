"""A field may begin with what is known of it; people go on from there."""

from decimal import Decimal
from typing import Any

from forms.library import load
from forms.prefilling import prefilled
from forms.validation import validate

FED = {
    "as_of": "2021-06-30",
    "budget_amount": Decimal(1_200_000),
    "adjusted_amount": None,
    "arrived_amount": Decimal(800_000),
    "executed_amount": Decimal("512345.6"),
}
TYPED: dict[str, Any] = {"progress": "60", "possibility": "确定能"}
POLICY = {"monitoring": {"possibility": ["确定能"], "causes": []}}


def hints(typed: Any, fed: Any) -> list[str]:
    """Return what the form says about money typed beside money fed."""
    raw = {**TYPED, "executed_amount": typed, "budget_amount": "120", "arrived_amount": "80"}
    found = validate(load("monitoring"), raw, context={"policy": POLICY, "fed": fed})
    return [told for told in map(str, found.warnings) if "登记的" in told]


def test_the_monitoring_begins_with_the_amounts_that_were_fed() -> None:
    form = load("monitoring")

    assert prefilled(form, context={"fed": FED}) == {
        "budget_amount": "120",
        "arrived_amount": "80",
        "executed_amount": "51.23456",
    }
    assert prefilled(form, context={"fed": None}) == {}
    assert prefilled(form) == {}


def test_another_amount_than_the_fed_one_gives_a_hint() -> None:
    assert not hints("51.23456", FED)
    assert not hints("51", None)
    (hint,) = hints("51", FED)
    assert "51.23 万元" in hint and "51.00 万元" in hint and "2021-06-30" in hint
