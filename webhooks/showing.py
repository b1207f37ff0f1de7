"""What an administrator looks at: endpoints and how they stand, deliveries, the attempts of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from engine.errors import NotFound
from engine.uow import UnitOfWork
from webhooks.messages import bodies

PAGE: Final = 50
ENDPOINTS = text("""
select one.id, one.name, one.address, one.event_types, one.failures, one.closed_until, one.paused_at, one.pause_reason,
       one.previous_until, one.created_at, place.name as place, office.name as organisation,
       sum.waiting, sum.delivered, sum.dead
  from app.webhook_endpoint one
  join app.jurisdiction place on place.id = one.jurisdiction_id
  left join app.organisation office on office.id = one.organisation_id
 cross join lateral (select count(*) filter (where status = 'planned') as waiting,
                            count(*) filter (where status = 'delivered') as delivered,
                            count(*) filter (where status = 'dead') as dead
                       from app.webhook_delivery where endpoint_id = one.id) sum
 where cast(:id as bigint) is null or one.id = :id
 order by one.id
""")
DELIVERIES = text("""
select one.id, event.type, one.status, one.attempts, one.created_at, one.next_attempt_at, last.status_code, last.told
  from app.webhook_delivery one join app.event event on event.id = one.event_id
  left join lateral (select status_code, told from app.webhook_attempt
                      where delivery_id = one.id order by id desc limit 1) last on true
 where one.endpoint_id = :endpoint and (cast(:status as text) is null or one.status = :status)
 order by one.created_at desc, one.id limit :limit offset :skipped
""")
DELIVERY = text("""
select one.id, one.endpoint_id, one.event_id, one.status, one.attempts, one.created_at, one.next_attempt_at, one.ended_at,
       event.type, endpoint.name
  from app.webhook_delivery one join app.event event on event.id = one.event_id
  join app.webhook_endpoint endpoint on endpoint.id = one.endpoint_id
 where one.id = :id
""")
ATTEMPTS = text("""
select at, milliseconds, status_code, told from app.webhook_attempt where delivery_id = :id order by id desc limit 100
""")


def endpoints(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Return every endpoint with what waits, what was delivered and what is dead."""
    return uow.session.execute(ENDPOINTS, {"id": None}).all()


def endpoint(uow: UnitOfWork, endpoint_id: int) -> Row[Any]:
    """Return one endpoint in the same way. Raises NotFound."""
    found = uow.session.execute(ENDPOINTS, {"id": endpoint_id}).first()
    if found is None:
        raise NotFound("没有这个接收方;可能已被删除,请刷新列表。", code="webhook.not_found")
    return found


def deliveries(
    uow: UnitOfWork, endpoint_id: int, *, status: str | None = None, skipped: int = 0, limit: int = PAGE
) -> Sequence[Row[Any]]:
    """Return an endpoint's deliveries, newest first, each with how its last attempt went."""
    asked = {"endpoint": endpoint_id, "status": status, "limit": limit, "skipped": skipped}
    return uow.session.execute(DELIVERIES, asked).all()


def delivery(uow: UnitOfWork, delivery_id: UUID) -> tuple[Row[Any], Sequence[Row[Any]], str]:
    """Return a delivery, its attempts, the newest first, and its body. Raises NotFound."""
    found = uow.session.execute(DELIVERY, {"id": delivery_id}).first()
    if found is None:
        raise NotFound("没有这条推送;接收方可能已被删除,请回到外部系统。", code="delivery.not_found")
    body = bodies(uow, [found.event_id]).get(found.event_id, b"")
    return found, uow.session.execute(ATTEMPTS, {"id": delivery_id}).all(), body.decode()


def is_closed(row: Row[Any], now: datetime) -> bool:
    """Tell whether nobody knocks at an endpoint for a while, because it failed."""
    return row.paused_at is None and row.closed_until is not None and row.closed_until > now
