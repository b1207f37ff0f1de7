"""Read a number as people type it: full-width digits, thousands separators, spaces, a trailing unit."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

MAX_TYPED_LENGTH = 60
LARGEST = Decimal(10) ** 15
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_SIGNS = str.maketrans({"−": "-", "－": "-", "﹣": "-", "‐": "-", "–": "-"})


def normalised(text: str) -> str:
    """Return the text with half-width characters, plain minus signs and no outer or odd spaces."""
    if text.isascii():
        return text.strip().replace("\t", " ")
    return " ".join(unicodedata.normalize("NFKC", text.translate(_SIGNS)).split())


def typed_number(text: str, unit: str = "") -> Decimal | None:
    """Return the number, or None if the text is no number; a trailing `unit` is ignored.

    `1,234.5` and `1 234.5` are numbers; `1,5` and `12 34` are not: nobody knows what was meant.
    """
    if unit and text.endswith(unit):
        text = text[: -len(unit)].rstrip()
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "").replace(" ", ""))
    return None


def given_number(value: Any) -> Decimal | None:
    """Return a number given as int, float or Decimal exactly as written; None if it is not a usable one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() < 200 else LARGEST * (10 if value > 0 else -10)
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not isinstance(number, Decimal) or not number.is_finite():
        return None
    if abs(number) > LARGEST:
        return LARGEST * (10 if number > 0 else -10)
    return number


def decimals_of(number: Decimal) -> int:
    """Count the decimals that matter (1.50 has one)."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    if exponent < -60:
        return -exponent
    digits = format(number, "f").rstrip("0")
    return len(digits) - digits.index(".") - 1


def plain(number: Decimal) -> str:
    """Return a number without exponent and idle zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
