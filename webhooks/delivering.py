"""Deliveries: claimed and counted before they are tried, tried outside any transaction, repeated for three days."""

import random
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, text, update

from engine.access import Actor
from engine.model.base import table_of
from engine.uow import UnitOfWork
from engine.vault import Vault
from webhooks import keys, signing
from webhooks.client import Answer, Client
from webhooks.messages import MEDIA_TYPE, bodies
from webhooks.model.endpoints import DEAD, DELIVERED, PLANNED, WebhookDelivery, WebhookEndpoint

ENDPOINT, DELIVERY = table_of(WebhookEndpoint), table_of(WebhookDelivery)
PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After the first attempt, the second, …; 75 hours and a half in all, then the delivery is dead."""
JITTER: Final = 0.1
LEASE: Final = timedelta(minutes=2)
BATCH, AT_ONCE, OF_ONE_ENDPOINT = 40, 8, 10
PATIENCE: Final = 5
"""So many failures in a row, and nobody knocks at an endpoint for a while, longer each time, an hour at most."""
SHORTEST_CLOSED, LONGEST_CLOSED = timedelta(minutes=1), timedelta(hours=1)
LONGEST_ASKED: Final = timedelta(days=1)
GONE: Final = 410

OPEN = "endpoint.paused_at is null and coalesce(endpoint.closed_until <= :now, true)"
"""Whether one may knock at an endpoint now."""
DUE = "status = 'planned' and next_attempt_at <= :now"
"""Whether a delivery is to be tried now, if its endpoint is open."""

IS_DUE = text(f"""
select exists (select from app.webhook_endpoint endpoint
                where {OPEN} and exists (select from app.webhook_delivery where endpoint_id = endpoint.id and {DUE}))
""")  # noqa: S608 (our own constants)

CLAIM = text(f"""
with ready as (
    select endpoint.id, case when endpoint.failures >= :patience then 1 else :of_one end as room
      from app.webhook_endpoint endpoint where {OPEN}
), chosen as (
    select one.id from ready cross join lateral (
        select id from app.webhook_delivery
         where endpoint_id = ready.id and {DUE}
         order by next_attempt_at for update skip locked limit ready.room
    ) one limit :batch
)
update app.webhook_delivery delivery set attempts = attempts + 1, next_attempt_at = :leased
  from chosen, app.webhook_endpoint endpoint
 where delivery.id = chosen.id and endpoint.id = delivery.endpoint_id
returning delivery.id, delivery.attempts, delivery.event_id, endpoint.address, endpoint.secret,
          endpoint.previous_secret, endpoint.previous_until
