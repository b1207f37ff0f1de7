"""What differs between two versions of a definition: one sentence for each thing that was added, removed or changed."""

from dataclasses import dataclass
from typing import Literal

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference at one element, `-` for the file as a whole; text: a sentence for people."""

    element_id: str
    change: Literal["added", "removed", "changed"]
    text: str


def turned(what: str, before: str | None, after: str | None) -> str:
    """Return how a fact changed: `由“甲”改为“乙”`; a long text is cut."""
    if not before:
        return f"{what}原来没有,现在是“{_short(after)}”"
    return f"{what}由“{_short(before)}”改为“{_short(after)}”" if after else f"去掉了{what}“{_short(before)}”"


def _short(text: str | None) -> str:
    plain = " ".join((text or "").split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}……"
