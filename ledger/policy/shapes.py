"""The plain shapes a policy value may have, as marshmallow fields that speak Chinese."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields


def shown(value: Any) -> str:
    """Return a value as short JSON for a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"


def is_number(value: Any) -> bool:
    """Tell whether the value is a finite number and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15


def is_whole(value: Any) -> bool:
    """Tell whether the value is an integer and not a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_text(value: Any) -> bool:
    """Tell whether the value is a text with at least one visible character."""
    return isinstance(value, str) and bool(value.strip())


class Shape(fields.Field[Any]):
    """A policy value of one shape.

    label: Chinese name of the key. nullable: null means that nothing is stated.
    `expected` is the phrase of the error message; subclasses answer `fits`.
    """

    expected = "一个值"

    def __init__(self, label: str, *, nullable: bool = False) -> None:
        super().__init__(allow_none=nullable, metadata={"label": label})
        self.label = label

    def fits(self, value: Any) -> bool:
        """Tell whether `value` has this shape."""
        raise NotImplementedError

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not self.fits(value):
            raise ValidationError(f"应为{self.expected},实际为 {shown(value)}")
        return value


class Flag(Shape):
    """true or false."""

    expected = "true 或 false"

    def fits(self, value: Any) -> bool:
        """Accept truth values only."""
        return isinstance(value, bool)


class Text(Shape):
    """A text, free or one of `choices`."""

    def __init__(self, label: str, *choices: str, nullable: bool = False) -> None:
        self.choices = choices
        self.expected = "以下文字之一:" + "、".join(choices) if choices else "一段文字"
        super().__init__(label, nullable=nullable)

    def fits(self, value: Any) -> bool:
        """Accept a text; one of the choices if there are any."""
        return is_text(value) and (not self.choices or value in self.choices)


class Texts(Shape):
    """A list of texts, free or out of `choices`; no text twice."""

    def __init__(self, label: str, *choices: str, nullable: bool = False) -> None:
        self.choices = choices
        self.expected = '不重复的文字列表,如 ["甲","乙"]' + (f",可选:{'、'.join(choices)}" if choices else "")
        super().__init__(label, nullable=nullable)

    def fits(self, value: Any) -> bool:
        """Accept distinct texts."""
        return (
            isinstance(value, list)
            and all(is_text(item) and (not self.choices or item in self.choices) for item in value)
            and len(set(value)) == len(value)
        )


class Whole(Shape):
    """An integer from `low` to `high`."""

    def __init__(self, label: str, low: int, high: int, *, nullable: bool = False) -> None:
        self.low, self.high = low, high
        self.expected = f"{low} 到 {high} 的整数"
        super().__init__(label, nullable=nullable)

    def fits(self, value: Any) -> bool:
        """Accept integers inside the bounds."""
        return is_whole(value) and self.low <= value <= self.high


class Wholes(Whole):
    """A list of different integers from `low` to `high`; it may be empty."""

    def __init__(self, label: str, low: int, high: int) -> None:
        super().__init__(label, low, high)
        self.expected = f"{low} 到 {high} 的不重复整数列表,如 [10,5,1]"

    def fits(self, value: Any) -> bool:
        """Accept distinct integers inside the bounds."""
        return (
            isinstance(value, list) and all(super(Wholes, self).fits(i) for i in value) and _distinct(value)
        )


class Number(Shape):
    """A number from `low` to `high`."""

    def __init__(self, label: str, low: float, high: float, *, nullable: bool = False) -> None:
        self.low, self.high = low, high
        self.expected = f"{low:.12g} 到 {high:.12g} 的数"
        super().__init__(label, nullable=nullable)

    def fits(self, value: Any) -> bool:
        """Accept finite numbers inside the bounds."""
        return is_number(value) and self.low <= value <= self.high


class Share(Number):
    """A share: 0.2 means 20 %."""

    def __init__(self, label: str, *, nullable: bool = False) -> None:
        super().__init__(label, 0, 1, nullable=nullable)
        self.expected = "0 到 1 的比例(如 0.2 表示 20%)"


def _distinct(value: Sequence[Any]) -> bool:
    return len(set(value)) == len(value)
