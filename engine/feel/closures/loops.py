"""`for`, `some` and `every`, over one or several iterators."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.arithmetic import add, subtract
from engine.feel.closures.terms import Build
from engine.feel.comparing import ordered
from engine.feel.depth import mentions, size
from engine.feel.moving import date_of
from engine.feel.numbers import whole
from engine.feel.positions import day_number
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import Range
from engine.feel.wide import kind_of

Source = Callable[[Scope], Iterable[Any] | None]


def _require_few(rounds: int, run: Run) -> None:
    if rounds > run.limits.list_length:
        run.exceed(f"循环最多 {run.limits.list_length} 次，实际 {rounds} 次")


def _steps(low: Any, high: Any, run: Run) -> Iterable[Any] | None:
    """Walk whole numbers or days from `low` to `high`, downwards too."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        start, end = whole(low), whole(high)
        if start is None or end is None or start != low or end != high:
            return None
        step = 1 if start <= end else -1
        _require_few(abs(end - start) + 1, run)
        return (Decimal(number) for number in range(start, end + step, step))
    if kind_of(low) is date and kind_of(high) is date:
        start, end = day_number(low), day_number(high)
        step = 1 if start <= end else -1
        _require_few(abs(end - start) + 1, run)
        return (date_of(number) for number in range(start, end + step, step))
    return None


def _source(iterator: nodes.Iterator, build: Build) -> Source:
    source = build(iterator.source)
    until = build(iterator.until) if iterator.until is not None else None
    at = iterator.at

    def items(scope: Scope) -> Iterable[Any] | None:
        value, run = source(scope), scope.run
        found = walk_values(value, run) if until is None else _steps(value, until(scope), run)
        if found is None:
            run.warn("not_iterable", at, "循环的来源不是列表，也不是整数或日期的区间；按 null 处理")
        return found

    return items


def walk_values(value: Any, run: Run) -> Iterable[Any] | None:
    """Return what a loop over a value walks: items, whole numbers or days of a range, or the value alone."""
    if value.__class__ is list:
        return value
    if isinstance(value, Range):
        return _range_items(value, run)
    return None if value is None else [value]


def _range_items(interval: Range, run: Run) -> Iterable[Any] | None:
    low, high = interval.low, interval.high
    one = timedelta(days=1) if kind_of(low) is date else Decimal(1)
    low = low if interval.low_included else add(low, one, run)
    high = high if interval.high_included else subtract(high, one, run)
    empty = interval.low != interval.high and ordered(">", low, high)
    return [] if empty else _steps(low, high, run)


def _visit(
    iterators: list[tuple[str, Source]], scope: Scope, cost: int, body: Callable[[Scope], bool]
) -> bool | None:
    """Call `body` for each combination until it returns True; None if a source is no list."""
    (name, source), *inner = iterators
    items = source(scope)
    if items is None:
        return None
    run = scope.run
    for item in items:
        run.charge(cost)
        below = Scope({name: run.lift(item)}, scope, run)
        stopped = _visit(inner, below, cost, body) if inner else body(below)
        if stopped is not False:
            return stopped
    return False


def loop(node: nodes.For, build: Build) -> Closure:
    """`for`: the list of the body's values; `partial` holds those found so far."""
    iterators = [(iterator.name, _source(iterator, build)) for iterator in node.iterators]
    body, cost = build(node.body), size(node.body)
    partial = mentions(node.body, "partial")

    def repeat(scope: Scope) -> Any:
        found: list[Any] = []
        run = scope.run

        def collect(inner: Scope) -> bool:
            if partial:
                run.charge(len(found) >> 4)
                inner = Scope({"partial": list(found)}, inner, run)
            found.append(body(inner))
            if len(found) > run.limits.list_length:
                run.sized(found)
            return False

        return None if _visit(iterators, scope, cost, collect) is None else found

    return repeat


def quantified(node: nodes.Quantified, build: Build) -> Closure:
    """`some` and `every`: decided by the first value that decides, null if one was no boolean."""
    iterators = [(iterator.name, _source(iterator, build)) for iterator in node.iterators]
    body, cost, decisive = build(node.body), size(node.body), node.word == "some"

    def decide(scope: Scope) -> Any:
        known = True

        def check(inner: Scope) -> bool:
            nonlocal known
            value = body(inner)
            known = known and value.__class__ is bool
            return value is decisive

        stopped = _visit(iterators, scope, cost, check)
        if stopped is None:
            return None
        return decisive if stopped else (not decisive if known else None)

    return decide
