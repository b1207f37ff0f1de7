"""Numbers: money, points, percents, shares, counts. Decimal from the first character to the last."""

from decimal import Decimal
from typing import Any

from forms.definition import FormField
from forms.fields.base import Input
from forms.fields.typed_number import (
    LARGEST,
    MAX_TYPED_LENGTH,
    decimals_of,
    given_number,
    normalised,
    typed_number,
)

YUAN_PER_WAN = Decimal(10_000)
CENT = Decimal("0.01")
DECIMALS = {"money": 6, "points": 2, "percent": 4, "share": 6, "integer": 0, "number": 15, "measurement": 15}
DISPLAY_UNIT = {"money": "万元", "points": "分", "percent": "%", "share": "%"}
_OTHER_MONEY_UNITS = ("亿元", "千元", "元", "亿", "万")


class NumberInput(Input):
    """A number within its limits, exactly as typed."""

    def __init__(self, form_field: FormField) -> None:
        super().__init__(form_field)
        self.decimals = DECIMALS[form_field.type] if form_field.decimals is None else form_field.decimals
        self.unit = DISPLAY_UNIT.get(form_field.type, form_field.unit)
        self.minimum = -LARGEST if form_field.minimum is None else form_field.minimum
        self.maximum = LARGEST if form_field.maximum is None else form_field.maximum

    def read(self, value: Any) -> Any:
        """Return the number as a Decimal; None for a blank text."""
        number = self.number_of(value)
        return None if number is None else self.within_limits(number)

    def number_of(self, value: Any) -> Decimal | None:
        """Read the number, without limits."""
        if not isinstance(value, str):
            number = given_number(value)
            if number is None:
                self.refuse("not_a_number", found=value)
            return number
        text = normalised(value[: MAX_TYPED_LENGTH + 1])
        if not text:
            return None
        number = typed_number(text, self.unit) if len(value) <= MAX_TYPED_LENGTH else None
        if number is None:
            self.refuse_text(value, text)
        return number

    def refuse_text(self, value: str, text: str) -> None:
        """Refuse a text that is no number."""
        self.refuse("not_a_number", found=value)

    def within_limits(self, number: Decimal) -> Decimal:
        """Refuse what is too large, too small or too finely typed."""
        if number > self.maximum:
            self.refuse("too_large", limit=self.maximum, found=number)
        if number < self.minimum:
            self.refuse("too_small", limit=self.minimum, found=number)
        if decimals_of(number) > self.decimals:
            self.refuse("too_many_decimals", limit=self.decimals, found=number)
        return number if number else Decimal(0)


class IntegerInput(NumberInput):
    """A whole number."""

    def read(self, value: Any) -> int | None:
        """Return the number as an int."""
        number = super().read(value)
        return None if number is None else int(number)


class MoneyInput(NumberInput):
    """An amount typed in 万元; the clean value is in yuan, to the cent."""

    def read(self, value: Any) -> Decimal | None:
        """Return the amount in yuan."""
        number = super().read(value)
        return None if number is None else (number * YUAN_PER_WAN).quantize(CENT)

    def refuse_text(self, value: str, text: str) -> None:
        """Name the unit when another money unit was typed."""
        if text.endswith(_OTHER_MONEY_UNITS):
            self.refuse("wrong_unit", limit="万元", found=value)
        super().refuse_text(value, text)


class PointsInput(NumberInput):
    """Points or a score, two decimals."""

    def read(self, value: Any) -> Decimal | None:
        """Return the points to two decimals."""
        number = super().read(value)
        return None if number is None else number.quantize(CENT)


class ShareInput(NumberInput):
    """A share 0–1; typed with a percent sign it is divided by 100."""

    def number_of(self, value: Any) -> Decimal | None:
        """Read `0.3` and `30%` alike."""
        number = super().number_of(value)
        if number is not None and isinstance(value, str) and normalised(value).endswith("%"):
            return number / 100
        return number


class MeasurementInput(NumberInput):
    """A measured value: a number where it can be read as one (a percent sign is dropped), else text."""

    def read(self, value: Any) -> Any:
        """Return a Decimal or a text."""
        if not isinstance(value, str):
            return super().read(value)
        text = normalised(value[: self.longest + 1])
        if len(text) > self.longest:
            self.refuse("too_long", limit=self.longest, found=len(value))
        number = typed_number(text, "%") if len(text) <= MAX_TYPED_LENGTH else None
        if number is not None:
            return self.within_limits(number)
        words = " ".join(value.split())
        if not words.isprintable():
            self.refuse("bad_character")
        return words or None

    @property
    def longest(self) -> int:
        """The most characters a described value may have."""
        return self.form_field.max_length or 200
