"""What people type is read as they mean it, or refused with the reason; never guessed."""

from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from forms.definition import FormField, Option
from forms.input_schema import input_of


def read(type: str, value: Any, **keys: Any) -> Any:
    return input_of(FormField("f", type, "项目", **keys)).deserialize(value)


def code(type: str, value: Any, **keys: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        read(type, value, **keys)
    found: str = refused.value.messages[0].code  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234.5", "1234.5"), ("1,234.50", "1234.50"), ("1 234.5", "1234.5"), ("１２３４．５", "1234.5"),
        ("１，２３４", "1234"), (" 12 ", "12"), ("-0.5", "-0.5"), ("－３", "-3"), (".5", "0.5"), ("007", "7"),
        (12, "12"), (0.1, "0.1"), (1e-07, "0.0000001"), (Decimal("2.50"), "2.5"), ("1\u3000234", "1234"),
        ("+5", "5"), ("24眼", "24"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_typed(typed: Any, number: str) -> None:
    found = read("number", typed, unit="眼")

    assert found == Decimal(number)
    assert isinstance(found, Decimal)


@pytest.mark.parametrize(
    "typed",
    ["1,5", "12 34", "1,23,456", "1.2.3", "abc", "1e5", "--1", "十二", "NaN", "Infinity", "٣", "1_000", "0x1f", "1'234",
     float("nan"), float("inf"), Decimal("sNaN"), True, [], {}, [1], b"1", object(), "9" * 61],
)  # fmt: skip
def test_what_is_no_clear_number_is_refused(typed: Any) -> None:
    assert code("number", typed) == "not_a_number"


@pytest.mark.parametrize("blank", [None, "", "   ", "\u3000", "\t"])
@pytest.mark.parametrize("type", ["number", "money", "text", "long_text", "measurement", "date", "boolean"])
def test_a_blank_is_nothing_or_refused_when_required(type: str, blank: Any) -> None:
    assert read(type, blank) is None
    assert code(type, blank, required=True) == "required"


@pytest.mark.parametrize(
    "typed", ["1000000000000001", 10**400, -(10**400), 1e300, Decimal("1E+999999"), Decimal("-1E+999999")]
)
def test_an_enormous_number_is_refused(typed: Any) -> None:
    assert code("number", typed) in ("too_large", "too_small")


def test_limits_are_in_the_unit_people_see() -> None:
    assert read("money", "12.5", minimum=Decimal(0)) == Decimal("125000.00")
    assert read("money", "1,180.50 万元") == Decimal("11805000.00")
    assert code("money", "-0.01", minimum=Decimal(0)) == "too_small"
    assert code("points", "100.01", maximum=Decimal(100)) == "too_large"
    assert code("points", "9.555") == "too_many_decimals"
    assert code("money", "0.0000001") == "too_many_decimals"
    assert code("integer", "1.5") == "too_many_decimals"
    assert read("integer", "1.0") == 1


@pytest.mark.parametrize("typed", ["100元", "1.5亿元", "100 元", "3亿"])
def test_another_money_unit_is_named_and_not_converted(typed: str) -> None:
    assert code("money", typed) == "wrong_unit"


def test_percents_stay_percents_and_shares_become_shares() -> None:
    assert read("percent", "45.5%") == Decimal("45.5")
    assert read("percent", "４５％") == Decimal(45)
    assert read("share", "30%") == Decimal("0.3")
    assert read("share", "0.3") == Decimal("0.3")
    assert code("share", "30", maximum=Decimal(1)) == "too_large"


def test_a_measurement_is_a_number_where_it_can_be_one() -> None:
    assert read("measurement", "９５％") == Decimal(95)
    assert read("measurement", 87.1) == Decimal("87.1")
    assert read("measurement", "约500人") == "约500人"
    assert code("measurement", "a" * 201) == "too_long"
    assert code("measurement", "a\x00b") == "bad_character"
    assert code("measurement", [1]) == "not_a_number"


def test_text_is_trimmed_bounded_and_storable() -> None:
    assert read("text", "  一 行\r\n两行 ") == "一 行 两行"
    assert read("long_text", " 一\r\n二\r三 ") == "一\n二\n三"
    assert read("text", 87.1) == "87.1"
    assert code("text", "字" * 501) == "too_long"
    assert code("long_text", "字" * 20_001) == "too_long"
    for bad in ("a\x00b", "\ud800", "a\x1b[31m"):
        assert code("text", bad) == "bad_character"
    not_text: list[Any] = [True, [], {}, b"x", float("nan"), 10**50, object()]
    assert {code("text", wrong) for wrong in not_text} == {"not_text"}


@pytest.mark.parametrize("typed", ["待定", "XX", "*", "无"])
def test_a_required_text_is_not_a_placeholder(typed: str) -> None:
    assert code("text", typed, required=True) == "L01"
    assert read("text", typed) == typed
    assert read("text", typed, required=True, placeholder_allowed=True) == typed


def test_choices_know_labels_aliases_and_full_width() -> None:
    options = (Option(">=", "≥", ("≧",)), Option("定性", "定性"))

    for typed in (">=", "≥", "≧", "＞＝", " ≥ "):
        assert read("choice", typed, options=options) == ">="
    others: list[Any] = ["大于", 1, True, ["≥"], {}, "x" * 10_000]
    assert {code("choice", other, options=options) for other in others} == {"not_an_option"}
    assert read("choices", ["≥", "定性"], options=options) == [">=", "定性"]
    assert code("choices", ["≥", ">="], options=options) == "repeated_option"
    assert code("choices", "≥", options=options) == "not_a_list"
    assert code("choices", ["x"] * 501) == "too_many_rows"


@pytest.mark.parametrize(
    "typed", ["2022-02-15", "2022/2/15", "2022年2月15日", "２０２２．２．１５", "2022 年 2 月 15 日"]
)
def test_a_day_is_read_in_the_usual_ways(typed: str) -> None:
    assert read("date", typed).isoformat() == "2022-02-15"


@pytest.mark.parametrize(
    "typed", ["2022-02-30", "15/2/2022", "昨天", 20220215, "0001-01-01", "2022-02-15T00:00", []]
)
def test_what_is_no_day_is_refused(typed: Any) -> None:
    assert code("date", typed) == "not_a_date"


def test_yes_and_no_are_read_and_anything_else_is_refused() -> None:
    assert [read("boolean", typed) for typed in (True, "是", "on", "TRUE", " 是 ")] == [True] * 5
    assert [read("boolean", typed) for typed in (False, "否", "0")] == [False] * 3
    neither: list[Any] = [1, 0, "也许", [], {}, 0.0]
    assert {code("boolean", wrong) for wrong in neither} == {"not_a_boolean"}


def test_a_personal_value_is_not_repeated_in_the_message() -> None:
    with pytest.raises(ValidationError) as refused:
        read("number", "13800000000x", personal=True)

    assert "13800000000" not in str(refused.value)
