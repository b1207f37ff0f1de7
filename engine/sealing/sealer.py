"""The sealer: takes what was committed since the last pass and adds it to the chain. No command waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.model.sealing import AuditAnchor, AuditSeal
from engine.sealing.digests import ENTRY_COLUMNS, GENESIS, entry_digest, epoch_text, seal_hash
from engine.uow import UnitOfWork

MOST_ENTRIES = 5_000
"""How many entries a seal holds at most, so that neither a pass nor a verification needs much memory."""
LOCK = 0x7365616C  # "seal": one sealer at a time on a database

COMMITTED = text(f"""
select entry.id, {", ".join(ENTRY_COLUMNS.values())}
  from app.audit_tail tail join app.audit_entry entry on entry.id = tail.entry_id
 order by tail.entry_id
""")  # noqa: S608 (our own constants)
TAKE = text("""
delete from app.audit_tail tail using unnest(cast(:ids as bigint[])) as taken(id) where tail.entry_id = taken.id
""")  # a join: `= any(…)` over a table without statistics would compare each with each
WITNESS = text("""
select setval('app.audit_seal_head', :number) where :number > (select last_value from app.audit_seal_head)
""")


def seal(uow: UnitOfWork) -> int | None:
    """Seal every entry that is committed and not sealed; return how many, None if another sealer is at work.

    One cursor, so one snapshot, decides what the pass takes: whatever its id, an entry that commits later belongs to
    a later pass. A sealer that is killed has done nothing; the next pass takes the same entries.
    """
    if not uow.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return None
    now = uow.now()
    number, previous_hash = _begin(uow.session, now)
    sealed = 0
    committed = uow.connection().execute(COMMITTED, execution_options={"yield_per": MOST_ENTRIES})
    for rows in committed.partitions(MOST_ENTRIES):
        number += 1
        previous_hash = _link(uow.session, number, previous_hash, now, rows)
        sealed += len(rows)
    return sealed


def _begin(session: Session, now: datetime) -> tuple[int, str]:
    """Return number and hash of the last seal; leave the witnesses that tell if it is cut off one day.

    The sequence is no part of the transaction, which is right: the seal it tells of was committed before.
    """
    link = AuditSeal
    newest = select(link.number, link.hash, link.sealed_at).order_by(link.number.desc())
    last = session.execute(newest.limit(1)).first()
    if last is None:
        return 0, GENESIS
    session.execute(WITNESS, {"number": last.number})
    if local_date(last.sealed_at) < local_date(now):
        anchor = {"seal_number": last.number, "sealed_on": local_date(last.sealed_at), "hash": last.hash}
        session.execute(insert(table_of(AuditAnchor)).values(anchor).on_conflict_do_nothing())
    return last.number, last.hash


def _link(
    session: Session, number: int, previous_hash: str, now: datetime, rows: Sequence["Row[Any]"]
) -> str:
    """Add one seal over these entries and take them out of the tail; return its hash."""
    entry_ids = [row[0] for row in rows]
    digests = b"".join(entry_digest(row[1:]) for row in rows)
    own_hash = seal_hash(number, previous_hash, epoch_text(now), entry_ids, digests)
    link = {
        "number": number,
        "previous_hash": previous_hash,
        "entry_ids": entry_ids,
        "digests": digests,
        "sealed_at": now,
        "hash": own_hash,
    }
    session.execute(insert(table_of(AuditSeal)).values(link))
    session.execute(TAKE, {"ids": entry_ids})
    return own_hash
