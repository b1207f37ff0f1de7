"""Anchors: the hash of a seal, copied to where nobody can change it with the database, paper for instance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import InvalidInput
from engine.model.sealing import AuditAnchor

HASH_LETTERS = 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """A seal as it was on a local day; as text `2021-03-01 17 0123abcd …`, easy to copy by hand."""

    sealed_on: date
    number: int
    hash: str

    def __str__(self) -> str:
        groups = " ".join(self.hash[first : first + 8] for first in range(0, len(self.hash), 8))
        return f"{self.sealed_on.isoformat()} {self.number} {groups}"

    @classmethod
    def read(cls, line: str) -> Self:
        """Read a printed line; spaces inside the hash do not matter. Raises InvalidInput."""
        day, _, rest = line.strip().partition(" ")
        number, _, groups = rest.partition(" ")
        letters = "".join(groups.split()).lower()
        try:
            anchor = cls(date.fromisoformat(day), int(number), letters)
            if len(bytes.fromhex(letters)) * 2 == HASH_LETTERS:
                return anchor
        except ValueError:
            pass
        raise InvalidInput(
            f"锚定行应写作“日期 封印号 64 位十六进制哈希”,收到的是“{line[:120]}”;请照打印件完整抄写。",
            code="audit.anchor_form",
        )


def anchors(session: Session) -> Sequence[Anchor]:
    """Return the daily anchors, oldest first."""
    rows = session.scalars(select(AuditAnchor).order_by(AuditAnchor.seal_number))
    return [Anchor(row.sealed_on, row.seal_number, row.hash) for row in rows]
