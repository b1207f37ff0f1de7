"""What the tests of the sealed audit do again and again: write entries, seal, tamper as the owner, verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from engine.access import Actor
from engine.model.journal import AuditRow
from engine.model.sealing import AuditSeal
from engine.sealing.anchors import Anchor
from engine.sealing.findings import Verification
from engine.sealing.sealer import seal
from engine.sealing.verifying import verify, witnessed
from engine.uow import UnitOfWork
from host.composition import Bihuan

ZHANG = Actor(person_id=7, name="张三")


def write(bihuan: Bihuan, number: int = 1, action: str = "task.complete") -> None:
    """Commit some entries, each in a transaction of its own."""
    for place in range(number):
        with bihuan.unit_of_work() as uow:
            uow.audit(action, by=ZHANG, subject=f"事项 {place}", data={"place": place, "share": "0.20"})


def sealed(bihuan: Bihuan) -> int | None:
    """Run one pass."""
    with bihuan.unit_of_work() as uow:
        return seal(uow)


def chain(bihuan: Bihuan, seals: int = 4, each: int = 3) -> None:
    """Make a chain: `each` entries in every seal."""
    for _ in range(seals):
        write(bihuan, each)
        sealed(bihuan)
    sealed(bihuan)


def verified(bihuan: Bihuan, *printed: Anchor) -> Verification:
    """Verify the audit as the command does."""
    with bihuan.unit_of_work() as uow:
        seen = witnessed(uow.session)
    with bihuan.unit_of_work() as uow:
        return verify(uow, seals_seen=seen, printed=printed)


def found(bihuan: Bihuan, *printed: Anchor) -> list[tuple[str, int | None, int | None]]:
    """Return (code, entry, seal) of every finding."""
    return [(one.code, one.entry_id, one.seal) for one in verified(bihuan, *printed).findings]


def tamper(bihuan: Bihuan, *statements: str) -> None:
    """Do what only the owner of the database can do."""
    with bihuan.database.owner_engine.begin() as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount != 0, statement


def forget(bihuan: Bihuan) -> None:
    """Begin with an empty audit."""
    tables = "app.audit_entry, app.audit_tail, app.audit_seal, app.audit_anchor"
    tamper(bihuan, f"truncate {tables} restart identity", "select setval('app.audit_seal_head', 0)")


def entry_ids(bihuan: Bihuan) -> list[int]:
    """Return the ids of all entries in order."""
    with bihuan.unit_of_work() as uow:
        return list(uow.session.scalars(select(AuditRow.id).order_by(AuditRow.id)))


def seals(bihuan: Bihuan) -> list[AuditSeal]:
    """Return the chain."""
    with bihuan.unit_of_work() as uow:
        return list(uow.session.scalars(select(AuditSeal).order_by(AuditSeal.number)))


@contextmanager
def open_command(bihuan: Bihuan, action: str) -> Iterator[Any]:
    """Open a command that has written its entry and not committed."""
    with bihuan.unit_of_work() as uow:
        uow.audit(action, by=ZHANG)
        uow.flush()
        yield uow


def newest_id(uow: UnitOfWork) -> int:
    """Return the highest id this transaction sees."""
    ids = select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1)
    return uow.session.scalars(ids).one()
