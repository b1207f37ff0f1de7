"""Forget what was sent and called once it is over for so many days, batch by batch, each in a transaction of its own.

What waits, or is to be matched by hand, stays however old it is. What happened stays as well: events, messages, audit.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from host.composition import Bihuan

BATCH: Final = 5_000
FORGET: Final = {
    "calls": text("""
delete from app.inbound_call where id in
 (select id from app.inbound_call one where status in ('applied', 'dropped') and ended_at < :before
     and not exists (select from app.inbound_call child where child.parent_id = one.id)
   limit :batch for update skip locked)
"""),
    "webhooks": text("""
delete from app.webhook_delivery where id in
 (select id from app.webhook_delivery where status <> 'planned' and ended_at < :before limit :batch for update skip locked)
"""),
    "letters": text("""
delete from app.letter where id in
 (select id from app.letter where status <> 'planned' and ended_at < :before limit :batch for update skip locked)
"""),
    "left_out": text("""
delete from app.delivery where id in
 (select id from app.delivery where status = 'skipped' and due_at < :before limit :batch for update skip locked)
"""),
}
"""By what is counted. Attempts and lines go with what they belong to; a call goes after those that came from it."""
log = logging.getLogger(__name__)


def forget(bihuan: Bihuan) -> Mapping[str, int]:
    """Forget what is over by the setting; return how many rows of what. Two that forget at once share the work."""
    found = {name: _all(bihuan, name) for name in FORGET}
    if any(found.values()):
        log.info("forgot what was sent and called", extra=found)
        with bihuan.unit_of_work() as uow:
            uow.audit("log.forget", data={**found, "days": bihuan.settings.log_days})
    return found


def _all(bihuan: Bihuan, name: str) -> int:
    gone = 0
    while some := _some(bihuan, name):
        gone += some
    return gone


def _some(bihuan: Bihuan, name: str) -> int:
    with bihuan.unit_of_work() as uow:
        before = uow.now() - timedelta(days=bihuan.settings.log_days)
        result = uow.session.execute(FORGET[name], {"before": before, "batch": BATCH})
        return int(result.rowcount)  # type: ignore[attr-defined]
