"""Why a decision came out as it did: inputs and matched rules of every table that was asked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.feel.limits import DEFAULT
from engine.feel.state import Run


class Hit(NamedTuple):
    """One table, asked once."""

    table_id: str
    rules: tuple[str, ...]
    inputs: Mapping[str, Any]


class DecisionRun(Run):
    """The state of one decision: that of its expressions, and what the tables said."""

    __slots__ = ("hits",)

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None, now: datetime | None) -> None:
        super().__init__("", DEFAULT, functions, now)
        self.hits: list[Hit] = []


def note(run: Run, hit: Hit) -> None:
    """Remember what a table said."""
    if isinstance(run, DecisionRun):
        run.hits.append(hit)
