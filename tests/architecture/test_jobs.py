"""Jobs: whatever is deferred is registered, whatever is registered is deferred."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import Source, sources


@cache
def _constants() -> dict[str, str]:
    """Return the texts that modules give a name, by that name."""
    return {
        target.id: node.value.value
        for source in sources()
        for node in source.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def _text(node: ast.expr | None) -> str | None:
    """Return the text an argument stands for: written out, or the name of a constant."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return _constants().get(name)


def _calls(method: str) -> Iterator[tuple[Source, ast.Call]]:
    for source in sources():
        for node in source.nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == method
            ):
                yield source, node


@cache
def deferred() -> dict[str | None, str]:
    """Return the jobs the code puts into the queue, with the place."""
    return {_text(call.args[0]): f"{source}:{call.lineno}" for source, call in _calls("defer") if call.args}


@cache
def registered() -> dict[str | None, str]:
    """Return the jobs the host registers, with the place."""
    return {
        _text(keyword.value): f"{source}:{call.lineno}"
        for source, call in _calls("task")
        for keyword in call.keywords
        if keyword.arg == "name"
    }


def test_every_deferred_job_is_registered() -> None:
    unknown = {job: place for job, place in deferred().items() if job not in registered()}

    assert deferred()
    assert unknown == {}


def test_every_registered_job_is_deferred_somewhere() -> None:
    idle = {job: place for job, place in registered().items() if job not in deferred()}

    assert idle == {}


def test_a_job_is_named_by_a_text_that_can_be_found() -> None:
    nameless = [place for job, place in (deferred() | registered()).items() if job is None]

    assert nameless == []
