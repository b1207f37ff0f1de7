"""What happens, and who wants to be told."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from engine.access import SYSTEM
from engine.events import Event
from engine.scope import Scope
from host.composition import Bihuan
from host.workers.jobs import Post
from tests.integration.webhooks.conftest import Receiver
from webhooks import endpoints

JURISDICTION = 1


def added(bihuan: Bihuan, post: Post, receiver: Receiver, *types: str, **other: Any) -> tuple[int, str]:
    """Let a receiver be told; return its endpoint's number and key."""
    with bihuan.unit_of_work() as uow:
        return endpoints.add(
            uow,
            post.vault,
            jurisdiction_id=other.pop("jurisdiction_id", JURISDICTION),
            name="一体化系统",
            address=receiver.address,
            event_types=types or ("*",),
            by=SYSTEM,
            **other,
        )


def happen(bihuan: Bihuan, *types: str, instance_id: UUID | None = None, **data: Any) -> None:
    """Let something happen, each in the order named."""
    with bihuan.unit_of_work(Scope(JURISDICTION)) as uow:
        for one in types:
            uow.record(Event(one, instance_id, data=data))


def rows(bihuan: Bihuan, query: str) -> list[Any]:
    """Return what a query finds."""
    with bihuan.unit_of_work() as uow:
        return list(uow.session.execute(text(query)))
