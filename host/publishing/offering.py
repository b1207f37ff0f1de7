"""A file that somebody offers for publishing: its problems, and what differs from the version in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import versions
from engine.access import Actor
from engine.differences import Difference
from engine.errors import Conflict, InvalidInput, NotFound
from engine.problems import Problem, errors
from engine.uow import UnitOfWork
from engine.versions import Published
from host.publishing.kinds import PROCESS, Kind
from host.publishing.missing_parts import missing_parts

LARGEST = 700_000


@dataclass(frozen=True)
class Offer:
    """What was offered. key, name: empty while it has errors; version: in force now; None if it is new, 0 for
    what comes with the program."""

    kind: Kind
    key: str
    name: str
    data: bytes
    problems: Sequence[Problem]
    differences: Sequence[Difference]
    version: int | None

    @property
    def is_good(self) -> bool:
        """Tell whether it may be published: no error, and not what is in force."""
        return bool(self.key) and not self.is_same

    @property
    def is_same(self) -> bool:
        """Tell whether it is what is in force."""
        return self.version is not None and not self.differences


def look(
    uow: UnitOfWork, kind: Kind, data: bytes, operations: frozenset[str], coming: frozenset[str] = frozenset()
) -> Offer:
    """Check a file and compare it with what is in force; nothing is changed. Raises InvalidInput if it is too large.

    operations: what a diagram may call; coming: processes that will be published with it.
    """
    if len(data) > LARGEST:
        raise InvalidInput(
            f"文件最大 {LARGEST // 1000} KB,这份有 {len(data) // 1000} KB;请拆分。",
            code="definition.too_large",
        )
    try:
        data = data.decode("utf-8-sig").encode()
    except UnicodeDecodeError as error:
        text = f"文件应存为 UTF-8,第 {error.start + 1} 个字节不是;请用编辑器另存为 UTF-8。"
        return Offer(kind, "", "", data, [Problem("-", "error", "file.encoding", text)], [], None)
    problems = kind.check(uow.session, data)
    if errors(problems):
        return Offer(kind, "", "", data, problems, [], None)
    if kind is PROCESS:
        problems = [*problems, *missing_parts(uow.session, data, operations, coming)]
    key, name = kind.named(uow.session, data)
    before = in_force(uow.session, kind, key)
    differences = kind.compare(before.xml, data.decode()) if before else []
    bad = errors(problems)
    return Offer(
        kind, "" if bad else key, name, data, problems, differences, before.version if before else None
    )


def publish(
    uow: UnitOfWork,
    kind: Kind,
    data: bytes,
    operations: frozenset[str],
    *,
    seen: int | None = None,
    by: Actor,
) -> Published:
    """Publish a file as the next version. seen: which one was in force when the differences were looked at.

    Raises InvalidInput with the first problem; Conflict if somebody else has published since.
    """
    offer = look(uow, kind, data, operations)
    found = errors(list(offer.problems))
    if found:
        raise InvalidInput(
            f"有 {len(found)} 处错误,没有发布:{found[0].element_id} {found[0].text}",
            code="definition.rejected",
        )
    if seen is not None and seen != (offer.version or 0):
        raise Conflict(
            f"您比较以后,别人发布了第 {offer.version} 版;请重新上传,看看和它的差别。",
            code="definition.moved_on",
        )
    return kind.publish(uow, offer.data, by)


def publish_again(uow: UnitOfWork, kind: Kind, key: str, version: int, *, by: Actor) -> Published:
    """Publish an older version once more, as the next one; 0 is what comes with the program.

    Raises NotFound; Conflict if it is in force.
    """
    shipped = None if version else kind.shipped(key)
    if shipped is None:
        return versions.publish_again(uow, kind.code, key, version, by=by)
    if in_force(uow.session, kind, key).content_hash == shipped.content_hash:
        raise Conflict(f"“{shipped.name}”现在用的就是随程序提供的,不用再发布。", code="definition.in_force")
    return kind.publish(uow, shipped.xml.encode(), by)


def in_force(session: Session, kind: Kind, key: str, version: int | None = None) -> Any:
    """Return a version, by default the one in force, with its text as `xml`; None if there is none.

    What comes with the program is version 0.
    """
    if version == 0:
        return kind.shipped(key)
    try:
        return versions.version_of(session, kind.code, key, version)
    except NotFound:
        return kind.shipped(key) if version is None else None


def facts_of(row: Any) -> dict[str, Any]:
    """Return what lists say of a version."""
    return {column.name: getattr(row, column.name) for column in versions.SEEN}


def all_in_force(session: Session, kind: Kind, *, texts: bool = False) -> Sequence[Any]:
    """Return what is in force of a kind, by key: published or, as version 0, of the program. texts: as `xml`, too."""
    rows: list[Any] = list(versions.newest(session, kind.code, texts=texts))
    published = {row.key for row in rows}
    rows += [kind.shipped(key) for key in kind.shipped_keys() if key not in published]
    return sorted(rows, key=lambda row: row.key)
