"""A diagram, read and checked: immutable, named by the hash of its content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from lxml import etree

from engine import xml
from engine.bpmn.element import Element, read_elements
from engine.bpmn.lint.checking import check_document
from engine.bpmn.names import bpmn
from engine.bpmn.outlining import Outline, outlined
from engine.errors import InvalidInput
from engine.problems import Problem, errors

__all__ = ["Definition", "DefinitionRejected", "Element", "check", "read"]


class DefinitionRejected(InvalidInput):
    """A diagram has errors; `problems` lists them all."""

    code = "definition.rejected"

    def __init__(self, problems: list[Problem]) -> None:
        found = errors(problems)
        first = "；".join(f"{one.element_id} {one.text}" for one in found[:3])
        super().__init__(f"流程图有 {len(found)} 处错误,请修改后再上传:{first}", problems=len(found))
        self.problems = problems


@dataclass(frozen=True)
class Definition:
    """One process. key: its id; elements: its nodes by id, those of subprocesses included; slots: what it calls.

    content_hash: of the canonical XML without comments, so that a mere reformatting is the same version.
    """

    key: str
    name: str
    content_hash: str
    xml: str = field(repr=False)
    elements: Mapping[str, Element] = field(repr=False)
    slots: tuple[str, ...] = ()

    @cached_property
    def outline(self) -> Outline:
        """The diagram as a list, with its flows and calls; read once."""
        return outlined(self.xml, self.elements)


def check(data: bytes) -> list[Problem]:
    """Return everything wrong with a diagram, errors and warnings; never raises for bad input."""
    try:
        root = xml.parse(data)
    except xml.XmlRejected as error:
        return [Problem("-", "error", error.code, error.text)]
    return check_document(root)


def read(data: bytes) -> Definition:
    """Return a diagram without errors. Raises DefinitionRejected with every problem found."""
    problems = check(data)
    if errors(problems):
        raise DefinitionRejected(problems)
    root = xml.parse(data)
    return definition_of(root)


def definition_of(root: Any) -> Definition:
    """Return the diagram of a checked document."""
    process = root.find(bpmn("process"))
    canonical = etree.canonicalize(etree.tostring(root, encoding="unicode"), strip_text=True)
    called = (node.get("calledElement") for node in process.iter(bpmn("callActivity")))
    return Definition(
        key=process.get("id"),
        name=" ".join(process.get("name", process.get("id")).split()),
        content_hash=hashlib.sha256(canonical.encode()).hexdigest(),
        xml=etree.tostring(root, encoding="unicode"),
        elements=MappingProxyType(read_elements(process)),
        slots=tuple(dict.fromkeys(called)),
    )
