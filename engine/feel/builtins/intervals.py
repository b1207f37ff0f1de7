"""Allen's relations between points and ranges: `before`, `overlaps`, `during` and the rest; `range`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.feel import nodes
from engine.feel.builtins.declaring import built_in
from engine.feel.comparing import equal, ordered
from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing import parse_expression
from engine.feel.reading import any_temporal
from engine.feel.state import Run
from engine.feel.values import Function, Range

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _order(one: Any, two: Any) -> int | None:
    """Return -1, 0 or 1; None if the points cannot be compared."""
    if ordered("<", one, two):
        return -1
    if ordered(">", one, two):
        return 1
    return 0 if ordered("<=", one, two) else None


def _starts_order(one: Range, two: Range) -> int | None:
    """Order the starts; an open one lies before every point."""
    if one.low is None or two.low is None:
        return (one.low is not None) - (two.low is not None)
    return _order(one.low, two.low)


def _ends_order(one: Range, two: Range) -> int | None:
    """Order the ends; an open one lies behind every point."""
    if one.high is None or two.high is None:
        return (one.high is None) - (two.high is None)
    return _order(one.high, two.high)


def _before(one: Range, two: Range) -> bool | None:
    order = 1 if one.high is None or two.low is None else _order(one.high, two.low)
    return (
        None if order is None else order < 0 or (order == 0 and not (one.high_included and two.low_included))
    )


def _during(inner: Range, outer: Range) -> bool | None:
    low, high = _starts_order(outer, inner), _ends_order(inner, outer)
    if low is None or high is None:
        return None
    starts = low < 0 or (low == 0 and (outer.low_included or not inner.low_included))
    return starts and (high < 0 or (high == 0 and (outer.high_included or not inner.high_included)))


def _same_start(one: Range, two: Range, run: Run) -> bool | None:
    return one.low_included is two.low_included and equal(one.low, two.low, run)


def _same_end(one: Range, two: Range, run: Run) -> bool | None:
    return one.high_included is two.high_included and equal(one.high, two.high, run)


def _meets(one: Range, two: Range, run: Run) -> bool | None:
    return one.high_included and two.low_included and equal(one.high, two.low, run)


def _overlaps(one: Range, two: Range) -> bool | None:
    first, second = _before(one, two), _before(two, one)
    return None if first is None or second is None else not first and not second


def _overlaps_before(one: Range, two: Range) -> bool | None:
    """One starts first, reaches into two, and ends first (an excluded end at the same point is earlier)."""
    low, high = _starts_order(one, two), _ends_order(one, two)
    overlap = _overlaps(one, two)
    if low is None or high is None or overlap is None:
        return None
    starts = low < 0 or (low == 0 and one.low_included and not two.low_included)
    ends = high < 0 or (high == 0 and (two.high_included or not one.high_included))
    return starts and ends and overlap


Relation = Callable[[Range, Range, Run], bool | None]
_ANY: dict[str, Relation] = {
    "before": lambda one, two, run: _before(one, two),
    "after": lambda one, two, run: _before(two, one),
    "coincides": lambda one, two, run: _same_start(one, two, run) and _same_end(one, two, run),
}
_RANGES: dict[str, Relation] = {
    "meets": _meets,
    "met by": lambda one, two, run: _meets(two, one, run),
    "overlaps": lambda one, two, run: _overlaps(one, two),
    "overlaps before": lambda one, two, run: _overlaps_before(one, two),
    "overlaps after": lambda one, two, run: _overlaps_before(two, one),
}
_INNER: dict[str, Relation] = {
    "during": lambda one, two, run: _during(one, two),
    "starts": lambda one, two, run: _same_start(one, two, run) and _during(one, two),
    "finishes": lambda one, two, run: _same_end(one, two, run) and _during(one, two),
}
_OUTER: dict[str, Relation] = {
    "includes": lambda one, two, run: _during(two, one),
    "started by": lambda one, two, run: _same_start(two, one, run) and _during(two, one),
    "finished by": lambda one, two, run: _same_end(two, one, run) and _during(two, one),
}


def _related(relation: Relation) -> Callable[[Run, Any, Any], bool | None]:
    def decide(run: Run, one: Any, two: Any) -> bool | None:
        return None if one is None or two is None else relation(_as_range(one), _as_range(two), run)

    return decide


def _register(relations: dict[str, Relation], *signatures: str) -> None:
    for name, relation in relations.items():
        declare(name, *signatures)(_related(relation))


_POINTS = (
    "range1:range, range2:range",
    "point:any, range:range",
    "range:range, point:any",
    "point1:any, point2:any",
)
_register(_ANY, *_POINTS)
_register(_RANGES, "range1:range, range2:range")
_register(_INNER, "range1:range, range2:range", "point:any, range:range")
_register(_OUTER, "range1:range, range2:range", "range:range, point:any")


_TEMPORAL = ("date", "time", "date and time", "duration")


def _end(node: nodes.Node | None) -> Any:
    """Return the value of an end that is a literal or a date function of a text; None if it is anything else."""
    match node:
        case nodes.Literal(_, value):
            return value
        case nodes.Call(_, nodes.Name(_, name), None, [nodes.Literal(_, str(text))]) if name in _TEMPORAL:
            return any_temporal(text)
    return None


@declare("range", "from:text")
def to_range(run: Run, text: str) -> Range | None:
    """Read a range such as `[1..3]` or `(@"2021-01-01"..@"2021-02-15"]`; null if it is none."""
    if len(text) > 500 or text.lstrip()[:1] not in tuple("()[]"):
        return None
    try:
        tree = parse_expression(text)
    except FeelSyntaxError:
        return None
    if not isinstance(tree, nodes.RangeOf):
        return None
    low, high = _end(tree.low), _end(tree.high)
    if (tree.low is not None and low is None) or (tree.high is not None and high is None):
        return None
    if low is not None and high is not None and not ordered("<=", low, high):
        return None
    return Range(low, high, tree.low_included, tree.high_included)
