"""Where a definition is used: which steps of the diagrams in force ask it, fill it in or call it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import library, versions
from engine.bpmn.definition import Definition


@dataclass(frozen=True, slots=True)
class Use:
    """A step of a process that uses something."""

    process: str
    process_name: str
    element_id: str
    element: str


def uses_of(session: Session, kind: str, key: str) -> Sequence[Use]:
    """Return the steps that use a definition, by process."""
    rows = versions.newest(session, "process")
    read = library.definitions(session, [row.content_hash for row in rows])
    return [one for row in rows for one in _in(read[row.content_hash], kind, key)]


def _in(diagram: Definition, kind: str, key: str) -> Sequence[Use]:
    if kind == "process":
        calls = {name for name, called in diagram.outline.calls.items() if called == key}
        found = [
            element
            for element in diagram.elements.values()
            if element.id in calls or element.parameters.get("process") == f'"{key}"'
        ]
    else:
        found = [element for element in diagram.elements.values() if getattr(element, kind) == key]
    return [Use(diagram.key, diagram.name, one.id, one.name or one.id) for one in found]
