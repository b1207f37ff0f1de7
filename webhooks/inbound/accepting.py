"""A verified call becomes a row, once by its id; the answer says no more than that it was taken."""

from hashlib import sha256
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from engine.errors import Conflict, NotAllowed
from engine.model.base import table_of
from engine.uow import UnitOfWork
from webhooks.inbound.envelope import Letter
from webhooks.inbound.sources import Source
from webhooks.model.inbound import ACCEPTED, InboundCall

CALL = table_of(InboundCall)
MOST_WAITING: Final = 5_000


class TooManyWaiting(Conflict):
    """So many calls of one source wait that no more are taken for a while."""

    code = "call.too_many_waiting"

    def __init__(self) -> None:
        super().__init__(f"已有 {MOST_WAITING} 封来信在等待处理;请一分钟后用同一编号重发。")


def accept(uow: UnitOfWork, source: Source, message_id: str, body: bytes, letter: Letter) -> dict[str, Any]:
    """Keep a call and return the answer; a repetition of the same id gets the same answer and keeps nothing.

    Raises Conflict if the id was used for something else, NotAllowed for what this source may not say, TooManyWaiting.
    """
    _require_allowed(source, letter)
    fingerprint = sha256(body).hexdigest()
    row = {
        "jurisdiction_id": source.jurisdiction_id,
        "source_id": source.id,
        "message_id": message_id,
        "fingerprint": fingerprint,
        "type": letter.type,
        "sent_at": letter.sent_at or uow.now(),
        "received_at": uow.now(),
        "next_attempt_at": uow.now(),
        "data": letter.data,
    }
    kept = insert(CALL).values(row).on_conflict_do_nothing().returning(CALL.c.id)
    if uow.session.scalar(kept) is None:
        same = select(CALL.c.fingerprint).where(
            CALL.c.source_id == source.id, CALL.c.message_id == message_id
        )
        if uow.session.scalar(same) != fingerprint:
            raise Conflict(
                "这个编号已用在另一封来信上,没有收下;请为每封来信用新的编号。", code="call.id_reused"
            )
    elif _waiting(uow, source.id) > MOST_WAITING:
        raise TooManyWaiting
    return {"id": message_id, "status": ACCEPTED}


def _waiting(uow: UnitOfWork, source_id: int) -> int:
    waiting = select(func.count()).where(CALL.c.source_id == source_id, CALL.c.status == ACCEPTED)
    return uow.session.scalar(waiting) or 0


def _require_allowed(source: Source, letter: Letter) -> None:
    if letter.type not in source.call_types:
        raise NotAllowed(
            f"这个来源不能发“{letter.type}”;需要时请系统管理员在“外部系统”里添加。",
            code="call.type_not_allowed",
        )
    if letter.type == "message.sent" and letter.data["name"] not in source.messages:
        raise NotAllowed(
            f"这个来源不能发消息“{letter.data['name']}”;需要时请系统管理员在“外部系统”里添加。",
            code="call.message_not_allowed",
        )
