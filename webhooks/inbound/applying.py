"""What was accepted is applied: leased and counted first, then once, in one transaction; the rest is set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select, text, update

from engine.access import Actor
from engine.errors import BihuanError
from engine.events import Event
from engine.model.base import table_of
from engine.uow import UnitOfWork
from webhooks.inbound.messages import TYPES
from webhooks.model.inbound import ACCEPTED, APPLIED, QUARANTINED, InboundCall, InboundSource

CALL, SOURCE = table_of(InboundCall), table_of(InboundSource)
HEAR_JOB = "hear_calls"
LEASE: Final = timedelta(minutes=2)
BATCH: Final = 20
MOST_ATTEMPTS: Final = 5
IS_DUE = text(
    "select exists (select from app.inbound_call where status = 'accepted' and next_attempt_at <= :now)"
)
CLAIM = text("""
with chosen as (
    select id from app.inbound_call where status = 'accepted' and next_attempt_at <= :now
     order by next_attempt_at, id for update skip locked limit :batch
)
update app.inbound_call call set attempts = attempts + 1, next_attempt_at = :leased
  from chosen where call.id = chosen.id
returning call.id, call.jurisdiction_id, call.attempts
""")


@dataclass(frozen=True)
class Misfit:
    """A row that fits nothing. kind and key: what would have to be known by another name; reason: for people."""

    row: Mapping[str, Any]
    kind: str
    key: str
    reason: str


@dataclass(frozen=True)
class Call:
    """A call in hand. data: loaded by its schema; raw: as it was sent; matches: `kind:key` → what somebody said it is."""

    id: int
    source: str
    jurisdiction_id: int
    type: str
    sent_at: datetime
    data: Mapping[str, Any]
    raw: Mapping[str, Any]
    matches: Mapping[str, str]

    def meant(self, kind: str, key: str) -> str:
        """Return the key as we know it."""
        return self.matches.get(f"{kind}:{key}", key)


def is_due(uow: UnitOfWork) -> bool:
    """Tell whether a call waits."""
    return bool(uow.session.scalar(IS_DUE, {"now": uow.now()}))


def claim(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Take what waits, the oldest first, counted and leased: id, jurisdiction_id, attempts."""
    now = uow.now()
    asked = {"now": now, "leased": now + LEASE, "batch": BATCH}
    return sorted(uow.session.execute(CLAIM, asked).all(), key=lambda row: row.id)


def take(uow: UnitOfWork, call_id: int) -> Call | None:
    """Lock a call for the rest of this transaction; None if somebody else has settled it."""
    waiting = select(CALL).where(CALL.c.id == call_id, CALL.c.status == ACCEPTED).with_for_update()
    row = uow.session.execute(waiting).first()
    if row is None:
        return None
    name = uow.session.scalar(select(SOURCE.c.name).where(SOURCE.c.id == row.source_id)) or ""
    data = TYPES[row.type].schema().load(row.data)
    return Call(row.id, name, row.jurisdiction_id, row.type, row.sent_at, data, row.data, row.matches)


def settle(uow: UnitOfWork, call: Call, applied: int, misfits: Sequence[Misfit], *, by: Actor) -> None:
    """Keep what became of a call, in the transaction in which it was applied; rows that fitted nothing wait by themselves."""
    if applied and misfits:
        _set_aside(uow, call, misfits)
        misfits_left: Sequence[Misfit] = ()
    else:
        misfits_left = misfits
    values: dict[str, Any] = {"status": APPLIED, "applied": applied, "ended_at": uow.now(), "misfits": []}
    if misfits_left:
        values |= {"status": QUARANTINED, "misfits": _told(misfits_left)}
    uow.session.execute(update(CALL).where(CALL.c.id == call.id).values(values))
    facts = {"type": call.type, "source": call.source, "applied": applied, "set_aside": len(misfits)}
    uow.audit("call.apply", by=by, subject=str(call.id), data=facts)
    if misfits:
        _tell(uow, call.type, len(misfits))


def fail(uow: UnitOfWork, call_id: int, attempt: int, error: BihuanError) -> None:
    """Keep that a call could not be applied: tried again after a pause, in the end set aside with the reason."""
    values: dict[str, Any] = {"next_attempt_at": uow.now() + timedelta(seconds=4**attempt)}
    given_up = attempt >= MOST_ATTEMPTS or error.code != "internal"
    if given_up:
        values = {"status": QUARANTINED, "reason": error.text, "ended_at": uow.now()}
    mine = (CALL.c.id == call_id) & (CALL.c.status == ACCEPTED)
    kind = uow.session.scalar(update(CALL).where(mine).values(values).returning(CALL.c.type))
    if given_up and kind is not None:
        _tell(uow, kind, 1)


def _set_aside(uow: UnitOfWork, call: Call, misfits: Sequence[Misfit]) -> None:
    """Make a call of its own of the rows that fitted nothing."""
    chosen = CALL.c.id == call.id
    copied = ("jurisdiction_id", "source_id", "fingerprint", "type", "sent_at", "received_at", "matches")
    row = uow.session.execute(select(*(CALL.c[name] for name in copied)).where(chosen)).one()
    rest = {
        "parent_id": call.id,
        "data": {**call.raw, "rows": [one.row for one in misfits]},
        "status": QUARANTINED,
        "next_attempt_at": uow.now(),
        "ended_at": uow.now(),
        "misfits": _told(misfits),
    }
    uow.session.execute(insert(CALL).values(row._asdict() | rest))


def _told(misfits: Sequence[Misfit]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "key": one.key, "reason": one.reason} for one in misfits]


def _tell(uow: UnitOfWork, kind: str, count: int) -> None:
    uow.record(Event("call.quarantined", data={"type": kind, "count": count}))
