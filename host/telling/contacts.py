"""How somebody wants to be told: his address, proved by a code; which kinds go there; one letter a day; quiet hours."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from engine.errors import Conflict, InvalidInput
from engine.model.base import table_of
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from host.model.telling import Contact
from host.setting_values import ADDRESS
from ledger.model.register import Person

CONTACT, NOTICE = table_of(Contact), table_of(Notification)
KINDS: Final = (
    *("reminder", "escalation", "urge", "return", "move"),
    *("transfer", "delegate", "release", "seat", "redated", "extension"),
    *("circular", "withdrawn", "cc", "substitution"),
)
"""What a channel may be asked to tell."""
CODE_MINUTES, CODE_TRIES = 30, 5
CODE_PAUSE: Final = timedelta(minutes=1)
TEST_PAUSE: Final = timedelta(minutes=1)
LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True)
class Wishes:
    """Which kinds go to the address; at which hour, if all in one letter a day; between which hours nothing does."""

    kinds: Collection[str]
    digest_hour: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None


def contact(uow: UnitOfWork, person_id: int) -> Any:
    """Return how somebody wants to be told; a fresh row's values if he never said."""
    found = uow.session.get(Contact, person_id)
    return found or Contact(person_id=person_id, kinds=list(KINDS), code_tries=0)


def wish(uow: UnitOfWork, person_id: int, wishes: Wishes) -> None:
    """Keep what somebody wants. It holds for what is told from now on. Raises InvalidInput."""
    hours = (wishes.digest_hour, wishes.quiet_from, wishes.quiet_until)
    if not set(wishes.kinds) <= set(KINDS) or not all(one is None or 0 <= one <= 23 for one in hours):
        raise InvalidInput("请从列表里选择通知种类和钟点。", code="contact.wishes")
    if (wishes.quiet_from is None) != (wishes.quiet_until is None) or (
        wishes.quiet_from is not None and wishes.quiet_from == wishes.quiet_until
    ):
        raise InvalidInput(
            "免打扰要有开始和结束两个不同的钟点;不需要时两项都选“不设”。", code="contact.quiet"
        )
    values = {
        "kinds": sorted(wishes.kinds, key=KINDS.index),
        "digest_hour": wishes.digest_hour,
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
    }
    keep(uow, person_id, values)
    uow.audit("contact.change", subject=str(person_id), data=values)


def ask_code(uow: UnitOfWork, person_id: int, email: str) -> tuple[str, str]:
    """Make a code for a new address; return the address and the code to send there, which is kept nowhere.

    Raises InvalidInput; Conflict (`contact.too_soon`) within a minute.
    """
    address = parseaddr(email.strip())[1]
    if address != email.strip() or len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise InvalidInput("邮箱应写作 name@example.com 的样子;请核对后重填。", code="contact.email")
    now, known = uow.now(), contact(uow, person_id)
    if known.code_sent_at is not None and now - known.code_sent_at < CODE_PAUSE:
        raise Conflict("一分钟内只发一次验证码;请稍等再试。", code="contact.too_soon")
    code = f"{secrets.randbelow(1_000_000):06d}"
    values = {"new_email": address, "code_hash": _hash(person_id, code), "code_sent_at": now, "code_tries": 0}
    keep(uow, person_id, values)
    return address, code


def confirm(uow: UnitOfWork, person_id: int, code: str) -> bool:
    """Take the new address if the code is right; it is no longer bounced. Return whether it was right: a try counts.

    Raises Conflict if no code is waited for, it is too old or was tried too often.
    """
    mine = select(Contact).where(Contact.person_id == person_id).with_for_update()
    known = uow.session.scalars(mine).first()
    if known is None or known.code_hash is None or known.code_sent_at is None:
        raise Conflict("没有等待输入的验证码;请重新获取。", code="contact.no_code")
    if uow.now() - known.code_sent_at > timedelta(minutes=CODE_MINUTES) or known.code_tries >= CODE_TRIES:
        raise Conflict("验证码已过期或试得太多;请重新获取。", code="contact.code_over")
    known.code_tries += 1
    if not hmac.compare_digest(known.code_hash, _hash(person_id, code.strip())):
        return False
    known.email, known.confirmed_at = known.new_email, uow.now()
    known.new_email = known.code_hash = known.bounced_at = known.bounce_told = None
    uow.audit("contact.confirm", subject=str(person_id))
    return True


def forget(uow: UnitOfWork, person_id: int) -> None:
    """Forget somebody's address: nothing goes there any more."""
    gone = dict.fromkeys(("email", "confirmed_at", "bounced_at", "bounce_told", "new_email", "code_hash"))
    uow.session.execute(update(CONTACT).where(CONTACT.c.person_id == person_id).values(gone))
    uow.audit("contact.forget", subject=str(person_id))


def test(uow: UnitOfWork, person_id: int) -> None:
    """Tell somebody that this is a test, on all his channels, at once. Raises Conflict within a minute."""
    lately = select(NOTICE.c.id).where(
        NOTICE.c.kind == "test", NOTICE.c.person_id == person_id, NOTICE.c.created_at > uow.now() - TEST_PAUSE
    )
    if uow.session.scalar(lately.limit(1)) is not None:
        raise Conflict("一分钟内只发一次测试消息;请稍等再试。", code="contact.too_soon")
    who = uow.session.get_one(Person, person_id)
    row = {
        "jurisdiction_id": who.jurisdiction_id,
        "kind": "test",
        "recipient": "assignee",
        "organisation_id": who.organisation_id,
        "person_id": person_id,
        "created_at": uow.now(),
    }
    uow.session.execute(plain_insert(NOTICE).values(row))


def keep(uow: UnitOfWork, person_id: int, values: dict[str, Any]) -> None:
    """Write what is known of how somebody is told; the rest stays as it is, or begins as everybody's does."""
    fresh = {"person_id": person_id, "kinds": list(KINDS), **values}
    uow.session.execute(
        insert(CONTACT).values(fresh).on_conflict_do_update(index_elements=[CONTACT.c.person_id], set_=values)
    )
    uow.session.expire_all()


def _hash(person_id: int, code: str) -> str:
    return sha256(f"{person_id}:{code}".encode()).hexdigest()
