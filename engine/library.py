"""What was published, read once per process: bundles, decisions and parameters by content hash.

Everything here is immutable and named by its content, so the caches never go stale and serve any database.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition, definition_of
from engine.dmn.decisions import Decisions
from engine.dmn.documents import Naming, naming
from engine.dmn.drawing import drawing
from engine.dmn.drawn import Drawing
from engine.dmn.reading import read as read_decisions
from engine.dmn.wording import Wording, wording
from engine.errors import NotFound
from engine.model.definitions import DefinitionBundle, ParameterSet, ProcessDefinition
from engine.parameters import Parameters, parameters
from engine.xml import parse

Thing = TypeVar("Thing")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Shelf(Generic[Thing]):
    """A small cache by content hash, least recently used out first, safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[str, Thing] = OrderedDict()
        self._lock = Lock()

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return which of these are not here."""
        with self._lock:
            return [key for key in keys if key not in self._things]

    def get(self, key: str, load: Callable[[], Thing]) -> Thing:
        """Return the thing of `key`, loading it the first time."""
        with self._lock:
            found = self._things.get(key)
            if found is not None:
                self._things.move_to_end(key)
                return found
        thing = load()
        with self._lock:
            self._things[key] = thing
            if len(self._things) > self._size:
                self._things.popitem(last=False)
        return thing


@dataclass(frozen=True)
class Paper:
    """A published decision as the history names it: its content, its version, its words."""

    hash: str
    version: int
    wording: Wording


@dataclass(frozen=True)
class Binding:
    """A root process with everything it calls: diagrams, decision tables and what to say about these."""

    hash: str
    bundle: Bundle
    decisions: Mapping[str, Decisions]
    papers: Mapping[str, Paper] = field(default_factory=dict)


_definitions: Shelf[Definition] = Shelf(500)
_decisions: Shelf[Decisions] = Shelf(500)
_drawings: Shelf[Drawing] = Shelf(200)
_namings: Shelf[Naming] = Shelf(500)
_bindings: Shelf[Binding] = Shelf(200)
_parameters: Shelf[Parameters] = Shelf(50)


def text(session: Session, content_hash: str) -> str:
    """Return a published file. Raises NotFound."""
    found = session.scalar(
        select(ProcessDefinition.xml).where(ProcessDefinition.content_hash == content_hash).limit(1)
    )
    if found is None:
        raise NotFound(
            f"找不到内容为 {content_hash[:12]} 的流程或决策定义;请重新导入出厂定义。",
            code="definition.not_found",
        )
    return found


def definition(session: Session, content_hash: str) -> Definition:
    """Return the parsed diagram of this content. Raises NotFound."""
    return _definitions.get(content_hash, lambda: _published(text(session, content_hash)))


def _published(xml: str) -> Definition:
    """Read a diagram that was checked when it was published: instances go on though today's checks would refuse it."""
    return definition_of(parse(xml.encode()))


def definitions(session: Session, hashes: Iterable[str]) -> dict[str, Definition]:
    """Return parsed diagrams by content; those that are not cached are read in one statement."""
    return _several(_definitions, session, hashes, _published)


def drawings(session: Session, hashes: Iterable[str]) -> dict[str, Drawing]:
    """Return decision files for people by content, in one statement."""
    return _several(_drawings, session, hashes, lambda xml: drawing(xml.encode()))


def _several(
    shelf: Shelf[Thing], session: Session, hashes: Iterable[str], make: Callable[[str], Thing]
) -> dict[str, Thing]:
    wanted = list(dict.fromkeys(hashes))
    texts: dict[str, str] = {}
    if missing := shelf.missing(wanted):
        row = ProcessDefinition
        found = select(row.content_hash, row.xml).where(row.content_hash.in_(missing))
        texts = dict(session.execute(found).all())

    def load(content_hash: str) -> Thing:
        kept = texts.get(content_hash)
        return make(text(session, content_hash) if kept is None else kept)

    return {one: shelf.get(one, partial(load, one)) for one in wanted}


def decisions(session: Session, content_hash: str, imports: Mapping[str, str] = NOTHING) -> Decisions:
    """Return the parsed decision file of this content. Raises NotFound.

    imports: content hash by namespace of the files that it may import; of these it takes what it needs.
    """
    used = needed(session, content_hash, imports)
    return _decisions.get(
        "+".join((content_hash, *used)),
        lambda: read_decisions(
            text(session, content_hash).encode(), [text(session, one).encode() for one in used]
        ),
    )


def needed(session: Session, content_hash: str, imports: Mapping[str, str]) -> list[str]:
    """Return the hashes of all that a decision file imports, also through others, as far as they are there."""
    found: list[str] = []
    waiting = [content_hash]
    while waiting:
        for namespace in names_in(session, waiting.pop()).imports:
            other = imports.get(namespace)
            if other is not None and other not in (*found, content_hash):
                found.append(other)
                waiting.append(other)
    return found


def names_in(session: Session, content_hash: str) -> Naming:
    """Return the namespaces of a published decision file. Raises NotFound."""
    return _namings.get(content_hash, lambda: naming(text(session, content_hash).encode()))


def paper(session: Session, key: str, content_hash: str) -> Paper:
    """Return version and words of the decision `key` with this content."""
    version = select(func.max(ProcessDefinition.version)).where(
        ProcessDefinition.kind == "decision",
        ProcessDefinition.key == key,
        ProcessDefinition.content_hash == content_hash,
    )
    xml = text(session, content_hash)
    return Paper(content_hash, session.scalar(version) or 0, wording(xml.encode()))


def binding(session: Session, bundle_hash: str) -> Binding:
    """Return the bound process of this hash. Raises NotFound."""

    def load() -> Binding:
        row = session.get(DefinitionBundle, bundle_hash)
        if row is None:
            raise NotFound(f"找不到流程绑定 {bundle_hash[:12]};数据库可能不完整。", code="bundle.not_found")
        processes = {slot: definition(session, part) for slot, part in row.parts["processes"].items()}
        tables = {
            key: decisions(session, part, row.parts.get("imports", NOTHING))
            for key, part in row.parts["decisions"].items()
        }
        return Binding(
            bundle_hash,
            Bundle(bundle_hash, definition(session, row.root_hash), processes),
            tables,
            {key: paper(session, key, part) for key, part in row.parts["decisions"].items()},
        )

    return _bindings.get(bundle_hash, load)


def parameter_set(session: Session, parameter_hash: str) -> Parameters:
    """Return the parameters of this hash. Raises NotFound."""

    def load() -> Parameters:
        row = session.get(ParameterSet, parameter_hash)
        if row is None:
            raise NotFound(
                f"找不到参数集 {parameter_hash[:12]};数据库可能不完整。", code="parameters.not_found"
            )
        return parameters(row.body)

    return _parameters.get(parameter_hash, load)
