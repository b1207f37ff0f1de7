"""Publish definitions as immutable versions, and bind a process to everything it calls."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from engine import library
from engine.access import Actor
from engine.bpmn.definition import read
from engine.dmn.documents import naming
from engine.dmn.reading import read as read_decisions
from engine.errors import InvalidInput, NotFound
from engine.json_values import dumps
from engine.model.definitions import DefinitionBundle, ParameterSet, ProcessDefinition
from engine.parameters import Parameters
from engine.uow import UnitOfWork
from engine.versions import Content, Published, keep


def publish_process(uow: UnitOfWork, xml: bytes, *, by: Actor, again: bool = False) -> Published:
    """Check a diagram and publish it as the next version of its process; the same content is published once.

    again: publish an older content once more. Raises DefinitionRejected with every problem found.
    """
    read_one = read(xml)
    content = Content("process", read_one.key, read_one.name, read_one.content_hash, read_one.xml)
    return keep(uow, content, by=by, again=again)


def publish_decision(uow: UnitOfWork, xml: bytes, *, by: Actor, again: bool = False) -> Published:
    """Check a DMN file and publish it as the next version of its decision; `again` as for a diagram.

    What it imports must be published already. Raises DecisionRejected with every problem found.
    """
    decisions = read_decisions(xml, offered_to(uow.session, xml))
    content_hash = hashlib.sha256(xml).hexdigest()
    content = Content("decision", decisions.key, decisions.name, content_hash, xml.decode())
    return keep(uow, content, by=by, again=again)


def offered_to(session: Session, xml: bytes) -> list[bytes]:
    """Return the published files that a DMN file imports. Raises InvalidInput if two could be meant."""
    offered = _offered(session, naming(xml).imports)
    return [library.text(session, content_hash).encode() for content_hash in offered.values()]


def latest(session: Session) -> dict[tuple[str, str], str]:
    """Return the content hash of the latest version by (kind, key)."""
    row = ProcessDefinition
    newest = select(row.kind, row.key, row.content_hash).ext(distinct_on(row.kind, row.key))
    found = session.execute(newest.order_by(row.kind, row.key, row.version.desc()))
    return {(kind, key): content_hash for kind, key, content_hash in found}


def _offered(session: Session, wanted: Iterable[str]) -> dict[str, str]:
    """Return by namespace the latest published decision files, if any are wanted.

    Raises InvalidInput if two of them could be meant.
    """
    wanted = frozenset(wanted)
    if not wanted:
        return {}
    offered: dict[str, str] = {}
    keys: dict[str, str] = {}
    for (kind, key), content_hash in latest(session).items():
        if kind != "decision":
            continue
        namespace = library.names_in(session, content_hash).namespace
        if namespace in offered and namespace in wanted:
            raise InvalidInput(
                f"导入的命名空间“{namespace}”有两份已发布的决策文件:{keys[namespace]}、{key};请给其中一份改命名空间后重新发布。",
                code="dmn.import_ambiguous",
            )
        offered[namespace], keys[namespace] = content_hash, key
    return offered


def _imports(session: Session, decisions: Iterable[str]) -> dict[str, str]:
    """Return by namespace what these decision files import, also through others."""
    wanted = {namespace for one in decisions for namespace in library.names_in(session, one).imports}
    offered = _offered(session, wanted)
    used = {other for one in decisions for other in library.needed(session, one, offered)}
    return {namespace: other for namespace, other in offered.items() if other in used}


def bind(uow: UnitOfWork, process_key: str, slots: Mapping[str, str]) -> str:
    """Bind the latest version of a process to all it calls and asks; return the bundle's hash.

    slots: which process fills a called element's name; a name without a slot is a process key itself.
    Raises NotFound if a process or decision was never published.
    """
    hashes = latest(uow.session)
    processes: dict[str, str] = {}
    decisions: dict[str, str] = {}

    def collect(key: str) -> str:
        content_hash = _wanted(hashes, "process", key)
        definition = library.definition(uow.session, content_hash)
        for element in definition.elements.values():
            if element.decision:
                decisions[element.decision] = _wanted(hashes, "decision", element.decision)
        for slot in definition.slots:
            if slot not in processes:
                processes[slot] = ""
                processes[slot] = collect(slots.get(slot, slot))
        return content_hash

    root_hash = collect(process_key)
    parts = {"processes": processes, "decisions": decisions}
    if imports := _imports(uow.session, decisions.values()):
        parts["imports"] = imports
    names = dumps({"root": root_hash} | {kind: sorted(part.items()) for kind, part in parts.items()})
    bundle_hash = hashlib.sha256(names.encode()).hexdigest()
    values = {"hash": bundle_hash, "root_key": process_key, "root_hash": root_hash, "parts": parts}
    row = insert(DefinitionBundle).values(**values, created_at=uow.now())
    uow.session.execute(row.on_conflict_do_nothing())
    return bundle_hash


def _wanted(hashes: Mapping[tuple[str, str], str], kind: str, key: str) -> str:
    found = hashes.get((kind, key))
    if found is None:
        what = "流程" if kind == "process" else "决策表"
        raise NotFound(
            f"{what}“{key}”还没有发布;请先发布它,或在政策包里改用已发布的{what}。", code=f"{kind}.not_found"
        )
    return found


def keep_parameters(uow: UnitOfWork, chosen: Parameters) -> str:
    """Store a parameter set once; return its hash."""
    values = {
        "hash": chosen.hash,
        "jurisdiction": chosen.jurisdiction,
        "year": chosen.year,
        "body": dict(chosen.body),
    }
    uow.session.execute(insert(ParameterSet).values(**values, created_at=uow.now()).on_conflict_do_nothing())
    return chosen.hash
