"""docs/bpmn-support.md says what the tests show: `BIHUAN_REWRITE=1 pytest tests/unit/bpmn/test_support_table.py`."""

import importlib
import os
from pathlib import Path

import pytest

from engine.bpmn.definition import check
from engine.bpmn.names import EVENT_DEFINITIONS, NODES, REFUSED
from tests.unit.bpmn.diagrams import chain, diagram, ends, users
from tests.unit.bpmn.lint_cases import CASES, WARNINGS
from tests.unit.bpmn.supported import FEATURES, SHOWN, UNKNOWN
from tests.unit.bpmn.traps import TRAPS

HERE = Path(__file__).parent
TABLE = HERE.parents[2] / "docs" / "bpmn-support.md"
MODULES = sorted(path.stem for path in HERE.glob("test_*.py") if path.stem != "test_support_table")
HEAD = """# BPMN: what runs, what is refused

Generated from the tests in `tests/unit/bpmn`; rewrite it with
`BIHUAN_REWRITE=1 .venv/bin/python -m pytest tests/unit/bpmn/test_support_table.py`.

An instance is saved and restored between all steps of these tests. Whatever is not in this table is refused when a
diagram is uploaded, by name and at its element, or (pictures such as annotations and groups) has no effect.

No event creates an instance: instances are launched. One whose start event has a message, signal, time or condition waits
there first. A message goes to one waiting instance of the jurisdiction, by name and key; a signal to every instance of
the jurisdiction that waits for it, in a transaction of each (`tests/integration/engine/test_events_with_rows.py`); what
nobody waits for is gone. An operation that raises `BusinessError` throws an error event of that code.

A return (退回) goes from any open task to a user task before it in the diagram, also out of and into called processes
and subprocesses (`test_returning.py`, `test_returning_scopes.py`, `test_random_diagrams.py`). What follows the target
is withdrawn, other branches stay. Three things to know: a repeated activity begins again as a whole, and a task inside a
repeated subprocess that was left opens in each of its instances; runs that one reminder started several times cannot
be told apart, a return within one takes the others along; branches that meet again without a join are not told apart
either, so a return in one of them takes along what follows the meeting point.

| element | supported | tested by |
|---|---|---|"""
BETWEEN = """
## What is wrong with a diagram as a whole

| fault | answer | tested by |
|---|---|---|"""
AFTER = """
## Traps of the library under us

| what SpiffWorkflow 3.2.0 does, or lets happen | shown not to happen here by |
|---|---|"""
UNKNOWN_CASE = "test_support_table.py::test_an_element_without_use_is_refused_by_name"
FAULT = "test_lint.py::test_a_problem_is_found_at_its_element"


def shown() -> dict[str, set[str]]:
    for module in MODULES:
        importlib.import_module(f"tests.unit.bpmn.{module}")
    return SHOWN


def table() -> str:
    known = shown()
    rows = [f"| {feature} | yes | {'<br>'.join(sorted(known[feature]))} |" for feature in FEATURES]
    case = "test_support_table.py::test_what_cannot_run_is_refused_by_name_at_its_element"
    refused = [f"| {element} | refused: {text} | {case} |" for element, text in sorted(REFUSED.items())]
    faults = [
        f"| {name} | {'warning' if code in WARNINGS else 'refused'} `{code}` | {FAULT} |"
        for name, (_, _, code) in sorted(CASES.items())
        if code != "element.unsupported"
    ]
    refused += [f"| {element} | refused: `element.unknown` | {UNKNOWN_CASE} |" for element in sorted(UNKNOWN)]
    traps = [f"| {trap} | {test} |" for trap, test in TRAPS.items()]
    return "\n".join([HEAD, *rows, *refused, BETWEEN, *faults, AFTER, *traps]) + "\n"


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_shown_by_a_test(feature: str) -> None:
    assert shown()[feature]


def test_no_test_shows_a_feature_that_is_not_in_the_table() -> None:
    assert set(shown()) <= set(FEATURES)


def test_the_table_names_every_element_and_every_event_we_accept() -> None:
    named = {feature.partition(":")[0] for feature in FEATURES}
    assert named >= NODES

    for element, kinds in EVENT_DEFINITIONS.items():
        for kind in kinds:
            places = [feature for feature in FEATURES if f":{kind}" in feature]
            climbing = element == "startEvent" and kind in {"error", "escalation"}
            wanted = "eventSubprocess" if climbing else element
            assert any(feature.startswith(wanted) for feature in places), (element, kind)


@pytest.mark.parametrize("element", sorted(REFUSED))
def test_what_cannot_run_is_refused_by_name_at_its_element(element: str) -> None:
    xml = diagram("p", ends(), users("a"), chain("s", "a", "e"), f'<bpmn:{element} id="x" name="某物"/>')

    found = [(one.element_id, one.code, one.severity) for one in check(xml)]

    assert ("x", "element.unsupported", "error") in found


@pytest.mark.parametrize("element", UNKNOWN)
def test_an_element_without_use_is_refused_by_name(element: str) -> None:
    xml = diagram("p", ends(), users("a"), chain("s", "a", "e"), f'<bpmn:{element} id="x"/>')

    found = [(one.element_id, one.code, one.severity) for one in check(xml) if element in one.text]

    assert found == [("x", "element.unknown", "error")]


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_of_the_library_has_a_test(trap: str) -> None:
    module, _, name = TRAPS[trap].partition(".py::")

    assert callable(getattr(importlib.import_module(f"tests.unit.bpmn.{module}"), name))


def test_the_document_is_up_to_date() -> None:
    if os.environ.get("BIHUAN_REWRITE"):
        TABLE.write_text(table(), encoding="utf-8")

    assert TABLE.read_text(encoding="utf-8") == table()
