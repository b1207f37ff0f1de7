"""What a verification of the audit found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.sealing.anchors import Anchor

MOST_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed. code: stable, e.g. `entry.edited`."""

    code: str
    text: str
    entry_id: int | None = None
    seal: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {"code": self.code, "entry_id": self.entry_id, "seal": self.seal, "text": self.text}


@dataclass
class Verification:
    """The outcome: whole or not, how far the chain reaches, how long the unsealed tail is.

    findings: the first ones; count: how many there are.
    """

    at: datetime
    entries: int = 0
    seals: int = 0
    head: Anchor | None = None
    unsealed: int = 0
    oldest_unsealed_at: datetime | None = None
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was found."""
        return self.count == 0

    @property
    def oldest_unsealed_seconds(self) -> float:
        """Return the age of the oldest entry that is not sealed."""
        oldest = self.oldest_unsealed_at
        return 0.0 if oldest is None else max(0.0, (self.at - oldest).total_seconds())

    def add(self, code: str, text: str, *, entry_id: int | None = None, seal: int | None = None) -> None:
        """Note a finding; only the first ones are kept."""
        self.count += 1
        if len(self.findings) < MOST_SHOWN:
            self.findings.append(Finding(code, text, entry_id, seal))

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        oldest = self.oldest_unsealed_at
        return {
            "whole": self.is_whole,
            "entries": self.entries,
            "seals": self.seals,
            "head": str(self.head) if self.head else None,
            "unsealed": {
                "rows": self.unsealed,
                "oldest_at": oldest.isoformat() if oldest else None,
                "oldest_seconds": self.oldest_unsealed_seconds,
            },
            "findings_total": self.count,
            "findings": [finding.as_json() for finding in self.findings],
        }
