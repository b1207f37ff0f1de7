"""What fits nothing waits here: looked at, matched by hand, tried again, dropped with a reason; all of it audited."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, func, select, text, update

from engine.access import Actor
from engine.errors import InvalidInput, NotFound, WrongState
from engine.model.base import table_of
from engine.uow import UnitOfWork
from webhooks.model.inbound import ACCEPTED, DROPPED, QUARANTINED, InboundCall, InboundSource

CALL, SOURCE = table_of(InboundCall), table_of(InboundSource)
PAGE: Final = 50
LONGEST_KEY: Final = 200
SOURCES = text("""
select one.id, one.name, one.call_types, one.messages, one.previous_until, one.paused_at, one.pause_reason, one.created_at,
       place.name as place, sum.accepted, sum.applied, sum.quarantined, sum.dropped, sum.last_at
  from app.inbound_source one
  join app.jurisdiction place on place.id = one.jurisdiction_id
 cross join lateral (select count(*) filter (where status = 'accepted') as accepted,
                            count(*) filter (where status = 'applied') as applied,
                            count(*) filter (where status = 'quarantined') as quarantined,
                            count(*) filter (where status = 'dropped') as dropped, max(received_at) as last_at
                       from app.inbound_call where source_id = one.id) sum
 where cast(:id as bigint) is null or one.id = :id
 order by one.id
""")


def sources(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Return every source with what became of its calls."""
    return uow.session.execute(SOURCES, {"id": None}).all()


def source(uow: UnitOfWork, source_id: int) -> Row[Any]:
    """Return one source in the same way. Raises NotFound."""
    found = uow.session.execute(SOURCES, {"id": source_id}).first()
    if found is None:
        raise NotFound("没有这个来源;请刷新列表。", code="source.not_found")
    return found


def calls(
    uow: UnitOfWork,
    *,
    source_id: int | None = None,
    status: str | None = None,
    skipped: int = 0,
    limit: int = PAGE,
) -> Sequence[Row[Any]]:
    """Return calls, the newest first, with the name of their source."""
    found = select(CALL, SOURCE.c.name).join(SOURCE, SOURCE.c.id == CALL.c.source_id)
    if source_id is not None:
        found = found.where(CALL.c.source_id == source_id)
    if status is not None:
        found = found.where(CALL.c.status == status)
    return uow.session.execute(found.order_by(CALL.c.id.desc()).offset(skipped).limit(limit)).all()


def waiting(uow: UnitOfWork) -> int:
    """Return how many calls wait for somebody."""
    return uow.session.scalar(select(func.count()).where(CALL.c.status == QUARANTINED)) or 0


def call(uow: UnitOfWork, call_id: int) -> Row[Any]:
    """Return one call. Raises NotFound."""
    wanted = select(CALL, SOURCE.c.name).join(SOURCE, SOURCE.c.id == CALL.c.source_id)
    found = uow.session.execute(wanted.where(CALL.c.id == call_id)).first()
    if found is None:
        raise NotFound("没有这封来信;请回到外部系统。", code="call.not_found")
    return found


def retry(uow: UnitOfWork, call_id: int, matches: Mapping[str, str], *, by: Actor) -> None:
    """Let a call be applied again. matches: `kind:key` → what it is known as here; blank: as it was sent.

    Raises NotFound, WrongState unless it waits in the quarantine, InvalidInput.
    """
    row = _locked(uow, call_id)
    known = {f"{one['kind']}:{one['key']}" for one in row.misfits}
    said = {name: value.strip() for name, value in matches.items() if name in known and value.strip()}
    if any(len(value) > LONGEST_KEY for value in said.values()):
        raise InvalidInput(f"编码最长 {LONGEST_KEY} 个字符;请核对后重填。", code="call.match")
    values = {
        "status": ACCEPTED,
        "attempts": 0,
        "next_attempt_at": uow.now(),
        "ended_at": None,
        "reason": None,
        "matches": {**row.matches, **said},
    }
    uow.session.execute(update(CALL).where(CALL.c.id == call_id).values(values))
    uow.audit("call.retry", by=by, subject=str(call_id), data={"matches": said})


def drop(uow: UnitOfWork, call_id: int, reason: str, *, by: Actor) -> None:
    """Let a call be, for a reason; it stays to be looked at. Raises as `retry`."""
    _locked(uow, call_id)
    if not reason.strip():
        raise InvalidInput("请写明不处理的原因。", code="call.reason")
    values = {"status": DROPPED, "reason": reason.strip()[:1000], "ended_at": uow.now()}
    uow.session.execute(update(CALL).where(CALL.c.id == call_id).values(values))
    uow.audit("call.drop", by=by, subject=str(call_id), data={"reason": values["reason"]})


def _locked(uow: UnitOfWork, call_id: int) -> Row[Any]:
    row = uow.session.execute(select(CALL).where(CALL.c.id == call_id).with_for_update()).first()
    if row is None:
        raise NotFound("没有这封来信;请回到外部系统。", code="call.not_found")
    if row.status != QUARANTINED:
        raise WrongState("这封来信不在待核对里,可能别人已经处理;请刷新。", code="call.wrong_state")
    return row
