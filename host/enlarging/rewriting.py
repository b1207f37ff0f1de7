"""What a copied row says instead: its own number, and the numbers and codes of the copies it speaks of."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("5a9d2b7e-6f0c-4c55-9a46-2f3f6f0c1b7d")
QUOTED: Final = re.compile(r'(?<=")[^"\\]+(?=\\*")')
UNIT_IN_TEXT: Final = re.compile(r'(?<="organisation_id": )\d+|(?<="subject": )\d+')
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")
ORGANISATIONS: Final = frozenset({"organisation_id", "parent_id", "party_ids", "parties"})
PERSONS: Final = re.compile(r"(?:person|hand|author|assignee|owner|actor|voter|sender|\w+_by)_id")
KEPT: Final = frozenset({"jurisdiction_id", "campaign_id", "circular_id", "handover_id"})
OWNERS: Final = {
    "project_id": "project",
    "rung_id": "ladder_rung",
    "timer_id": "timer",
    "return_id": "task_return",
}
SUBJECTS: Final = {"project": "project", "organisation": "organisation"}


@dataclass(frozen=True)
class Originals:
    """What was there before. numbers: by table, the numbers of the units' rows; spans: by table, the largest number;

    codes: of the units, their projects and their instances; derived: ids of waits made from (token, element).
    """

    numbers: Mapping[str, frozenset[int]]
    spans: Mapping[str, int]
    codes: frozenset[str]
    derived: Mapping[UUID, tuple[UUID, str]]


@dataclass(frozen=True)
class Copy:
    """The copy of this number (from 2): a function for each column."""

    number: int
    originals: Originals

    def rewriter(self, table: str, column: str, kind: str, subject_kind: int | None) -> "ColumnRewrite":
        """Return how the values of a column are written. kind: its type; subject_kind: where a row tells it."""
        if column == "id" and kind == "BIGINT":
            return ColumnRewrite(lambda text: self.numbered(table, text))
        if kind == "UUID":
            return ColumnRewrite(self.identifier)
        if column == "subject_id":
            return ColumnRewrite(self.subject, subject_kind)
        if kind in ("BIGINT", "ARRAY", "JSONB") and (owner := self._owner(column)):
            return ColumnRewrite(lambda text: re.sub(r"\d+", lambda one: self.numbered(owner, one[0]), text))
        if kind == "BIGINT" and column.endswith("_id") and column not in KEPT:
            raise LookupError(f"{table}.{column}: whose number is it? Say so in host/enlarging/rewriting.py")
        if kind in ("JSONB", "TEXT"):
            return ColumnRewrite(self.text if kind == "TEXT" else self.json)
        return ColumnRewrite(None)

    def numbered(self, table: str, text: str) -> str:
        """Return the number of the copy; rows that all share keep theirs."""
        number = int(text)
        if number not in self.originals.numbers[table]:
            return text
        return str(number + (self.number - 1) * self.originals.spans[table])

    def subject(self, text: str, kind: str) -> str:
        """Return the number of the subject's copy."""
        return self.numbered(SUBJECTS[kind], text) if kind in SUBJECTS else text

    def identifier(self, text: str) -> str:
        """Return the id of the copy, dashed or not as it was; waits keep to the token they were made from."""
        made = self._identifier(UUID(text))
        return str(made) if "-" in text else made.hex

    def _identifier(self, original: UUID) -> UUID:
        if original in self.originals.derived:
            token, element = self.originals.derived[original]
            return uuid5(self._identifier(token), element)
        return uuid5(NAMESPACE, f"{self.number}/{original}")

    def text(self, text: str) -> str:
        """Write a text column: a code, a business key, an id, or JSON as text (an image)."""
        return self.json(text) if text[:1] in "{[" else self._word(text)

    def json(self, text: str) -> str:
        """Write JSON: every string in quotes that is a code or an id, at any depth of quoting."""
        text = QUOTED.sub(lambda one: self._word(one[0]), text)
        return UNIT_IN_TEXT.sub(lambda one: self.numbered("organisation", one[0]), text)

    def _word(self, word: str) -> str:
        head, gap, last = word.rpartition(" ")  # a project without a name is called by its code
        if last in self.originals.codes:
            return head + gap + copied(last, self.number)
        return self.identifier(word) if IDENTIFIER.fullmatch(word) else word

    def _owner(self, column: str) -> str | None:
        if column in ORGANISATIONS:
            return "organisation"
        return "person" if PERSONS.fullmatch(column) else OWNERS.get(column)


@dataclass(frozen=True)
class ColumnRewrite:
    """How one column is rewritten; None leaves it. beside: the position of a second value it needs."""

    apply: Callable[..., str] | None
    beside: int | None = None


def copied(code: str, number: int) -> str:
    """Return the code of a copy: `P-1` becomes `P-1~2`."""
    return f"{code}~{number}"
