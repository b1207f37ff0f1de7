"""Fences between the rooms: who may import, construct or ask for what."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOMS, Source, imports, sources

BELOW_HOST = tuple(room for room in ROOMS if room != "host")


def places(found: Iterator[str]) -> str:
    return "\n".join(sorted(found))


def imported(what: tuple[str, ...], rooms: tuple[str, ...]) -> Iterator[str]:
    for source in sources(*rooms):
        for line, name in imports(source):
            if name.split(".")[0].lower() in what:
                yield f"{source}:{line} imports {name}"


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def calls(source: Source) -> Iterator[tuple[int, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def test_only_engine_bpmn_imports_spiffworkflow() -> None:
    allowed = ("engine/bpmn/", "host/bench/raw.py")  # the measuring stick: the library without our room
    found = (place for place in imported(("spiffworkflow",), ROOMS) if not place.startswith(allowed))

    assert not places(found)


def test_only_host_imports_flask_the_ticker_and_the_queue() -> None:
    assert not places(imported(("flask", "apscheduler", "werkzeug", "procrastinate", "click"), BELOW_HOST))


WALL_CLOCK = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.localtime",
)
CLOCK_OF_THE_MACHINE = "engine/clock.py"


def test_nothing_below_host_reads_the_wall_clock() -> None:
    found = (
        f"{source}:{line} calls {name}"
        for source in sources(*BELOW_HOST)
        for line, name in calls(source)
        if name.endswith(WALL_CLOCK) and str(source) != CLOCK_OF_THE_MACHINE
    )

    assert not places(found)


def test_only_the_settings_read_the_environment() -> None:
    found = (
        f"{source}:{node.lineno}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Attribute)
        and dotted(node) in ("os.environ", "os.getenv", "os.environb", "os.putenv")
        and str(source) != "host/settings.py"
    )

    assert not places(found)


def test_only_forms_construct_a_submission() -> None:
    found = (
        f"{source}:{line}"
        for source in sources()
        for line, name in calls(source)
        if name.split(".")[-1] == "Submission" and source.room != "forms"
    )

    assert not places(found)


@pytest.mark.parametrize("name", ["eval", "exec", "compile", "__import__"])
def test_nothing_runs_python_from_text(name: str) -> None:
    measured = "host/bench/expressions.py"  # there Python is the rival of FEEL, on a text of ours
    found = (
        f"{source}:{line}"
        for source in sources()
        for line, called in calls(source)
        if called == name and str(source) != measured
    )

    assert not places(found)


def test_commands_never_commit() -> None:
    found = (
        f"{source}:{line} calls {name}"
        for source in sources("engine", "ledger", "forms", "webhooks")
        for line, name in calls(source)
        if name.endswith(("session.commit", "session.rollback", "connection.commit"))
    )

    assert not places(found)


def test_no_module_holds_an_engine_a_session_or_an_app() -> None:
    makers = ("create_engine", "Session", "sessionmaker", "scoped_session", "Flask", "App")
    found = (
        f"{source}:{node.lineno}"
        for source in sources()
        for node in source.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if dotted(node.value.func).split(".")[-1] in makers
    )

    assert not places(found)
