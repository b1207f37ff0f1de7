"""`string` and `number`."""

import re
from decimal import Decimal
from functools import partial
from typing import Any

from engine.feel import writing
from engine.feel.builtins.declaring import built_in
from engine.feel.literals import number_value
from engine.feel.state import Run
from engine.feel.values import Function, lift

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@declare("string", "from:any")
def string(run: Run, value: Any) -> str | None:
    """Write any value as text; null stays null."""
    if value is None:
        return None
    if value.__class__ in (list, dict):
        run.walk(value, per_step=1)
        value = lifted(value)
    return run.text(writing.text(value))


def lifted(value: Any) -> Any:
    """Lift every value inside a list or context, for writing."""
    value = lift(value)
    if isinstance(value, list):
        return [lifted(item) for item in value]
    if isinstance(value, dict):
        return {key: lifted(item) for key, item in value.items()}
    return value


@declare("number", "from:text, =grouping separator:text?, =decimal separator:text?")
def to_number(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """Read a number; separators are one of space, comma, period (grouping) and comma, period (decimal)."""
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping and grouping == point)
    ):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    value = number_value(text) if len(text) <= 7000 and _NUMBER.fullmatch(text) else None
    return value if isinstance(value, Decimal) else None
