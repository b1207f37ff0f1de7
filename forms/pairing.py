"""Which row of a table became which, when rows were added, removed, moved or typed over."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from forms.definition import FormField

Row = Mapping[str, Any]
Tell = Callable[[Row], Any]


def row_name(table: FormField, row: Row) -> str:
    """Return what people call a row: the column that tells rows of two years apart, else its first text; "" if blank."""
    texts = [column.name for column in table.columns if column.type == "text"]
    names = [table.earlier.match, *texts] if table.earlier is not None else texts
    return next((text for name in names if (text := _text(row.get(name)))), "")


def paired(
    table: FormField, before: Sequence[Row], after: Sequence[Row]
) -> list[tuple[int | None, int | None]]:
    """Return (place before, place after) of every row, in the order of `after`, then the removed ones.

    Rows are the same with the same key column, else the same content, else the same name, else when they stand between
    the same neighbours and share a cell. Each row is in one pair; None: the row is new, or is gone.
    """
    found: dict[int, int] = {}
    for tell in (_by(table.key), _content, lambda row: row_name(table, row)):
        _match(found, before, after, tell)
    _match_between(found, before, after)
    gone = set(range(len(before))) - set(found.values())
    return [
        *((found.get(place), place) for place in range(len(after))),
        *((old, None) for old in sorted(gone)),
    ]


def moved(pairs: Sequence[tuple[int | None, int | None]]) -> frozenset[int]:
    """Return the places after of rows that changed their order: as few as explain it."""
    both = [(old, new) for old, new in pairs if old is not None and new is not None]
    stays = _longest_rising([old for old, _ in both])
    return frozenset(new for place, (_, new) in enumerate(both) if place not in stays)


def _by(key: str | None) -> Tell:
    return lambda row: _text(row.get(key)) if key else ""


def _content(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, text) for name, value in row.items() if (text := _text(value))))


def _match(found: dict[int, int], before: Sequence[Row], after: Sequence[Row], tell: Tell) -> None:
    """Pair the rows of which `tell` says the same, in their order; a blank says nothing."""
    free: dict[Any, list[int]] = {}
    taken = set(found.values())
    for place, row in enumerate(before):
        if place not in taken and tell(row):
            free.setdefault(tell(row), []).append(place)
    for place, row in enumerate(after):
        if place not in found and (same := free.get(tell(row))):
            found[place] = same.pop(0)


def _match_between(found: dict[int, int], before: Sequence[Row], after: Sequence[Row]) -> None:
    back = {old: new for new, old in found.items()}
    gaps_before, gaps_after = (
        dict(_gaps(len(rows), known)) for rows, known in ((before, back), (after, found))
    )
    for new, (above, nth) in gaps_after.items():
        fits = (found.get(above) if above is not None else None, nth)
        old = next((one for one, gap in gaps_before.items() if gap == fits), None)
        if old is not None and set(_content(before[old])) & set(_content(after[new])):
            found[new] = old


def _gaps(number: int, known: Mapping[int, int]) -> Iterator[tuple[int, tuple[int | None, int]]]:
    """Yield every unpaired place with the paired place above it and how many unpaired ones stand between."""
    above, nth = None, 0
    for place in range(number):
        if place in known:
            above, nth = place, 0
        else:
            yield place, (above, nth)
            nth += 1


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Return the places of a longest rising run within a sequence of different numbers."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        ends[length:], last[length:] = [number, *ends[length + 1 :]], [place, *last[length + 1 :]]
        before.append(last[length - 1] if length else None)
    found, place_at = set(), last[-1] if last else None
    while place_at is not None:
        found.add(place_at)
        place_at = before[place_at]
    return frozenset(found)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
