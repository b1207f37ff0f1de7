"""Verify the audit: recompute every digest and hash, and name each entry that is not as it was sealed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from engine.sealing.anchors import Anchor, anchors
from engine.sealing.digests import ENTRY_COLUMNS, entry_digest
from engine.sealing.findings import Verification
from engine.sealing.walking import Walk, entries_of
from engine.uow import UnitOfWork

GROUP = 5_000
STREAMED = {"yield_per": 20}

SEALS = text("""
select number, previous_hash, entry_ids, digests, hash, extract(epoch from sealed_at)::text as sealed_at
  from app.audit_seal order by number
""")
ENTRIES = text(f"""
select entry.id, {", ".join(ENTRY_COLUMNS.values())}
  from unnest(cast(:ids as bigint[])) as sealed(id) join app.audit_entry entry on entry.id = sealed.id
""")  # noqa: S608 (our own constants)
SORTED = text(
    "set local enable_hashagg = off"
)  # `except` on disk, not in memory; a join has no good estimate here
STRANGERS = text("""
select id from app.audit_entry
except (select unnest(entry_ids) from app.audit_seal union all select entry_id from app.audit_tail)
order by 1
""")
TAIL = text("""
select count(entry.id), min(entry.at) filter (where isfinite(entry.at))
  from app.audit_tail tail join app.audit_entry entry on entry.id = tail.entry_id
""")
LOST = text("select entry_id from app.audit_tail except select id from app.audit_entry order by 1")


def witnessed(session: Session) -> int:
    """Return the number of the last seal that a sealer has seen committed.

    To be read in a transaction before the one that verifies: a sealer may be at work.
    """
    found: int = session.execute(text("select last_value from app.audit_seal_head")).scalar_one()
    return found


def verify(uow: UnitOfWork, *, seals_seen: int, printed: Sequence[Anchor] = ()) -> Verification:
    """Recompute the whole chain on one snapshot of the database, in little memory.

    uow: fresh. seals_seen: see `witnessed`. printed: anchors from outside; without one, a chain that the owner of the
    database has rewritten to its end cannot be told from a true one.
    """
    uow.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = Verification(uow.now())
    walk = Walk(found, anchors(uow.session), printed)
    for group in _groups(uow.session):
        present = _present(uow.session, group)
        for seal in group:
            walk.step(seal, present)
    walk.finish(seals_seen)
    _check_unsealed(uow.session, found)
    return found


def _groups(session: Session) -> Iterator[list["Row[Any]"]]:
    """Yield the seals in order, so many at a time that their entries fit into memory."""
    group: list[Row[Any]] = []
    entries = 0
    for seal in session.execute(SEALS, execution_options=STREAMED):
        group.append(seal)
        entries += len(seal.entry_ids)
        if entries >= GROUP:
            yield group
            group, entries = [], 0
    if group:
        yield group


def _present(session: Session, seals: Sequence["Row[Any]"]) -> dict[int, bytes]:
    """Return the digests of the sealed entries as they are now."""
    ids = [entry_id for seal in seals for entry_id in entries_of(seal) or ()]
    return {row[0]: entry_digest(row[1:]) for row in session.execute(ENTRIES, {"ids": ids})}


def _check_unsealed(session: Session, found: Verification) -> None:
    """Measure the tail; name what is in neither chain nor tail, and what is in the tail and gone."""
    session.execute(SORTED)
    found.unsealed, found.oldest_unsealed_at = session.execute(TAIL).one()
    for entry_id in session.scalars(STRANGERS, execution_options={"yield_per": GROUP}):
        text_ = f"审计记录 {entry_id} 既不在封印中也不在待封印之列:是绕过系统插入的,或封印被删除。"
        found.add("entry.inserted", text_, entry_id=entry_id)
    for entry_id in session.scalars(LOST, execution_options={"yield_per": GROUP}):
        found.add("entry.removed", f"审计记录 {entry_id} 在等待封印时被删除。", entry_id=entry_id)
