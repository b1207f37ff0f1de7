"""Which rules of a table match: cells of literals are looked up in an index, the others are asked one by one.

A cell of literals gives no warning and costs no steps, so nobody can tell that it was not asked. A column is cut at its
literals into stretches on which each such cell answers alike; every stretch keeps the rules that take it as bits of an int.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, InvalidOperation
from itertools import accumulate, islice, pairwise
from operator import xor
from typing import Any

from engine.feel import nodes
from engine.feel.comparing import ordered
from engine.feel.state import Closure, Scope

_FINE = Context(prec=60, Emin=-999_999, Emax=999_999, traps=[])
_DAY = timedelta(days=1)
_ABOVE: dict[type, Callable[[Any], Any]] = {
    Decimal: _FINE.next_plus,
    str: lambda text: text + "\0",
    date: lambda day: min(day, date.max - _DAY) + _DAY,
}
_BELOW: dict[type, Callable[[Any], Any]] = {
    Decimal: _FINE.next_minus,
    str: lambda text: "",
    date: lambda day: max(day, date.min + _DAY) - _DAY,
}
_NEUTRAL: dict[type, Any] = {Decimal: Decimal(0), str: "", date: date(2000, 1, 1)}


@dataclass(frozen=True, slots=True)
class Cell:
    """A condition; literals: what it compares with, if these are all literals, otherwise None."""

    test: Closure
    literals: tuple[Any, ...] | None = None


def literals_of(tests: nodes.Tests) -> tuple[Any, ...] | None:
    """Return what a cell compares with; None unless all of it is written there and can be compared without a warning."""
    found: list[Any] = []
    for test in tests.tests:
        match test:
            case nodes.Test(_, _, nodes.Literal(_, value)):
                found.append(value)
            case nodes.Test(_, None, nodes.RangeOf(_, nodes.Literal(_, low), nodes.Literal(_, high))) if (
                ordered("<=", low, high)
            ):
                found += (low, high)
            case _:
                return None
    return tuple(found)


class Matcher:
    """Finds the matching rules of one table."""

    def __init__(self, conditions: Sequence[Sequence[Cell | None]], width: int) -> None:
        self._columns = [_Column([row[number] for row in conditions]) for number in range(width)]
        self._free = (1 << len(conditions)) - 1
        self._asked = {
            number: row
            for number, row in enumerate(conditions)
            if any(cell is not None and cell.literals is None for cell in row)
        }

    def rules(self, values: list[Any], scope: Scope, *, first: bool) -> list[int]:
        """Return the numbers of the matching rules in their order; with `first` no cell behind the first is asked."""
        left = self._free
        if self._asked:
            masks = [column.rules(value, scope) for column, value in zip(self._columns, values, strict=True)]
            for mask in masks:
                left &= mask
            found = self._asking(left, masks, values, scope)
            return list(islice(found, 1)) if first else list(found)
        for column, value in zip(self._columns, values, strict=True):
            left &= column.rules(value, scope)
        return _places(left & -left if first else left)

    def _asking(self, left: int, masks: list[int], values: list[Any], scope: Scope) -> Iterator[int]:
        scopes = [Scope({"?": value}, scope, scope.run) for value in values]
        for number in range(self._free.bit_length()):
            if number not in self._asked:
                if left >> number & 1:
                    yield number
                continue
            for cell, mask, inner in zip(self._asked[number], masks, scopes, strict=True):
                if not mask >> number & 1:
                    break
                if cell is not None and cell.literals is None and cell.test(inner) is not True:
                    break
            else:
                yield number


def _places(bits: int) -> list[int]:
    found: list[int] = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


class _Column:
    """The cells of one column; a rule whose cell is empty or must be asked is taken by every value."""

    def __init__(self, cells: list[Cell | None]) -> None:
        self._cells = {
            1 << number: cell
            for number, cell in enumerate(cells)
            if cell is not None and cell.literals is not None
        }
        self._always = (1 << len(cells)) - 1 - sum(self._cells)
        self._known: dict[Any, int] = {}
        self._lines: dict[type, tuple[list[Any], list[int]]] = {}

    def rules(self, value: Any, scope: Scope) -> int:
        """Return the rules that take a value, as bits."""
        if not self._cells:
            return self._always
        kind = value.__class__
        if kind is bool or value is None:
            if value not in self._known:
                self._known[value] = self._ask(value, scope)
            return self._known[value]
        line = self._lines.get(kind)
        if line is None:
            if kind not in _ABOVE:
                return self._ask(value, scope)
            line = self._lines[kind] = self._line(kind, scope)
        points, masks = line
        try:
            place = bisect_left(points, value)
        except InvalidOperation:  # not a number
            return self._ask(value, scope)
        at = place < len(points) and points[place] == value
        return masks[2 * place + at]

    def _ask(self, value: Any, scope: Scope) -> int:
        inner = Scope({"?": value}, scope, scope.run)
        return self._always | sum(bit for bit, cell in self._cells.items() if cell.test(inner) is True)

    def _line(self, kind: type, scope: Scope) -> tuple[list[Any], list[int]]:
        """Cut the values of a kind at the literals; masks: below the first point, at it, above it, at the next …"""
        own = {bit: _points(cell, kind) for bit, cell in self._cells.items()}
        points = sorted({point for found in own.values() for point in found})
        place = {point: number for number, point in enumerate(points)}
        flips = [0] * (2 * len(points) + 2)
        for bit, cell in self._cells.items():
            starts = [0, *(2 * place[point] + step for point in own[bit] for step in (1, 2)), len(flips) - 1]
            for sample, (start, end) in zip(_samples(own[bit], kind), pairwise(starts), strict=True):
                if cell.test(Scope({"?": sample}, scope, scope.run)) is True:
                    flips[start] ^= bit
                    flips[end] ^= bit
        return points, [self._always | mask for mask in accumulate(flips[:-1], xor)]


def _points(cell: Cell, kind: type) -> list[Any]:
    return sorted({literal for literal in cell.literals or () if literal.__class__ is kind})


def _samples(points: list[Any], kind: type) -> list[Any]:
    """Return a value below the first point, then each point and a value just above it."""
    if not points:
        return [_NEUTRAL[kind]]
    above = _ABOVE[kind]
    return [_BELOW[kind](points[0]), *(sample for point in points for sample in (point, above(point)))]
