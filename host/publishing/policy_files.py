"""Policy packs as files in UTF-8: checked, named, compared, published."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from engine import versions
from engine.access import Actor
from engine.differences import Difference
from engine.errors import BihuanError
from engine.problems import Problem
from engine.uow import UnitOfWork
from engine.versions import Content, Published
from host.publishing.factory import factory_files
from ledger.packs_in_force import KIND, Packs
from ledger.policy.entries import PackFile, pack_of
from ledger.policy.file_differing import changes
from ledger.policy.lines import line_of
from ledger.policy.pack import Pack

NAME = "政策包"


def check(session: Session, data: bytes) -> list[Problem]:
    """Return every fault of a pack at its key, with the line; then contradictions, and what it would do to others."""
    text = data.decode()
    try:
        file = pack_of(text, NAME)
        packs = Packs(session, file)
        pack = packs.load(file.id)
    except BihuanError as error:
        return list(_faults(text, error))
    return [*_remarks(text, pack), *_slots(session, text, pack), *_dependents(packs, file)]


def _faults(text: str, error: BihuanError) -> Iterator[Problem]:
    found = error.facts
    keys = found.get("keys") or found.get("missing") or [found.get("key", "-")]
    lines = found.get("lines") or [error.text] * len(keys)
    for key, line in sorted(zip(keys, lines, strict=True), key=lambda one: line_of(text, one[0]) or 0):
        yield _problem(text, key, "error", error.code, line)


def _problem(text: str, key: str, severity: str, code: str, said: str) -> Problem:
    line = line_of(text, key)
    where = "" if line is None else f"第 {line} 行:"
    return Problem(key, "error" if severity == "error" else "warning", code, where + said)


def _remarks(text: str, pack: Pack) -> Iterator[Problem]:
    for one in pack.check():
        if one.severity != "confirm":
            yield _problem(text, one.key, one.severity, f"policy.{one.code.lower()}", one.text)


def _slots(session: Session, text: str, pack: Pack) -> Iterator[Problem]:
    known = {row.key for row in versions.newest(session, "process")}
    known |= {one.name.removesuffix(".bpmn") for one in factory_files("processes", ".bpmn")}
    for file in pack.chain[:1]:
        for key, entry in file.entries.items():
            if key.startswith("slots.") and entry.states and entry.value not in known:
                said = f"流程“{entry.value}”没有发布过;发布它以前,用到它的事项开始不了。"
                yield _problem(text, key, "warning", "called.unknown", said)


def _dependents(packs: Packs, file: PackFile) -> Iterator[Problem]:
    """Name the packs that inherit from this one and could no longer be used."""
    for other in packs.ids:
        if other == file.id:
            continue
        try:
            pack = packs.load(other)
        except BihuanError as error:
            if file.id in error.text:
                yield Problem("-", "error", "policy.dependent", f"政策包“{other}”会因此不能用:{error.text}")
            continue
        if file.id in [one.id for one in pack.chain]:
            for one in pack.check():
                if one.severity == "error":
                    said = f"沿用它的政策包“{pack.name}”会有矛盾:{one.text}"
                    yield Problem(one.key, "warning", "policy.dependent", said)


def named(_session: Session, data: bytes) -> tuple[str, str]:
    """Return id and name of a pack without faults."""
    found = pack_of(data.decode(), NAME)
    return found.id, found.name


def compare(old: str, new: str) -> Sequence[Difference]:
    """Return what differs between two texts; sections that today's checks would refuse are left out."""
    before, after = (pack_of(text, NAME, strict=False) for text in (old, new))
    return changes(before, after)


def publish(uow: UnitOfWork, data: bytes, by: Actor) -> Published:
    """Publish a pack as its next version. Raises PolicyInvalid."""
    found = pack_of(data.decode(), NAME)
    content = Content(KIND, found.id, found.name, found.hash, data.decode())
    return versions.keep(uow, content, by=by, again=True)
