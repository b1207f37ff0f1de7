"""Every command of the engine leaves an audit entry."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source, sources

Function = tuple[str, str]

BY_THE_SYSTEM: set[Function] = {
    ("campaigns", "plan"),
    ("campaigns", "open_stage"),
    ("campaigns", "record_missing"),
    ("campaigns", "close"),
    ("ladder", "send"),
    ("timers", "fire"),
    ("timers", "postpone"),
}
"""Commands that nobody gives: the clock or a diagram does."""
SILENT: dict[Function, str] = {
    ("noting", "note"): "part of giving back, handing over and copying, which audit",
    ("deciding", "settle"): "part of voting, which audits",
    ("drafts", "save"): "saves by itself while a person types",
    ("parts", "save"): "saves by itself while a person types; signing audits",
    ("parts", "require_role"): "reads",
    ("parts", "require_seat"): "reads",
    (
        "answering",
        "keep",
    ): "saves by itself while a person types; what stands when the form is filed is the answer",
    ("drafts", "discard"): "follows the completion, which audits",
    ("drafts", "load"): "reads",
    ("drafts", "earlier_submission"): "reads",
    ("moving", "plan"): "what it does is undone",
    ("returning", "plan"): "what it does is undone",
    ("returning", "targets"): "reads",
    ("tasks", "opened"): "part of claiming, which audits",
    ("drafts", "require_fillable"): "checks",
    ("tasks", "filed"): "part of completing, which audits",
}


def _top(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in source.tree.body if isinstance(node, ast.FunctionDef))


def _is_command(function: ast.FunctionDef) -> bool:
    """Tell whether somebody commands it: it takes a unit of work and who does it, and others may call it."""
    arguments = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    return not function.name.startswith("_") and arguments[:1] == ["uow"] and "by" in arguments


def _imported(source: Source) -> dict[str, Function]:
    """Return the functions a module imports by name: `from engine.instances import start_all`."""
    return {
        alias.asname or alias.name: (node.module.rsplit(".", 1)[-1], alias.name)
        for node in source.tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _called(source: Source, function: ast.FunctionDef) -> Iterator[Function | str]:
    """Yield what a function calls: (module, function), or `audit` for the unit of work's own."""
    imported = _imported(source)
    own = source.path.stem
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield imported.get(node.func.id, (own, node.func.id))
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            name = (node.func.value.id, node.func.attr)
            yield "audit" if name == ("uow", "audit") else name


def test_every_command_of_the_engine_audits() -> None:
    calls: dict[Function, set[Function | str]] = {}
    commands = set(BY_THE_SYSTEM)
    for source in sources("engine"):
        for function in _top(source):
            name = (source.path.stem, function.name)
            calls[name] = set(_called(source, function))
            if _is_command(function):
                commands.add(name)
    audited: set[Function | str] = {"audit"}
    while more := {name for name, made in calls.items() if name not in audited and made & audited}:
        audited |= more

    silent = {name for name in commands if name not in audited}

    assert len(commands) > len(BY_THE_SYSTEM) + 10
    assert not sorted(silent - SILENT.keys()), "a command without `uow.audit`"
    assert not sorted(SILENT.keys() - silent), "no longer silent, or gone: take it out of the list"
