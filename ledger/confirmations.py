"""A bureau confirms what its policy pack marks as open: records beside the pack, which says the values."""

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, WrongState
from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.model.confirming import PolicyConfirmation
from ledger.policy.resolved import Confirmed, ResolvedPack
from ledger.policy.schema import known, label

RECORD = table_of(PolicyConfirmation)
LONGEST_NOTE = 500


def recorded(session: Session, jurisdiction_id: int, pack: ResolvedPack) -> ResolvedPack:
    """Return a pack with what the bureau has confirmed of it: for its year or an earlier one, and the value as it is."""
    latest = select(RECORD).ext(distinct_on(RECORD.c.key))
    mine = latest.where(RECORD.c.jurisdiction_id == jurisdiction_id, RECORD.c.year <= pack.year)
    rows = session.execute(mine.order_by(RECORD.c.key, RECORD.c.id.desc())).all()
    standing = [row for row in rows if row.stands and row.key in pack.values]
    return pack.with_confirmed(
        {
            row.key: Confirmed(row.confirmed_by, local_date(row.confirmed_at), row.note, row.year)
            for row in standing
            if row.value == pack.values[row.key]
        }
    )


def confirm(
    uow: UnitOfWork, jurisdiction_id: int, pack: ResolvedPack, key: str, note: str, *, by: Actor
) -> None:
    """Record that the bureau confirms the value of a key from the pack's year on.

    note: on what grounds, at most 500 characters. Raises UnknownKey; WrongState if nothing is open; InvalidInput.
    """
    known(key, "确认取值")
    if key not in recorded(uow.session, jurisdiction_id, pack).inferred:
        raise WrongState(
            f"“{label(key)}”没有待确认的事项,或已经确认过;请刷新页面后再看。", code="policy.not_open"
        )
    _record(uow, jurisdiction_id, pack, key, note, stands=True, by=by)


def take_back(
    uow: UnitOfWork, jurisdiction_id: int, pack: ResolvedPack, key: str, note: str, *, by: Actor
) -> None:
    """Record that a confirmation no longer stands. Raises UnknownKey; WrongState if there is none; InvalidInput."""
    known(key, "收回确认")
    if recorded(uow.session, jurisdiction_id, pack).origins[key].confirmed is None:
        raise WrongState(f"“{label(key)}”没有确认过,不用收回。", code="policy.not_confirmed")
    _record(uow, jurisdiction_id, pack, key, note, stands=False, by=by)


def _record(
    uow: UnitOfWork, jurisdiction_id: int, pack: ResolvedPack, key: str, note: str, *, stands: bool, by: Actor
) -> None:
    note = " ".join(note.split())
    if not 0 < len(note) <= LONGEST_NOTE:
        raise InvalidInput(
            f"请写明依据(如会议纪要、文号),最多 {LONGEST_NOTE} 字,现在有 {len(note)} 字。", code="policy.note"
        )
    facts = {"year": pack.year, "key": key, "value": pack.values[key], "note": note}
    row = {**facts, "jurisdiction_id": jurisdiction_id, "stands": stands}
    uow.session.execute(insert(RECORD).values(**row, confirmed_at=uow.now(), confirmed_by=by.name))
    action = "policy.confirm" if stands else "policy.take_back"
    uow.audit(action, by=by, subject=f"policy/{pack.id}/{pack.year}/{key}", data=facts)
