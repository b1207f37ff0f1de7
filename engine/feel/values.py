"""The values of FEEL, and how values from outside become them.

number Decimal · string str · boolean bool · null None · list list · context dict · date, time, date and time of
`datetime` · days and time duration timedelta · years and months duration `Months` · `Range` · `Function`; and the
classes of `wide` for dates, times and durations that Python's own cannot hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import total_ordering
from typing import Any

from engine.feel.types import FeelType
from engine.feel.wide import ORDINARY


@total_ordering
@dataclass(frozen=True, slots=True)
class Months:
    """A years and months duration."""

    total: int

    def __lt__(self, other: "Months") -> bool:
        return self.total < other.total


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end of None is open (from a unary test such as `< 5`); point: from `= 5`, which is no `[5..5]`."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True
    point: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameter names of one way to call a function, with the kind of each; required first."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    required: int
    variadic: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something callable from FEEL: built in, injected by the engine, or written in FEEL.

    run: called with the state of the evaluation and the positional arguments.
    types: declared parameter types of a FEEL function, else empty.
    """

    name: str
    signatures: tuple[Signature, ...]
    run: Callable[..., Any]
    types: tuple[FeelType | None, ...] = ()


PLAIN = frozenset(
    {
        Decimal,
        str,
        bool,
        type(None),
        date,
        datetime,
        time,
        timedelta,
        Months,
        Range,
        dict,
        Function,
        *ORDINARY,
    }
)
_PLAIN_ITEMS = PLAIN | {list, tuple}
_LONGEST_INT_BITS = 20_000


def lift(value: Any) -> Any:
    """Return the FEEL value of what the engine put into a context; anything unknown is null.

    Contexts stay as they are: their members are lifted when they are read.
    """
    kind = value.__class__
    if kind in PLAIN:
        return value
    if kind is list or kind is tuple:
        return _lift_items(value)
    if kind is int:
        return Decimal(value) if value.bit_length() < _LONGEST_INT_BITS else None
    if kind is float:
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    return _lift_other(value)


def _lift_items(items: Any) -> list[Any]:
    """Lift the items of one list; lists among them stay as they are, and are lifted when they are read."""
    for item in items:
        if item.__class__ not in _PLAIN_ITEMS:
            return [item if item.__class__ in _PLAIN_ITEMS else lift(item) for item in items]
    return items if items.__class__ is list else list(items)


def _lift_other(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [lift(item) for item in sorted(value, key=repr)]
    if isinstance(value, int):
        return lift(int.__int__(value))
    return None
