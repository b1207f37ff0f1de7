"""One side of a comparison: a resolved policy and the decision tables it is asked with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.dmn.decisions import Decisions
from engine.dmn.reading import read
from engine.dmn.wording import Wording, wording
from ledger.policy.resolved import ResolvedPack


@dataclass(frozen=True)
class Answer:
    """A decided value and the rows that gave it."""

    value: Any
    rules: tuple[str, ...]


@dataclass
class Side:
    """Decides by a policy; equal questions are answered once. tables: XML by key, in place of the factory's."""

    pack: ResolvedPack
    tables: Mapping[str, bytes] = field(default_factory=dict)
    _read: dict[str, Decisions] = field(default_factory=dict, init=False)
    _words: dict[str, Wording] = field(default_factory=dict, init=False)
    _known: dict[tuple[Any, ...], Answer] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.policy = self.pack.context()

    def decide(self, key: str, **inputs: Any) -> Answer:
        """Ask the decision `key`."""
        asked = (key, *inputs.items())
        if asked not in self._known:
            outcome = self._decisions(key).decide(
                key, {"policy": self.policy, "year": self.pack.year, **inputs}
            )
            rules = tuple(rule for hit in outcome.hits for rule in hit.rules)
            self._known[asked] = Answer(outcome.value, rules)
        return self._known[asked]

    def note(self, key: str, rules: tuple[str, ...]) -> str:
        """Return what the matched rows say about themselves."""
        words = self._words[key].rules
        return "、".join(words[rule].note or rule for rule in rules if rule in words)

    def _decisions(self, key: str) -> Decisions:
        if key not in self._read:
            xml = self.tables.get(key) or factory_table(key)
            self._read[key], self._words[key] = read(xml), wording(xml)
        return self._read[key]


def factory_table(key: str) -> bytes:
    """Return the DMN file of a factory decision."""
    return (Path(str(files("workflows") / "decisions")) / f"{key}.dmn").read_bytes()
