"""One value against its column: the clean value, or what does not fit and what to do about it."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from forms.fields.typed_number import decimals_of
from ledger.importing.columns import Column

MOST_AMOUNT = 10**12
MOST_NUMBER = Decimal(10) ** 15
MOST_INTEGER = 10**18
MOST_DECIMALS = 15
MOST_TEXT = 2_000
MOST_KEY = 64
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEY = re.compile(r"[^\s/\\\x00-\x1f\ud800-\udfff]+")


class Misfit(NamedTuple):
    """Why a value does not fit its column."""

    code: str
    expected: str
    remedy: str


WRONG_TYPE = "ledger.wrong_type"
OUT_OF_RANGE = "ledger.out_of_range"
_INTEGER_REMEDY = "请按台账单位填写整数（金额以 0.01 万元计，分数乘 100），不要带小数或单位。"


def fit(column: Column, value: Any) -> Any:
    """Return the clean value of a non-null `value`, or a Misfit."""
    clean = _FITS[column.kind](value)
    if column.choices and not isinstance(clean, Misfit) and clean not in column.choices:
        listed = "、".join(column.choices)
        return Misfit("ledger.unknown_choice", f"{listed}之一", f"请改为{listed}之一。")
    if column.kind in ("text", "target") and isinstance(clean, str) and len(clean) > column.longest:
        return Misfit(OUT_OF_RANGE, f"不超过 {column.longest} 个字", "请缩短后重新填写。")
    return clean


def shown(value: Any) -> str:
    """Return a short printable form of what was found."""
    if value is None:
        return "空"
    text = _UNPRINTABLE.sub("�", str(value))
    text = text if len(text) <= 40 else f"{text[:40]}……"
    return f"文字“{text}”" if isinstance(value, str) else text


def _whole_number(value: Any, most: int, what: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return Misfit(WRONG_TYPE, f"整数（{what}）", _INTEGER_REMEDY)
    if value < 0:
        return Misfit("ledger.negative", f"不小于 0 的整数（{what}）", "请核对后改为不小于 0 的数。")
    if value > most:
        return Misfit(
            OUT_OF_RANGE, f"不大于 {most} 的整数（{what}）", "请核对单位：金额以 0.01 万元计，分数乘 100。"
        )
    return value


def _amount(value: Any) -> Any:
    return _whole_number(value, MOST_AMOUNT, "金额，0.01 万元")


def _score(value: Any) -> Any:
    return _whole_number(value, 10_000, "分数乘 100")


def _count(value: Any) -> Any:
    return _whole_number(value, 1_000_000, "个数")


def _flag(value: Any) -> Any:
    return value if isinstance(value, bool) else Misfit(WRONG_TYPE, "true 或 false", "请填 true 或 false。")


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return Misfit(WRONG_TYPE, "文字", "请把单元格设为文本格式，或给值加上引号。")
    if not value.strip() or len(value) > MOST_TEXT:
        return Misfit(OUT_OF_RANGE, f"1 到 {MOST_TEXT} 个字", "请填写内容；没有内容时请删去这个字段。")
    if _UNPRINTABLE.search(value):
        return Misfit("ledger.unprintable", "可打印的文字", "请删去控制字符后重新填写。")
    return value


def _text_or_blank(value: Any) -> Any:
    return "" if value == "" else _text(value)


def _key(value: Any) -> Any:
    if not isinstance(value, str):
        return Misfit(WRONG_TYPE, "文字形式的编号", "请把单元格设为文本格式（编号的前导 0 不能丢）。")
    if len(value) > MOST_KEY or not _KEY.fullmatch(value):
        return Misfit(OUT_OF_RANGE, f"1 到 {MOST_KEY} 个字、不含空格和斜线的编号", "请改正编号。")
    return value


def number(value: Any) -> Decimal | None:
    """Return `value` as a finite Decimal of at most 20 places either side, None if it is no such number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and math.isfinite(value):
        value = Decimal(repr(value))
    elif isinstance(value, int) and abs(value) < MOST_INTEGER:
        return Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    return value if int(value.as_tuple().exponent) >= -20 and value.adjusted() <= 20 else None


def _percent(value: Any) -> Any:
    found = number(value)
    if found is None:
        return Misfit(WRONG_TYPE, "百分数（如 52.8）", "请填数字，不要带百分号。")
    if not 0 <= found <= 1000:
        return Misfit(OUT_OF_RANGE, "0 到 1000 之间的百分数", "请核对后改正。")
    return found


def _target(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    found = number(value)
    if found is None:
        return Misfit(WRONG_TYPE, "数字或文字", "请填目标值。")
    if found.copy_abs() > MOST_NUMBER:
        return Misfit(OUT_OF_RANGE, f"绝对值不超过 {MOST_NUMBER:f} 的数", "请核对目标值及其单位。")
    if decimals_of(found) > MOST_DECIMALS:
        return Misfit(OUT_OF_RANGE, f"最多 {MOST_DECIMALS} 位小数的数", "请换用合适的单位，或四舍五入。")
    return found


def _labels(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        return Misfit(WRONG_TYPE, "文字列表", '请写成列表，如 ["A", "B"]。')
    if any(len(label) > MOST_TEXT or _UNPRINTABLE.search(label) for label in value):
        return Misfit("ledger.unprintable", "可打印的文字列表", "请删去控制字符后重新填写。")
    return tuple(value)


_FITS: dict[str, Callable[[Any], Any]] = {
    "key": _key,
    "text": _text_or_blank,
    "amount": _amount,
    "score": _score,
    "points": _score,
    "count": _count,
    "flag": _flag,
    "percent": _percent,
    "target": _target,
    "labels": _labels,
}
