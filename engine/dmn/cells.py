"""Where the cells of a column change their answer: the constants in them, and one value for each stretch between."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.reading import read_date

OTHER = "其他值"
_TWO = Decimal(2)


def constants(tests: nodes.Tests) -> list[Any] | None:
    """Return the numbers, texts, booleans, dates and nulls that a cell compares with; None if it holds anything else."""
    found: list[Any] = []
    for test in tests.tests:
        if not isinstance(test, nodes.Test) or not _collect(test.operand, found):
            return None
    return found


def _collect(node: nodes.Node | None, found: list[Any]) -> bool:
    match node:
        case None:
            return True
        case nodes.RangeOf(_, low, high):
            return _collect(low, found) and _collect(high, found)
        case nodes.ListOf(_, items):
            return all(_collect(item, found) for item in items)
        case nodes.Literal(_, value):
            found.append(value)
        case nodes.Negate(_, nodes.Literal(_, Decimal() as value)):
            found.append(-value)
        case nodes.Call(_, nodes.Name(_, "date"), None, [nodes.Literal(_, str(text))]) if read_date(text):
            found.append(read_date(text))
        case _:
            return False
    return found[-1].__class__ in (Decimal, str, bool, date, type(None))


def samples(found: list[Any], *, closed: bool = False) -> list[Any] | None:
    """Return one value for each stretch on which every cell with these constants answers alike.

    closed: no other text than these may come. None if the constants are of several kinds, or of a kind that is not analysed.
    """
    kinds = {value.__class__ for value in found if value is not None}
    if not kinds:
        return [OTHER] if not found else [None, OTHER]
    if len(kinds) > 1:
        return None
    cut = _cut(kinds.pop(), [value for value in found if value is not None], closed)
    return [None, *cut] if None in found else cut


def _cut(kind: type, found: list[Any], closed: bool) -> list[Any]:
    if kind is bool:
        return [True, False]
    points = sorted(set(found))
    if kind is str:
        return points if closed else [*points, _unlike(points)]
    return _dates(points) if kind is date else _numbers(points)


def _unlike(points: list[str]) -> str:
    name = OTHER
    while any(point.startswith(name) for point in points):
        name += "*"
    return name


def _numbers(points: list[Decimal]) -> list[Any]:
    made: list[Any] = [points[0] - 1]
    for low, high in itertools.pairwise(points):
        whole = (low + 1).to_integral_value(rounding="ROUND_FLOOR")
        made += [low, whole if low < whole < high else (low + high) / _TWO]
    return [*made, points[-1], points[-1] + 1]


def _dates(points: list[date]) -> list[Any]:
    day = timedelta(days=1)
    made: list[Any] = [points[0] - day] if points[0] > date.min else []
    for low, high in itertools.pairwise(points):
        made += [low, low + day] if low + day < high else [low]
    return [*made, points[-1], *([points[-1] + day] if points[-1] < date.max else [])]
