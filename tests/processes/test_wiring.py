"""Every name in a factory diagram is the name of something that exists."""

from pathlib import Path

import pytest
from lxml import etree

from engine.operations import Operations
from ledger import stages
from ledger.operations import registry

ROOT = Path(__file__).parents[2]
PROCESSES = sorted((ROOT / "workflows" / "processes").glob("*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BIHUAN = "{http://bihuan.org/schema/bpmn}"
ROLES = frozenset(
    [
        *("preparer", "unit_head", "department", "section", "performance", "budget", "third_party", "expert"),
        *("government", "upper_finance", "social_insurance", "economic_construction"),
    ]
)
PARTIES = frozenset(["subject", "bureau", "agency", "panel", "government", "upper"])
SLOTS = frozenset(["finance_check", "key_review"])


@pytest.fixture(params=PROCESSES, ids=lambda path: path.stem, scope="module")
def drawn(request: pytest.FixtureRequest) -> "etree._Element":
    """Each diagram in turn, as XML."""
    return etree.parse(str(request.param)).getroot()


@pytest.fixture(scope="module")
def operations() -> frozenset[str]:
    """The names of all operations."""
    known = Operations()
    registry.register_all(known)
    stages.register(known)
    return known.names()


def values(drawn: "etree._Element", name: str) -> set[str]:
    """Return the values of one attribute anywhere in a diagram."""
    return {element.get(name, "") for element in drawn.iter() if element.get(name) is not None}


def stems(folder: str, ending: str) -> set[str]:
    """Return the keys of the files in a folder of the project."""
    return {path.stem for path in (ROOT / folder).glob(f"*.{ending}")}


def test_the_key_of_a_process_is_the_name_of_its_file() -> None:
    processes = {path.stem: etree.parse(str(path)).find(f"{BPMN}process") for path in PROCESSES}

    assert [stem for stem, process in processes.items() if process is None or process.get("id") != stem] == []


def test_every_form_exists(drawn: "etree._Element") -> None:
    assert values(drawn, f"{BIHUAN}form") <= stems("forms/library", "json")


def test_every_operation_is_registered(drawn: "etree._Element", operations: frozenset[str]) -> None:
    assert values(drawn, f"{BIHUAN}operation") <= operations


def test_every_decision_exists(drawn: "etree._Element") -> None:
    assert values(drawn, f"{BIHUAN}decision") <= stems("workflows/decisions", "dmn")


def test_every_called_process_exists_or_is_a_slot(drawn: "etree._Element") -> None:
    called = values(drawn, "calledElement")

    assert called <= stems("workflows/processes", "bpmn") | SLOTS


def test_every_role_and_party_is_known(drawn: "etree._Element") -> None:
    assert values(drawn, f"{BIHUAN}role") <= ROLES
    assert values(drawn, f"{BIHUAN}party") <= PARTIES


def test_every_user_task_has_a_form_and_a_lane_with_a_role(drawn: "etree._Element") -> None:
    staffed = {
        reference.text
        for lane in drawn.iter(f"{BPMN}lane")
        if lane.get(f"{BIHUAN}role")
        for reference in lane.iter(f"{BPMN}flowNodeRef")
    }
    tasks = list(drawn.iter(f"{BPMN}userTask"))

    assert [task.get("id") for task in tasks if not task.get(f"{BIHUAN}form")] == []
    assert [task.get("id") for task in tasks if task.get("id") not in staffed] == []


def test_a_task_with_a_deadline_has_a_ladder_and_the_reverse(drawn: "etree._Element") -> None:
    tasks = list(drawn.iter(f"{BPMN}userTask"))

    uneven = [
        task.get("id")
        for task in tasks
        if bool(task.get(f"{BIHUAN}due")) != bool(task.get(f"{BIHUAN}ladder"))
    ]
    assert uneven == []


def test_every_gateway_that_chooses_has_a_default_and_a_condition_on_the_others(
    drawn: "etree._Element",
) -> None:
    flows = {flow.get("id"): flow for flow in drawn.iter(f"{BPMN}sequenceFlow")}
    unclear = []
    for gateway in drawn.iter(f"{BPMN}exclusiveGateway"):
        leaving = [str(flow.text) for flow in gateway.iter(f"{BPMN}outgoing")]
        conditional = {key for key in leaving if flows[key].find(f"{BPMN}conditionExpression") is not None}
        if len(leaving) > 1 and conditional != set(leaving) - {gateway.get("default")}:
            unclear.append(gateway.get("id"))

    assert unclear == []
