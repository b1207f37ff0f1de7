"""What a simulated person knows when a task is opened."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.importing.ledger_file import Department, Excluded, LedgerFile, Project, TrackProject

HUNDRED = Decimal(100)
Answer = Callable[["Situation"], dict[str, Any]]
COPY = re.compile(r"~\d+\b")


def share_of(seed: int, *parts: object) -> float:
    """Return a number in [0, 1) that depends only on its arguments; copies (`P-1~2`) share that of their original."""
    text = COPY.sub("", "\x1f".join(map(str, (seed, *parts))))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64


def wan(units: int) -> str:
    """Write 0.01 万元 as people type 万元."""
    return format(Decimal(units) / HUNDRED, "f")


def points(hundredths: int) -> str:
    """Write points ×100 as people type points."""
    return format(Decimal(hundredths) / HUNDRED, "f")


@dataclass(frozen=True)
class Situation:
    """A task as the simulated person sees it.

    stage_round: the monitoring round. member: which of several like tasks of one instance (0 first).
    """

    ledger: LedgerFile
    seed: int
    policy: Mapping[str, Any]
    form_key: str
    definition_key: str
    element_id: str
    stage: str
    stage_round: int
    task_round: int
    subject_kind: str
    subject_code: str
    member: int = 0

    @property
    def project(self) -> Project:
        """The subject as an ordinary project."""
        found = self.ledger.project(self.subject_code)
        if not isinstance(found, Project):
            raise TypeError(f"expected an ordinary project, found {type(found).__name__} {self.subject_code}")
        return found

    @property
    def any_project(self) -> Project | Excluded | TrackProject:
        """The subject as a project of whichever track."""
        return self.ledger.project(self.subject_code)

    @property
    def track(self) -> TrackProject:
        """The subject as a project of a special track."""
        found = self.ledger.project(self.subject_code)
        if not isinstance(found, TrackProject):
            raise TypeError(f"expected a project of a special track, found {type(found).__name__}")
        return found

    @property
    def department(self) -> Department:
        """The subject as a department."""
        return self.ledger.department(self.subject_code)

    def chance(self, *parts: object) -> float:
        """Return a number in [0, 1) that belongs to this subject and the parts."""
        return share_of(self.seed, self.stage, self.stage_round, self.subject_code, *parts)
