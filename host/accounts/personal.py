"""What is kept of one person: all of it read out, and erased as far as nothing that was done rests on it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, delete, or_, select, update

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import NotFound, WrongState
from engine.model.base import Base, table_of
from engine.model.papers import Draft
from engine.uow import UnitOfWork
from host.model.accounts import Account, ApiToken, RecoveryCode, WebSession
from host.model.api_requests import ApiRequest
from host.model.inbox import InboxView
from host.model.telling import Contact, Delivery, Letter
from ledger.model.messages import Message
from ledger.model.putting_off import PutOff
from ledger.model.register import Person

OF_A_PERSON = frozenset(
    {
        "person_id", "actor_id", "hand_id", "sender_id", "assignee_id", "owner_id", "opened_by_id", "added_by_id", "saved_by_id",
        "signed_by_id", "voter_id", "author_id", "returned_by_id", "answered_by_id", "judged_by_id", "substitute_id", "behalf_of_id",
    }
)  # fmt: skip
"""Columns that name somebody of the register."""
SECRETS = frozenset(
    {
        "password_hash",
        "token_hash",
        "code_hash",
        "factor_secret",
        "factor_step",
        "fingerprint",
        "calendar_hash",
    }
)
OF_HIS_ACCOUNT = tuple(map(table_of, (WebSession, RecoveryCode, InboxView, ApiToken, ApiRequest)))
OF_HIMSELF = tuple(map(table_of, (Message, Draft, PutOff, Delivery, Letter, Contact)))
"""What nobody's work rests on: his notices and letters, his address, what he began to write and never filed."""


def export(uow: UnitOfWork, person_id: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return every row that names a person, by table, without secrets. Raises NotFound."""
    _person(uow, person_id)
    account_id = _account_id(uow, person_id)
    found = {}
    for table in Base.metadata.sorted_tables:
        named = _names(table, person_id, account_id)
        if named:
            shown = [column for column in table.columns if column.name not in SECRETS]
            rows = uow.session.execute(select(*shown).where(or_(*named))).mappings()
            found[table.name] = [dict(row) for row in rows]
    return {name: rows for name, rows in found.items() if rows}


def erase(uow: UnitOfWork, person_id: int, *, reason: str, by: Actor) -> None:
    """Erase account, sessions, tokens, messages, drafts and number of somebody who has left.

    His name stays where he acted: forms, votes and audit prove who did what. Raises NotFound, WrongState.
    """
    left = _person(uow, person_id).left_on
    if left is None or left >= local_date(uow.now()):
        raise WrongState("只能清除已经离岗的人员;请先在人员页登记离岗。", code="person.not_left")
    account_id = _account_id(uow, person_id)
    for table in OF_HIS_ACCOUNT:
        uow.session.execute(delete(table).where(table.c.account_id == account_id))
    for table in OF_HIMSELF:
        uow.session.execute(delete(table).where(table.c.person_id == person_id))
    uow.session.execute(delete(Account).where(Account.person_id == person_id))
    uow.session.execute(update(Person).where(Person.id == person_id).values(code=None))
    uow.audit("person.erase", by=by, subject=str(person_id), data={"reason": reason})


def _person(uow: UnitOfWork, person_id: int) -> Person:
    found = uow.session.get(Person, person_id)
    if found is None:
        raise NotFound("名册里没有这个编号的人员;编号在人员页的地址里。", code="person.not_found")
    return found


def _account_id(uow: UnitOfWork, person_id: int) -> int | None:
    return uow.session.scalar(select(Account.id).where(Account.person_id == person_id))


def _names(table: Table, person_id: int, account_id: int | None) -> list[ColumnElement[bool]]:
    if table is table_of(Person):
        return [table.c.id == person_id]
    numbers = [column for column in table.columns if isinstance(column.type, BigInteger)]
    named = [column == person_id for column in numbers if column.name in OF_A_PERSON]
    return named + [column == account_id for column in numbers if column.name == "account_id" and account_id]
