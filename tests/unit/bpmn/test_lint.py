"""Every kind of problem is found, at its element, by a stable code, with a sentence that says what to do next."""

import pytest

from engine.bpmn.definition import DefinitionRejected, check, read
from tests.unit.bpmn.diagrams import (
    call,
    chain,
    service,
    user,
    users,
)
from tests.unit.bpmn.lint_cases import CASES, LANE, TASK, WARNINGS, between, broken
from tests.unit.bpmn.supported import shows


@pytest.mark.parametrize("name", CASES)
def test_a_problem_is_found_at_its_element(name: str) -> None:
    xml, element_id, code = CASES[name]

    found = [problem for problem in check(xml) if (problem.element_id, problem.code) == (element_id, code)]

    assert len(found) == 1, [str(problem) for problem in check(xml)]
    assert found[0].severity == ("warning" if code in WARNINGS else "error")
    assert any(word in found[0].text for word in ("请", "建议", "不能", "有误"))


def test_a_good_diagram_has_no_problems() -> None:
    assert check(broken(TASK)) == []


@shows("lane")
def test_a_lane_gives_its_role_to_the_tasks_in_it() -> None:
    xml = broken(
        LANE.format(' bihuan:role="section" bihuan:party="bureau"'), user("a", role=""), chain("s", "a", "e")
    )

    element = read(xml).elements["a"]

    assert (element.role, element.party) == ("section", "bureau")


def test_a_task_may_differ_from_its_lane() -> None:
    xml = broken(
        LANE.format(' bihuan:role="section"'), user("a", role="budget", party="bureau"), chain("s", "a", "e")
    )

    element = read(xml).elements["a"]

    assert (element.role, element.party) == ("budget", "bureau")


def test_a_rejected_diagram_names_every_problem() -> None:
    xml = broken(users("End"), chain("s", "End", "x", "e"), service("x", None))

    with pytest.raises(DefinitionRejected, match="2 处错误") as refused:
        read(xml)

    assert [problem.code for problem in refused.value.problems] == ["id.reserved", "task.no_operation"]


def test_a_warning_does_not_refuse_a_diagram() -> None:
    assert read(between(user("x", ladder="standard"))).key == "p"


def test_two_processes_in_one_file_are_refused() -> None:
    two = broken(TASK).replace(b"</bpmn:definitions>", b'<bpmn:process id="q"/></bpmn:definitions>')

    assert [(problem.element_id, problem.code) for problem in check(two)] == [("q", "process.many")]


def test_a_scope_with_too_many_nodes_is_refused() -> None:
    ids = [f"t{number}" for number in range(301)]

    assert "process.too_large" in {
        problem.code for problem in check(broken(users(*ids), chain("s", *ids, "e")))
    }


def test_the_largest_allowed_line_can_be_read_and_run() -> None:
    ids = [f"t{number}" for number in range(298)]

    assert len(read(broken(users(*ids), chain("s", *ids, "e"))).elements) == 300


def test_the_content_hash_forgets_comments_and_layout_but_no_meaning() -> None:
    plain = broken(TASK)
    laid_out = plain.replace(b"><", b">\n  <").replace(b"<bpmn:process", b"<!-- 2026 --><bpmn:process")

    assert read(laid_out).content_hash == read(plain).content_hash
    assert read(plain.replace(b"preparer", b"section")).content_hash != read(plain).content_hash


def test_a_definition_reads_itself_back() -> None:
    once = read(
        broken(call("x", "key_review"), chain("s", "x", "e")).replace(
            "流程 p".encode(), "监控\n 流程".encode()
        )
    )

    again_read = read(once.xml.encode())

    assert (again_read.key, again_read.name, again_read.slots) == ("p", "监控 流程", ("key_review",))
    assert again_read.content_hash == once.content_hash


def test_an_element_tells_what_our_extension_says() -> None:
    task = user(
        "x",
        due="today()",
        ladder="standard",
        operation="record",
        outputs={"returned": 'form.conclusion = "退回"'},
    )

    element = read(between(task)).elements["x"]

    assert (element.kind, element.form, element.due, element.ladder) == (
        "userTask",
        "form",
        "today()",
        "standard",
    )
    assert (element.operation, dict(element.outputs)) == ("record", {"returned": 'form.conclusion = "退回"'})
