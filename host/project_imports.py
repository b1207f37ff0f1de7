"""Bring projects in from a file: try it, order it, carry it out as a job; all rows are written in one transaction."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict

from sqlalchemy import update

from engine.access import Actor
from engine.bulk import described, person
from engine.errors import BihuanError, InvalidInput
from engine.storage.errors import is_lost
from engine.uow import UnitOfWork
from host.model.directory_import import DirectoryImport
from ledger.budgeting.bringing_in import Outcome, bring_in, look
from ledger.budgeting.sheet import in_order

IMPORT_JOB = "import_projects"
KIND = "projects"
LIVE = ("waiting", "running")
Opening = Callable[[], AbstractContextManager[UnitOfWork]]
log = logging.getLogger(__name__)


def order(
    uow: UnitOfWork,
    jurisdiction_id: int,
    year: int,
    data: bytes,
    found: Outcome,
    *,
    by: Actor,
    account_id: int,
) -> int:
    """Put the import of a file that was tried into the queue; return its number."""
    one = DirectoryImport(
        kind=KIND,
        year=year,
        jurisdiction_id=jurisdiction_id,
        account_id=account_id,
        actor=described(by),
        file=data,
        total=len(found.rows),
        created_at=uow.now(),
    )
    uow.session.add(one)
    uow.session.flush()
    facts = {"year": year, "rows": len(found.rows)}
    uow.audit("projects.order_import", by=by, subject=str(one.id), data=facts)
    uow.defer(IMPORT_JOB, import_id=one.id)
    return one.id


def at_once(uow: UnitOfWork, jurisdiction_id: int, year: int, data: bytes, *, by: Actor) -> Outcome:
    """Bring a file in now, if nothing is wrong with it. Raises InvalidInput if it cannot be read at all."""
    found = look(uow, jurisdiction_id, year, data)
    if not found.faults:
        bring_in(uow, jurisdiction_id, year, found)
        facts = {"year": year, **found.counts}
        uow.audit("projects.import", by=by, subject=f"{jurisdiction_id}/{year}", data=facts)
    return found


def carry_out(opening: Opening, import_id: int) -> None:
    """Do an import that was ordered; done again after a crash, it begins anew, for nothing was written before the end."""
    with opening() as uow:
        one = uow.session.get_one(DirectoryImport, import_id, with_for_update=True)
        if one.status not in LIVE or one.file is None or one.year is None:
            return
        one.status = "running"
        data, by, where, year = bytes(one.file), person(one.actor), one.jurisdiction_id, one.year
    try:
        with opening() as uow:
            found = at_once(uow, where, year, data, by=by)
            if not found.faults:
                _done(uow, import_id, found)
        if found.faults:
            _failed(opening, import_id, faults=[asdict(one) for one in in_order(found.faults)])
    except Exception as error:
        if is_lost(error):
            raise  # the job is done again
        log.warning("import %s of projects failed", import_id, exc_info=True)
        text = error.text if isinstance(error, BihuanError) else f"程序错误({type(error).__name__})"
        _failed(opening, import_id, fault=text)


def _done(uow: UnitOfWork, import_id: int, found: Outcome) -> None:
    one = uow.session.get_one(DirectoryImport, import_id)
    one.status, one.ended_at, one.file, one.prepared = "done", uow.now(), None, len(found.rows)
    one.summary, one.rows = found.counts, [asdict(row) for row in found.rows]


def _failed(opening: Opening, import_id: int, **what: object) -> None:
    with opening() as uow:
        mine = update(DirectoryImport).where(DirectoryImport.id == import_id)
        uow.session.execute(mine.values(status="failed", ended_at=uow.now(), file=None, **what))
        uow.audit("projects.import_failed", subject=str(import_id))


def refused(found: Outcome) -> InvalidInput:
    """Return the refusal that names every fault, for a terminal or a program."""
    rows = "\n".join(f"  第 {one.row} 行 {one.column}:{one.text}" for one in in_order(found.faults))
    return InvalidInput(
        f"表里有 {len(found.faults)} 处要改,没有导入任何内容:\n{rows}", code="projects.faults"
    )
