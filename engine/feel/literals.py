"""Values that stand in the source: numbers, strings, `@"2021-02-15"`."""

import re
from typing import Any

from engine.feel.numbers import ZERO, number

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


def number_value(text: str) -> Any:
    """Return the Decimal of a numeric literal; null if beyond the exponents of decimal128."""
    exponent = re.search(r"[eE][+-]?0*([0-9]+)$", text)
    if exponent and len(exponent.group(1)) > 5:
        return None if "-" not in text else ZERO
    return number(text)


def _unescape(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else found.group()
    return _SINGLE.get(code, found.group())


def string_value(quoted: str) -> str:
    """Return the text of a string literal, escapes resolved, surrogate pairs joined, lone surrogates replaced."""
    text = quoted[1:-1]
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_unescape, text)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def at_text(literal: str) -> str:
    """Return the text of an `@` literal."""
    return string_value(literal[1:].lstrip(" "))
