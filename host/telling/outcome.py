"""What came of an attempt, whatever the channel."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """sent: the other side took it. refused: it never will, so nobody tries again; told: what it said.

    retry_after: seconds the other side asks us to wait.
    """

    sent: bool
    told: str
    refused: bool = False
    retry_after: int | None = None
