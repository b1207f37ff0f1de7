"""The life of every import: a confirmed file waits, a job carries it out in one transaction, what became of it is kept."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row, select, update

from engine.access import Actor
from engine.bulk import described, person
from engine.errors import BihuanError, NotFound
from engine.storage.errors import is_lost
from engine.uow import UnitOfWork
from host.model.directory_import import DirectoryImport
from host.undoing import Undone, undoable
from ledger.roster.sheets import Fault

IMPORT_JOB = "import_file"
RECENT = 10
LIVE = ("waiting", "running")
Opening = Callable[[], AbstractContextManager[UnitOfWork]]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ordered:
    """An import as its job finds it. year: None for what belongs to no budget year."""

    id: int
    kind: str
    jurisdiction_id: int
    year: int | None
    data: bytes
    by: Actor


@dataclass(frozen=True)
class Done:
    """What bringing a file in came to. faults: all of it is undone; words: see the table."""

    faults: Sequence[Fault] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] | None = None


Act = Callable[[UnitOfWork], Done]
Begin = Callable[[Ordered], Act]
"""Does what takes long, outside any transaction, and returns what writes everything in one."""


def order(
    uow: UnitOfWork,
    kind: str,
    jurisdiction_id: int,
    data: bytes,
    *,
    total: int,
    by: Actor,
    account_id: int,
    year: int | None = None,
) -> int:
    """Put the import of a file that was tried into the queue; return its number. total: what there is to do."""
    one = DirectoryImport(
        kind=kind,
        year=year,
        jurisdiction_id=jurisdiction_id,
        account_id=account_id,
        actor=described(by),
        file=data,
        total=total,
        created_at=uow.now(),
    )
    uow.session.add(one)
    uow.session.flush()
    facts = {"total": total} | ({"year": year} if year else {})
    uow.audit(f"{kind}.order_import", by=by, subject=str(one.id), data=facts)
    uow.defer(IMPORT_JOB, import_id=one.id)
    return one.id


def found(
    uow: UnitOfWork, import_id: int, kinds: Collection[str], jurisdiction_id: int | None = None
) -> DirectoryImport:
    """Return an import of one of these kinds, of one place if one is given. Raises NotFound."""
    one = uow.session.get(DirectoryImport, import_id)
    if one is None or one.kind not in kinds or jurisdiction_id not in (None, one.jurisdiction_id):
        raise NotFound("找不到这次导入;请回到导入页,重新选择文件。", code="import.not_found")
    return one


def recent(uow: UnitOfWork, kinds: Collection[str], jurisdiction_id: int) -> Sequence[Row[Any]]:
    """Return the last imports of a place: what, by whom, when, and how they stand."""
    one = DirectoryImport
    shown = select(
        one.id,
        one.kind,
        one.year,
        one.status,
        one.total,
        one.created_at,
        one.actor["name"].astext.label("who"),
    )
    mine = shown.where(one.jurisdiction_id == jurisdiction_id, one.kind.in_(kinds))
    return uow.session.execute(mine.order_by(one.id.desc()).limit(RECENT)).all()


def carry_out(opening: Opening, import_id: int, begins: Mapping[str, Begin]) -> None:
    """Do an import that was ordered; done again after a crash, it begins anew, for nothing was written before the end.

    begins: by kind.
    """
    ordered = _started(opening, import_id)
    if ordered is None:
        return
    try:
        act, done = begins[ordered.kind](ordered), Done()
        with undoable(opening()) as uow:
            done = act(uow)
            if done.faults:
                raise Undone
            _keep(uow, import_id, done)
        if done.faults:
            _fail(opening, ordered, faults=[asdict(one) for one in done.faults])
    except Exception as error:
        if is_lost(error):
            raise  # the job is done again
        log.warning("import %s of %s failed", import_id, ordered.kind, exc_info=True)
        text = error.text if isinstance(error, BihuanError) else f"程序错误({type(error).__name__})"
        _fail(opening, ordered, fault=text)


def _started(opening: Opening, import_id: int) -> Ordered | None:
    with opening() as uow:
        one = uow.session.get_one(DirectoryImport, import_id, with_for_update=True)
        if one.status not in LIVE or one.file is None:
            return None
        one.status, one.prepared = "running", 0
        return Ordered(one.id, one.kind, one.jurisdiction_id, one.year, bytes(one.file), person(one.actor))


def _keep(uow: UnitOfWork, import_id: int, done: Done) -> None:
    one = uow.session.get_one(DirectoryImport, import_id)
    one.status, one.ended_at, one.file, one.prepared = "done", uow.now(), None, one.total
    one.summary, one.rows = dict(done.summary), [dict(row) for row in done.rows]
    one.words = dict(done.words) if done.words else None


def _fail(opening: Opening, ordered: Ordered, **what: object) -> None:
    with opening() as uow:
        mine = update(DirectoryImport).where(DirectoryImport.id == ordered.id)
        uow.session.execute(mine.values(status="failed", ended_at=uow.now(), file=None, **what))
        uow.audit(f"{ordered.kind}.import_failed", by=ordered.by, subject=str(ordered.id))
