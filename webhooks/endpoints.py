"""Commands around the systems that want to be told: add, change, pause, go on, a new key, a test, remove."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from engine.access import Actor
from engine.errors import InvalidInput, NotFound
from engine.model.base import table_of
from engine.model.journal import EventRow
from engine.uow import UnitOfWork
from engine.vault import Vault
from webhooks.addresses import require_form
from webhooks.catalogue import TEST, patterns
from webhooks.keys import renewed
from webhooks.model.endpoints import WebhookDelivery, WebhookEndpoint
from webhooks.signing import new_secret

ENDPOINT, DELIVERY, EVENT = table_of(WebhookEndpoint), table_of(WebhookDelivery), table_of(EventRow)
LONGEST_NAME = 100


def add(
    uow: UnitOfWork,
    vault: Vault,
    *,
    jurisdiction_id: int,
    name: str,
    address: str,
    event_types: Collection[str],
    organisation_id: int | None = None,
    by: Actor,
) -> tuple[int, str]:
    """Let another system be told from now on; return its number and its key, which is shown this once.

    organisation_id: only events of this organisation's cases. Raises InvalidInput, AddressRefused.
    """
    key = new_secret()
    row = {
        "jurisdiction_id": jurisdiction_id,
        "organisation_id": organisation_id,
        "name": _name(name),
        "address": _address(address),
        "event_types": _types(event_types),
        "secret": vault.lock(key),
        "created_at": uow.now(),
    }
    made: int = uow.session.scalars(insert(ENDPOINT).values(row).returning(ENDPOINT.c.id)).one()
    facts = {"address": address, "event_types": row["event_types"], "organisation_id": organisation_id}
    uow.audit("webhook.add", by=by, subject=str(made), data=facts)
    return made, key


def change(
    uow: UnitOfWork, endpoint_id: int, *, name: str, address: str, event_types: Collection[str], by: Actor
) -> None:
    """Change what is asked for, and where it goes: also for what is still planned. Raises as `add`, NotFound."""
    values = {"name": _name(name), "address": _address(address), "event_types": _types(event_types)}
    _change(uow, endpoint_id, "webhook.change", by, values, values)


def pause(uow: UnitOfWork, endpoint_id: int, reason: str, *, by: Actor) -> None:
    """Stop telling: what is planned waits, what happens meanwhile is not told. Raises NotFound."""
    values = {"paused_at": uow.now(), "pause_reason": reason.strip()[:200]}
    _change(uow, endpoint_id, "webhook.pause", by, values, {"reason": values["pause_reason"]})


def resume(uow: UnitOfWork, endpoint_id: int, *, by: Actor) -> None:
    """Go on telling, at once. Raises NotFound."""
    values = {"paused_at": None, "pause_reason": None, "failures": 0, "closed_until": None}
    _change(uow, endpoint_id, "webhook.resume", by, values, {})


def new_key(uow: UnitOfWork, vault: Vault, endpoint_id: int, *, by: Actor) -> str:
    """Give the endpoint a new key and return it; the old one signs too for a week. Raises NotFound."""
    key, values = renewed(vault, ENDPOINT.c.secret, uow.now())
    _change(uow, endpoint_id, "webhook.new_key", by, values, {})
    return key


def remove(uow: UnitOfWork, endpoint_id: int, *, by: Actor) -> None:
    """Forget the endpoint and all that was planned for it. Raises NotFound."""
    gone = uow.session.scalar(
        delete(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).returning(ENDPOINT.c.address)
    )
    if gone is None:
        raise _missing()
    uow.audit("webhook.remove", by=by, subject=str(endpoint_id), data={"address": gone})


def send_test(uow: UnitOfWork, endpoint_id: int, *, by: Actor) -> UUID:
    """Plan a test message for this endpoint alone; return its delivery. Raises NotFound."""
    found = uow.session.scalar(select(ENDPOINT.c.jurisdiction_id).where(ENDPOINT.c.id == endpoint_id))
    if found is None:
        raise _missing()
    happened = {"at": uow.now(), "type": TEST, "actor_id": by.doer_id, "actor_name": by.name, "data": {}}
    event_id = uow.session.scalar(
        insert(EVENT).values(happened | {"jurisdiction_id": found}).returning(EVENT.c.id)
    )
    planned = {"jurisdiction_id": found, "endpoint_id": endpoint_id, "event_id": event_id}
    moments = {"created_at": uow.now(), "next_attempt_at": uow.now()}
    made = insert(DELIVERY).values(planned | moments).returning(DELIVERY.c.id)
    uow.audit("webhook.test", by=by, subject=str(endpoint_id))
    delivery_id: UUID = uow.session.scalars(made).one()
    return delivery_id


def _change(
    uow: UnitOfWork, endpoint_id: int, action: str, by: Actor, values: dict[str, Any], facts: dict[str, Any]
) -> None:
    changed = update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(values).returning(ENDPOINT.c.id)
    if uow.session.scalar(changed) is None:
        raise _missing()
    uow.audit(action, by=by, subject=str(endpoint_id), data=facts)


def _missing() -> NotFound:
    return NotFound("没有这个接收方;可能已被删除,请刷新列表。", code="webhook.not_found")


def _name(name: str) -> str:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"请给接收方起个名字(1–{LONGEST_NAME} 字)。", code="webhook.name")
    return name.strip()


def _address(address: str) -> str:
    require_form(address)
    return address


def _types(asked: Collection[str]) -> list[str]:
    unknown = sorted(set(asked) - set(patterns()))
    if unknown or not asked:
        found = "、".join(unknown) or "空"
        raise InvalidInput(
            f"事件类型应为目录中的名称,如 task.completed、task.* 或 *,实际为{found};目录见 docs/events.md。",
            code="webhook.event_types",
        )
    return sorted(set(asked))
