"""Which rows of values no rule takes: the exact search behind the static checks of a table.

A column is cut into stretches on which every cell answers alike; a cell is the set of its stretches as bits of an int.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

MOST_STEPS = 200_000
Row = tuple[int, ...]


class GaveUp(Exception):
    """The search needs more steps than it may take."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, one value for each stretch, and per rule the stretches it takes."""

    label: str
    samples: tuple[Any, ...]
    taken: tuple[int, ...]


class Coverage:
    """Searches one table; the steps of all its searches together are bounded."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._left = MOST_STEPS

    def holes(self, rules: int, within: Sequence[int] | None = None, most: int = 1) -> list[Row]:
        """Return up to `most` rows (a stretch per column) that none of the rules takes. May raise GaveUp.

        rules: bits of the rules that count; within: per column the stretches to look at, otherwise all.
        """
        return self._search(0, rules, within, most, {})

    def _search(
        self,
        place: int,
        rules: int,
        within: Sequence[int] | None,
        most: int,
        known: dict[tuple[int, int], list[Row]],
    ) -> list[Row]:
        if place == len(self.columns):
            return [] if rules else [()]
        if (found := known.get((place, rules))) is not None:
            return found
        found = []
        for stretch, left in self._groups(place, rules, within):
            below = self._search(place + 1, left, within, most, known)
            found += [(stretch, *row) for row in below[: most - len(found)]]
            if len(found) >= most:
                break
        known[(place, rules)] = found
        return found

    def _groups(self, place: int, rules: int, within: Sequence[int] | None) -> Iterator[tuple[int, int]]:
        """Yield the stretches of a column that differ in the rules which take them, with those rules."""
        column, seen = self.columns[place], set()
        listed = [rule for rule in range(len(column.taken)) if rules >> rule & 1]
        for stretch in range(len(column.samples)):
            if within is not None and not within[place] >> stretch & 1:
                continue
            self._left -= 1 + len(listed) // 16
            if self._left < 0:
                raise GaveUp
            left = sum(1 << rule for rule in listed if column.taken[rule] >> stretch & 1)
            if left not in seen:
                seen.add(left)
                yield stretch, left

    def shared(self, one: int, two: int) -> Row | None:
        """Return a row that both rules take; None if there is none."""
        common = [column.taken[one] & column.taken[two] for column in self.columns]
        return tuple((bits & -bits).bit_length() - 1 for bits in common) if all(common) else None

    def shown(self, row: Row) -> list[tuple[str, Any]]:
        """Return a row as labels and example values."""
        return [
            (column.label, column.samples[place]) for column, place in zip(self.columns, row, strict=True)
        ]
