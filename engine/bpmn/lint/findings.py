"""Collect problems at elements."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.names import NODES, SCOPES, bpmn
from engine.problems import Problem


class Findings:
    """The problems of one document and quick ways through it."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def error(self, node: Any, code: str, text: str) -> None:
        """Note what forbids publishing."""
        self.problems.append(Problem(place(node), "error", code, text))

    def warning(self, node: Any, code: str, text: str) -> None:
        """Note what is probably not meant."""
        self.problems.append(Problem(place(node), "warning", code, text))

    def nodes(self, *kinds: str) -> Iterator[Any]:
        """Yield the flow nodes of these kinds, all if none is given, in document order."""
        wanted = frozenset(kinds) or NODES
        for process in self.root.findall(bpmn("process")):
            for node in process.iter():
                if local_name(node) in wanted:
                    yield node

    def scopes(self) -> Iterator[Any]:
        """Yield the process and every subprocess."""
        for process in self.root.findall(bpmn("process")):
            for node in process.iter():
                if local_name(node) in SCOPES:
                    yield node


def place(node: Any) -> str:
    """Return the id of an element or of the nearest one around it; '-' for the file."""
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return "-"


def title(node: Any) -> str:
    """Return how to call an element in a sentence: its name, else its id."""
    name = " ".join(node.get("name", "").split())
    return name or node.get("id", "") or local_name(node)
