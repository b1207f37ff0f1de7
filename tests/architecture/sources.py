"""The project's own Python files, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "forms", "ledger", "webhooks", "host", "workflows")


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its text, its tree."""

    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the file, walked once."""
        return tuple(ast.walk(self.tree))

    @property
    def room(self) -> str:
        return self.path.parts[0]

    def __str__(self) -> str:
        return self.path.as_posix()


@cache
def sources(*rooms: str) -> tuple[Source, ...]:
    """Return all files of the rooms (all of ours if none is named), sorted."""
    return tuple(one for room in rooms or ROOMS for one in _of_room(room))


@cache
def _of_room(room: str) -> tuple[Source, ...]:
    found = []
    for path in sorted((ROOT / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(ROOT), text, ast.parse(text, str(path))))
    return tuple(found)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method of a file."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Return (line, dotted name) of everything a file imports."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def names(source: Source) -> Iterator[tuple[int, str]]:
    """Return (line, identifier) of everything a file defines or stores."""
    for node in source.nodes:
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield line, node.name
        elif isinstance(node, ast.arg | ast.keyword):
            yield line, node.arg or ""
        elif isinstance(node, ast.Name):
            yield line, node.id
        elif isinstance(node, ast.Attribute):
            yield line, node.attr
