"""How often somebody may come: counted here, settled with the other processes in the database once a second.

Each may do so much at once, and pays it back evenly within a minute. What is kept of a key is one moment, `until`: when all is
paid back. Moments of several processes add up, so a settlement is one statement whatever happened since the last.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock, Thread

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.storage.errors import StorageUnavailable
from host.composition import Bihuan
from host.settings import Settings

WINDOW = 60.0
SETTLE_SECONDS = 1.0
SLACK = 1e-3
"""Moments are seconds of the epoch as floating numbers: they are not exact."""
SETTLE = text("""
insert into app.rate_spent as kept (key, until)
select key, :now + owed from unnest(cast(:keys as text[]), cast(:owed as double precision[])) as spent (key, owed) order by key
on conflict (key) do update set until = greatest(kept.until, :now) + excluded.until - :now
returning key, until
""")
SWEEP = text("""
delete from app.rate_spent where key in
 (select key from app.rate_spent where until < :now order by key for update skip locked)
""")
log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What is counted apart from each other."""

    SIGN_IN = "sign_in"
    REST = "rest"
    UPLOADS = "uploads"
    HEAVY = "heavy"
    ADDRESS = "address"
    CALLS = "calls"


AT_ONCE = frozenset({Kind.SIGN_IN})
"""What is settled before it is answered: it is rare and dear, and who guesses would ask many processes in one second."""


@dataclass
class _Purse:
    """Of one key. until: when all is paid back, as far as is known here; untold: how many the others do not know yet."""

    step: float
    until: float
    untold: int = 0


class Rates:
    """Counts for one process. limits: how often in a minute; 0 or none: as often as one likes."""

    def __init__(
        self, bihuan: Bihuan, limits: Mapping[Kind, int], clock: Callable[[], float] = time.time
    ) -> None:
        self._bihuan, self._limits, self._clock = bihuan, limits, clock
        self._purses: dict[str, _Purse] = {}
        self._lock = Lock()
        self._swept = 0.0

    def wait(self, kind: Kind, whom: object) -> float:
        """Count one more and return 0; or, if that is too often, return the seconds until the next."""
        limit = self._limits.get(kind, 0)
        if not limit:
            return 0.0
        key, now, step = f"{kind}:{whom}", self._clock(), WINDOW / limit
        with self._lock:
            purse = self._purses.setdefault(key, _Purse(step, now))
            until = max(purse.until, now) + step
            if _over(until, now) > 0:
                return _over(until, now)
            purse.until, purse.untold = until, purse.untold + 1
        if kind in AT_ONCE:
            self.settle()
            return max(_over(purse.until, now), 0.0)
        return 0.0

    def settle(self) -> None:
        """Tell the others what was spent here, and learn what they spent. Without a database each counts for itself."""
        with self._lock:
            owed = {key: one.untold * one.step for key, one in self._purses.items() if one.untold}
            for key in owed:
                self._purses[key].untold = 0
        try:
            known = self._told(owed)
        except (SQLAlchemyError, StorageUnavailable, OSError) as error:
            log.warning("rates are not shared", extra={"kind": type(error).__name__})
            return
        with self._lock:
            for key, until in known.items():
                if purse := self._purses.get(key):
                    purse.until = max(purse.until, until + purse.untold * purse.step)
            now = self._clock()
            self._purses = {key: one for key, one in self._purses.items() if one.until > now or one.untold}

    def _told(self, owed: Mapping[str, float]) -> dict[str, float]:
        now = self._clock()
        known: dict[str, float] = {}
        if owed:
            values = {"now": now, "keys": list(owed), "owed": list(owed.values())}
            with self._bihuan.look() as uow:
                known = {row.key: row.until for row in uow.session.execute(SETTLE, values)}
        if now - self._swept > WINDOW:
            with self._bihuan.look() as uow:
                uow.session.execute(SWEEP, {"now": now})
            self._swept = now
        return known


def _over(until: float, now: float) -> float:
    """Return for how many seconds it is too often."""
    return until - now - WINDOW - SLACK


def limits_of(settings: Settings) -> Mapping[Kind, int]:
    """Return the limits that an operator set."""
    return {kind: getattr(settings, f"rate_{kind}") for kind in Kind}


def keep_settling(rates: Rates) -> None:
    """Settle every second, in a thread that ends with the process."""

    def settle() -> None:
        while not Event().wait(SETTLE_SECONDS):
            rates.settle()

    Thread(target=settle, name="rates", daemon=True).start()