""")  # noqa: S608 (our own constants)

KEEP = text("""
insert into app.webhook_attempt (jurisdiction_id, delivery_id, at, milliseconds, status_code, told)
select jurisdiction_id, id, :at, :milliseconds, :status_code, :told from app.webhook_delivery where id = :delivery_id
""")


@dataclass(frozen=True)
class Parcel:
    """One delivery in hand. attempt: from 1; it was counted before the parcel left."""

    delivery_id: UUID
    attempt: int
    address: str
    body: bytes
    keys: Sequence[str]


def is_due(uow: UnitOfWork) -> bool:
    """Tell whether something waits to be tried now at an endpoint that may be knocked at."""
    return bool(uow.session.scalar(IS_DUE, {"now": uow.now()}))


def claim(uow: UnitOfWork, vault: Vault) -> list[Parcel]:
    """Take what is due, count an attempt of each, and lease it; whoever dies now has lost nothing but two minutes."""
    now = uow.now()
    asked = {
        "now": now,
        "leased": now + LEASE,
        "batch": BATCH,
        "of_one": OF_ONE_ENDPOINT,
        "patience": PATIENCE,
    }
    rows = uow.session.execute(CLAIM, asked).all()
    found = bodies(uow, [row.event_id for row in rows])
    return [
        Parcel(row.id, row.attempts, row.address, found[row.event_id], keys.good(vault, row, now))
        for row in rows
        if row.event_id in found
    ]


def send(client: Client, parcels: Sequence[Parcel], now: datetime) -> list[tuple[Parcel, Answer]]:
    """Try each parcel once, several at a time; no transaction is open. now: aware, the moment that is signed."""
    with ThreadPoolExecutor(AT_ONCE) as hands:
        return list(zip(parcels, hands.map(lambda one: _post(client, one, now), parcels), strict=True))


def _post(client: Client, parcel: Parcel, now: datetime) -> Answer:
    if not parcel.keys:
        return Answer(None, "签名密钥无法解密;请为该接收方更换密钥。", 0)
    signed = signing.headers(parcel.delivery_id, now, parcel.body, parcel.keys)
    return client.post(parcel.address, parcel.body, {"Content-Type": MEDIA_TYPE, **signed})


def keep(uow: UnitOfWork, parcel: Parcel, answer: Answer) -> None:
    """Keep how an attempt went, and what follows from it for the delivery and its endpoint.

    If the lease ran out and somebody else has tried meanwhile, the attempt is kept and nothing else.
    """
    now = uow.now()
    mine = (DELIVERY.c.id == parcel.delivery_id) & (DELIVERY.c.status == PLANNED)
    if not answer.is_good:
        mine &= DELIVERY.c.attempts == parcel.attempt
    after = _after(parcel, answer, now)
    endpoint = uow.session.execute(
        update(DELIVERY).where(mine).values(after).returning(DELIVERY.c.endpoint_id)
    ).scalar()
    uow.session.execute(
        KEEP,
        {
            "delivery_id": parcel.delivery_id,
            "at": now,
            "milliseconds": answer.milliseconds,
            "status_code": answer.status,
            "told": answer.told,
        },
    )
    if endpoint is not None:
        _tell_endpoint(uow, endpoint, answer, now)


def _after(parcel: Parcel, answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.is_good:
        return {"status": DELIVERED, "ended_at": now}
    if parcel.attempt > len(PAUSES):
        return {"status": DEAD, "ended_at": now}
    pause = PAUSES[parcel.attempt - 1] * (1 + random.uniform(-JITTER, JITTER))
    asked = min(timedelta(seconds=answer.retry_after or 0), LONGEST_ASKED)
    return {"next_attempt_at": now + max(pause, asked)}


def _tell_endpoint(uow: UnitOfWork, endpoint_id: int, answer: Answer, now: datetime) -> None:
    """Open the endpoint's door again, or close it longer after each failure; one that says it is gone is paused."""
    if answer.is_good:
        values: dict[str, Any] = {"failures": 0, "closed_until": None}
    elif answer.status == GONE:
        values = {"paused_at": now, "pause_reason": "接收方答复已停用(410)"}
    else:
        failures = ENDPOINT.c.failures + 1
        over = func.least(failures - PATIENCE, 6)
        closed = func.least(SHORTEST_CLOSED * func.power(2, over), LONGEST_CLOSED)
        values = {
            "failures": failures,
            "closed_until": case((failures >= PATIENCE, now + closed), else_=ENDPOINT.c.closed_until),
        }
    mine = ENDPOINT.c.id == endpoint_id
    if answer.is_good:
        mine &= (ENDPOINT.c.failures > 0) | ENDPOINT.c.closed_until.is_not(None)
    uow.session.execute(update(ENDPOINT).where(mine).values(values))


def replay(uow: UnitOfWork, delivery_ids: Collection[UUID], *, by: Actor) -> int:
    """Plan deliveries anew under the same ids, from their first attempt; return how many."""
    return _replay(uow, DELIVERY.c.id.in_(delivery_ids) & (DELIVERY.c.status != PLANNED), by)


def replay_dead(uow: UnitOfWork, endpoint_id: int, *, by: Actor) -> int:
    """Do the same for all that could not be delivered to an endpoint."""
    return _replay(uow, (DELIVERY.c.endpoint_id == endpoint_id) & (DELIVERY.c.status == DEAD), by)


def _replay(uow: UnitOfWork, which: ColumnElement[bool], by: Actor) -> int:
    again = (
        update(DELIVERY)
        .where(which)
        .values(status=PLANNED, attempts=0, next_attempt_at=uow.now(), ended_at=None)
        .returning(DELIVERY.c.id)
    )
    found = sorted(map(str, uow.session.scalars(again)))
    if found:
        uow.audit("webhook.replay", by=by, data={"deliveries": found})
    return len(found)
