"""Functions of lists; positions count from 1, and from the end if negative."""

from decimal import Decimal
from functools import cmp_to_key, partial
from typing import Any

from engine.feel.binding import call_function
from engine.feel.builtins.declaring import built_in
from engine.feel.comparing import DIRECT, ascending, pay_to_compare, same
from engine.feel.numbers import whole
from engine.feel.state import Run
from engine.feel.values import Function

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


def lifted(run: Run, items: list[Any]) -> list[Any]:
    """Return the FEEL values of a list after paying for them."""
    pay_to_compare(run, items)
    return [run.lift(item) for item in items]


@declare("list contains", "list:list, element")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """Say whether a list holds a value."""
    pay_to_compare(run, [element])
    return any(same(item, element, run) for item in lifted(run, items))


@declare("count", "list:list")
def count(run: Run, items: list[Any]) -> Decimal:
    """Count the items."""
    return Decimal(len(items))


@declare("append", "list:list, *item")
def append(run: Run, items: list[Any], *more: Any) -> list[Any]:
    """Return the list with items added at its end."""
    return run.sized([*items, *more])


@declare("concatenate", "list:list, *list:list")
def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """Join lists."""
    return run.sized([item for items in lists for item in items])


@declare("union", "list:list, *list:list")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    """Join lists, each value once."""
    return distinct_values(run, concatenate(run, *lists))


@declare("distinct values", "list:list")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """Return each value once, in the order of first appearance."""
    found: list[Any] = []
    simple: set[tuple[type, Any]] = set()
    others: list[Any] = []
    for item in lifted(run, items):
        key = (item.__class__, item) if item.__class__ in DIRECT else None
        if key is not None and key in simple:
            continue
        rivals = others if key is not None else found
        run.charge(len(rivals))
        if any(same(item, known, run) for known in rivals):
            continue
        found.append(item)
        if key is None:
            others.append(item)
        else:
            simple.add(key)
    return found


@declare("duplicate values", "list:list")
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """Return each value that appears more than once, once."""
    values = lifted(run, items)
    run.charge(len(values) ** 2 // 2)
    repeated = [
        item for item in values if sum(same(item, other, run) for other in values) > 1
    ]  # fmt: skip
    return distinct_values(run, repeated)


@declare("flatten", "list:list")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """Return the items of all nested lists in one."""
    found: list[Any] = []
    waiting = list(reversed(items))
    while waiting:
        run.charge(1)
        item = run.lift(waiting.pop())
        if isinstance(item, list):
            run.charge(len(item) >> 3)
            waiting.extend(reversed(item))
        else:
            found.append(item)
    return run.sized(found)


@declare("reverse", "list:list")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    """Return the items backwards."""
    return run.sized(items[::-1])


@declare("index of", "list:list, match")
def index_of(run: Run, items: list[Any], match: Any) -> list[Any]:
    """Return the positions at which a value stands."""
    found = (place for place, item in enumerate(lifted(run, items), 1) if same(item, match, run))
    return [Decimal(place) for place in found]


def _place(position: Decimal, length: int) -> int | None:
    """Return the index from 0 of a position in a list of that length; None if outside."""
    place = whole(position)
    if place is None or place == 0 or abs(place) > length:
        return None
    return place - 1 if place > 0 else length + place


@declare("sublist", "list:list, start position:number, =length:number")
def sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    """Cut a part of a list; null if the start lies outside."""
    begin, count = _place(start, len(items)), len(items) if length is None else whole(length)
    if begin is None or count is None or count < 1 or (length is not None and begin + count > len(items)):
        return None
    return run.sized(items[begin : begin + count])


@declare("insert before", "list:list, position:number, newItem")
def insert_before(run: Run, items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    """Return the list with an item put before a position."""
    place = _place(position, len(items))
    return None if place is None else run.sized([*items[:place], item, *items[place:]])


@declare("remove", "list:list, position:number")
def remove(run: Run, items: list[Any], position: Decimal) -> list[Any] | None:
    """Return the list without the item at a position."""
    place = _place(position, len(items))
    return None if place is None else run.sized([*items[:place], *items[place + 1 :]])


@declare("list replace", "list:list, position:number, newItem", "list:list, match:function, newItem")
def list_replace(run: Run, items: list[Any], where: Any, new: Any) -> list[Any] | None:
    """Replace the item at a position, or all for which `match(item, newItem)` is true."""
    if isinstance(where, Decimal):
        place = _place(where, len(items))
        return None if place is None else run.sized([*items[:place], new, *items[place + 1 :]])
    hits = [call_function(where, [item, new], None, run, run.at) for item in lifted(run, items)]
    if any(hit.__class__ is not bool for hit in hits):
        return None
    return [new if hit else item for item, hit in zip(items, hits, strict=True)]


@declare("sort", "list:list, =precedes:function")
def sort(run: Run, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """Sort stably by a function that says whether its first argument precedes its second."""
    values = lifted(run, items)
    if precedes is None:
        return ascending(values, run)
    at = run.at

    def compare(one: Any, two: Any) -> int:
        if call_function(precedes, [one, two], None, run, at) is True:
            return -1
        return 1 if call_function(precedes, [two, one], None, run, at) is True else 0

    return sorted(values, key=cmp_to_key(compare))
