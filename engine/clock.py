"""Time is asked for, never read: one clock is handed down from the host."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the current instant as an aware UTC datetime."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """The clock of the machine, moved by a span: a demonstration that lives on another day and goes on from there."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        """Return the machine's time moved by the span, in UTC."""
        return datetime.now(UTC) + self._shift


class VirtualClock:
    """A clock that stands still until it is set: tests, demos and simulated years."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Move to `instant`; it never goes back."""
        instant = instant.astimezone(UTC)
        if instant < self._now:
            raise ValueError(f"expected an instant at or after {self._now}, found {instant}")
        self._now = instant
