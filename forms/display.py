"""Show a clean value to people: money in 万元, shares as percents, days in Chinese order."""

from datetime import date
from decimal import Decimal
from typing import Any

from forms.definition import FormField
from forms.fields.numbers import YUAN_PER_WAN
from forms.messages import shown


def display(form_field: FormField | None, value: Any) -> str:
    """Return the value as people read it, without its unit; an absent value is `空`."""
    if form_field is not None and form_field.personal:
        return "（已隐去）"
    if isinstance(value, list):
        return "、".join(display(form_field, item) for item in value[:10])
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if form_field is None or not isinstance(value, Decimal):
        return _label(form_field, value) or shown(value)
    if form_field.type == "money" or form_field.unit == "万元":
        return f"{value / YUAN_PER_WAN:,.2f}"
    if form_field.type == "share":
        return f"{shown(value * 100)}%"
    return shown(value)


def _label(form_field: FormField | None, value: Any) -> str | None:
    if form_field is None:
        return None
    return next((option.label for option in form_field.options if option.value == value), None)
