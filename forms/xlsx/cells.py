"""Cells: text that stays text, numbers as Excel shows them."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms.fields.typed_number import plain

BROKEN = (
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
    OSError,
    zipfile.BadZipFile,
)
"""What openpyxl raises for broken workbooks; it has no error of its own for them."""


def put_text(cell: Any, text: str) -> None:
    """Write a text; `=cmd` stays text, which openpyxl would make a formula."""
    cell.value = text
    cell.data_type = "s"


def plain_number(value: float) -> int | Decimal:
    """Return whole floats as int and others as the decimal Excel shows (15 digits)."""
    return int(value) if value.is_integer() else Decimal(format(value, ".15g"))


def typed_text(cell: Any) -> str:
    """Return what a person typed into a cell: a percent format gives its sign, a date its ISO form, blank is ``."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value).strip()


def _number(value: int | float, number_format: str) -> str:
    found = Decimal(plain_number(float(value))) if isinstance(value, float) else Decimal(value)
    if "%" in number_format:
        return f"{plain(found * 100)}%"
    return plain(found)
