"""Watch the watchman: each web process looks by itself whether deadlines are still being fired, and says when they are not."""

import logging
import time
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from engine.storage.errors import StorageUnavailable
from host.composition import Bihuan
from host.health import signs
from host.health.judging import stands_still

LOOK_SECONDS = 10.0
SAY_SECONDS = 60.0
log = logging.getLogger(__name__)


class Watch:
    """Looks every ten seconds, in a thread; `still` is what it saw last. A database that cannot be asked is
    somebody else's alarm (`/health/ready`)."""

    def __init__(self, bihuan: Bihuan, *, every: float = LOOK_SECONDS) -> None:
        self._bihuan, self._every = bihuan, every
        self._left = Event()
        self._said = float("-inf")
        self.still = False
        self._thread = Thread(target=self._keep, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._left.set()
        self._thread.join()

    def look(self) -> None:
        """Look once; say that time stands still at most once a minute."""
        try:
            with self._bihuan.look() as uow:
                seen = signs.read(uow)
        except (SQLAlchemyError, StorageUnavailable, OSError):
            return
        self.still = stands_still(seen)
        if self.still and time.monotonic() - self._said >= SAY_SECONDS:
            self._said = time.monotonic()
            log.error("no deadline is being fired", extra={"sweep_age_seconds": seen.sweep_age_seconds})

    def _keep(self) -> None:
        while not self._left.wait(self._every):
            self.look()
