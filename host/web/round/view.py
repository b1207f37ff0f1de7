"""Two rounds of a form held against each other: each remark with what became of it, then what else changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms.definition import FormDefinition
from forms.differing import Difference, differences
from forms.pairing import paired
from host.web.round.told import Raw, Spot, place_words, spot_of, told

NOBODY: Mapping[str, Any] = {"text": "", "done": False, "answered_by_name": ""}
VERDICTS = {True: "settled", False: "unsettled"}


@dataclass(frozen=True)
class ChangeView:
    """One change, or one value that stayed. kind: `changed`, `added`, `removed`, `moved` or `same`; path: where it is now."""

    path: str
    place: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class RemarkView:
    """One remark. state: `changed`, `same`, or `gone` if its row was removed; changes: what changed within its place.

    path: where its place is now, "" for the whole form; answer, done: what was said to it; verdict: what its reviewer
    said then, `settled`, `unsettled` or "" for nothing yet.
    """

    return_id: int
    number: int
    path: str
    place: str
    text: str
    state: str
    before: str
    after: str
    changes: tuple[ChangeView, ...]
    answer: str
    done: bool
    answered_by: str
    verdict: str = ""
    judged_by: str = ""

    @property
    def key(self) -> str:
        """Its name in the browser."""
        return f"answer.{self.return_id}.{self.number}"


@dataclass(frozen=True)
class Compared:
    """A form before and after. returns: rows of `task_return`, the first first; answers, verdicts: by (return, number)."""

    definition: FormDefinition
    returns: Sequence[Mapping[str, Any]]
    answers: Mapping[tuple[int, int], Mapping[str, Any]]
    verdicts: Mapping[tuple[int, int], Mapping[str, Any]]
    before: Raw
    after: Raw

    @cached_property
    def differences(self) -> list[Difference]:
        """Every change, in the order of the form."""
        return differences(self.definition, self.before, self.after)

    @cached_property
    def remarks(self) -> list[RemarkView]:
        """Every remark of the returns, in the order in which they were written."""
        return [
            self._remark(row, number, path, text)
            for row in self.returns
            for number, (path, text) in enumerate(row["remarks"])
        ]

    @property
    def by_path(self) -> dict[str, list[str]]:
        """The words of the remarks by where their places are now."""
        found: dict[str, list[str]] = {}
        for one in self.remarks:
            found.setdefault(one.path, []).append(one.text)
        return found

    @property
    def changed(self) -> int:
        """At how many remarks something changed."""
        return sum(one.state != "same" for one in self.remarks)

    @property
    def answered(self) -> int:
        """How many remarks were met: something changed there, or something was said."""
        return sum(one.state != "same" or bool(one.answer) for one in self.remarks)

    @property
    def unsettled(self) -> list[RemarkView]:
        """The remarks that are not settled, as their reviewer says."""
        return [one for one in self.remarks if one.verdict == "unsettled"]

    @cached_property
    def others(self) -> list[ChangeView]:
        """What changed without a remark."""
        spots = [spot_of(self.definition, path) for row in self.returns for path, _text in row["remarks"]]
        asked = [spot for spot in spots if spot is not None]
        return [
            self._change(one) for one in self.differences if not any(_within(one, spot) for spot in asked)
        ]

    @cached_property
    def unchanged(self) -> list[ChangeView]:
        """What stands there as it was; blanks are left out."""
        changed = {one.path for one in self.differences}
        return [one for one in self._all() if one.path not in changed and one.after]

    @cached_property
    def _rows_now(self) -> Mapping[str, Mapping[int | None, int | None]]:
        """Where each row of each table is now, by its place before; None if it was removed."""
        tables = [field for field in self.definition.fields if field.type == "table"]
        return {
            one.name: dict(paired(one, self.before.get(one.name) or (), self.after.get(one.name) or ()))
            for one in tables
        }

    def _remark(self, row: Mapping[str, Any], number: int, path: str, text: str) -> RemarkView:
        spot, said = spot_of(self.definition, path), self.answers.get((row["id"], number), NOBODY)
        judged = self.verdicts.get((row["id"], number))
        at_row = spot is not None and spot.row is not None
        rows = self.before.get(spot.field.name) or () if spot is not None and at_row else ()
        within = [one for one in self.differences if spot is None or _within(one, spot)]
        now = self._rows_now[spot.field.name].get(spot.row) if spot is not None and at_row else None
        gone = at_row and any(one.kind == "removed" for one in within)
        return RemarkView(
            row["id"],
            number,
            _path(spot, now),
            place_words(spot, rows),
            text,
            "gone" if gone else "changed" if within else "same",
            self._value(spot, self.before, spot.row if spot else None),
            "" if gone else self._value(spot, self.after, now),
            () if spot is not None and _is_single(spot) else tuple(map(self._change, within)),
            said["text"],
            said["done"],
            said["answered_by_name"],
            VERDICTS[judged["settled"]] if judged else "",
            judged["judged_by_name"] if judged else "",
        )

    def _value(self, spot: Spot | None, values: Raw, row: int | None) -> str:
        if spot is None or spot.row is None:
            return told(spot.field, values.get(spot.field.name)) if spot is not None else ""
        rows = values.get(spot.field.name) or ()
        if row is None or row >= len(rows):
            return ""
        return (
            told(spot.field, rows[row])
            if spot.column is None
            else told(spot.column, rows[row].get(spot.column.name))
        )

    def _change(self, one: Difference) -> ChangeView:
        new = one.now_at is not None
        rows = (self.after if new else self.before).get(one.field.name) or ()
        spot = Spot(one.field, one.now_at if new else one.was_at, one.column)
        field = one.column or one.field
        words = (str((one.was_at or 0) + 1), str((one.now_at or 0) + 1)) if one.kind == "moved" else None
        before, after = words or (told(field, one.before), told(field, one.after))
        return ChangeView(
            one.path,
            place_words(spot if spot.row is not None else Spot(one.field), rows),
            one.kind,
            before,
            after,
        )

    def _all(self) -> Iterator[ChangeView]:
        for field in self.definition.fields:
            if field.is_computed:
                continue
            if field.type != "table":
                value = told(field, self.after.get(field.name))
                yield ChangeView(field.name, field.label, "same", value, value)
                continue
            rows = self.after.get(field.name) or ()
            for number, row in enumerate(rows):
                for column in field.columns:
                    if not column.is_computed and column.name != field.key:
                        value = told(column, row.get(column.name))
                        spot = Spot(field, number, column)
                        path = f"{field.name}[{number}].{column.name}"
                        yield ChangeView(path, place_words(spot, rows), "same", value, value)


def _within(one: Difference, spot: Spot) -> bool:
    """Tell whether a change lies within the place of a remark; a row that is gone counts for each of its cells."""
    if one.field.name != spot.field.name:
        return False
    if spot.row is None or (one.was_at == spot.row and spot.column is None):
        return True
    return one.was_at == spot.row and (one.column == spot.column or one.kind == "removed")


def _is_single(spot: Spot) -> bool:
    return spot.column is not None or (spot.row is None and spot.field.type != "table")


def _path(spot: Spot | None, now: int | None) -> str:
    """Return where on the page the place of a remark is now; at the table if its row was removed."""
    if spot is None:
        return ""
    if now is None:
        return spot.field.name
    row = f"{spot.field.name}[{now}]"
    return f"{row}.{spot.column.name}" if spot.column is not None else row
