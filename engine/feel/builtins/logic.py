"""`not`, `all`, `any`, `is`."""

from datetime import datetime, time
from functools import partial
from typing import Any

from engine.feel.builtins.declaring import built_in
from engine.feel.comparing import equal
from engine.feel.state import Run
from engine.feel.values import Function
from engine.feel.wide import kind_of
from engine.feel.writing import scalar_text

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


@declare("not", "negand:boolean?")
def negation(run: Run, value: bool | None) -> bool | None:
    """Turn a boolean round; null for null."""
    return None if value is None else not value


def _decide(items: list[Any], decisive: bool) -> bool | None:
    if decisive in [item for item in items if item.__class__ is bool]:
        return decisive
    return not decisive if all(item.__class__ is bool for item in items) else None


@declare("all", "list:list", "list, *list")
@declare("and", "list:list", "list, *list")
def every(run: Run, *items: Any) -> bool | None:
    """False if one item is false, true if all are true, otherwise null."""
    return _decide(_list(run, items), False)


@declare("any", "list:list", "list, *list")
@declare("or", "list:list", "list, *list")
def some(run: Run, *items: Any) -> bool | None:
    """True if one item is true, false if all are false, otherwise null."""
    return _decide(_list(run, items), True)


def _list(run: Run, items: tuple[Any, ...]) -> list[Any]:
    found = items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)
    run.charge(len(found) >> 3)
    return found


@declare("is", "value1, value2", "=value1, =value2")
def identical(run: Run, one: Any, two: Any) -> bool | None:
    """Say whether two values are the same element: for times also the same zone, not only the same instant."""
    if one.__class__ is not two.__class__:
        return False
    if kind_of(one) in (datetime, time):
        return scalar_text(one) == scalar_text(two)
    return bool(equal(one, two, run))
