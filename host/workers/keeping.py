"""Purge the contents of attachments when the site's retention is over, batch by batch, each in transactions of its own."""

import logging
from datetime import datetime

from engine import retention
from engine.calendar.local_time import SHANGHAI
from host.composition import Bihuan

log = logging.getLogger(__name__)


def ended_before(now: datetime, years: int) -> datetime:
    """Return before which moment a review must have ended: so many years ago, to the day; 29 February counts as 1 March."""
    local = now.astimezone(SHANGHAI)
    try:
        return local.replace(year=local.year - years)
    except ValueError:
        return local.replace(year=local.year - years, month=3, day=1)


def purge(bihuan: Bihuan) -> int:
    """Purge what is due by the setting and return how many files; nothing without the setting."""
    years = bihuan.settings.attachment_years
    if years is None:
        return 0
    marked, before = 0, ended_before(bihuan.clock.now(), years)
    while found := _marked(bihuan, before):
        marked += found
    while _dropped(bihuan):
        pass
    if marked:
        log.info("purged attachments", extra={"files": marked})
    return marked


def _marked(bihuan: Bihuan, before: datetime) -> int:
    with bihuan.unit_of_work() as uow:
        return retention.mark(uow, before)


def _dropped(bihuan: Bihuan) -> int:
    with bihuan.unit_of_work() as uow:
        return retention.drop(uow, bihuan.blobs)
