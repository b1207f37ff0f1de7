"""The words of the field, one per thing, each in the room where it belongs."""

import ast
import re
from importlib.metadata import packages_distributions

from tests.architecture.sources import ROOMS, names, sources

LOCALITIES = re.compile("weihai|shawan|rushan|wuhai|guanxian|威海|沙湾|乳山|乌海|冠县", re.IGNORECASE)
VAGUE = {  # "service" is a word of BPMN and DMN
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "misc",
}
BUDGET = {"project", "projects", "grade", "grades", "indicator", "indicators", "monitoring", "appropriation"}
BUDGET_TEXT = re.compile("预算|绩效|财政局|自评")
OWN = "bihuan"


def words(name: str) -> set[str]:
    """Split an identifier: `SelfEvaluation` and `self_evaluation` both give {self, evaluation}."""
    return set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_"))


def test_no_python_knows_a_locality() -> None:
    found = [
        f"{source}:{number} {line.strip()}"
        for source in sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if LOCALITIES.search(line) or LOCALITIES.search(source.path.stem)
    ]

    assert not "\n".join(found)


def test_the_engine_has_no_word_of_the_budget() -> None:
    found = [
        f"{source}:{line} {name}"
        for source in sources("engine")
        for line, name in (*names(source), (0, source.path.stem))
        if words(name) & BUDGET
    ]
    found += [
        f"{source}:{number} {line.strip()}"
        for source in sources("engine")
        for number, line in enumerate(source.text.splitlines(), 1)
        if BUDGET_TEXT.search(line)
    ]

    assert not "\n".join(sorted(set(found)))


def test_things_are_named_by_what_they_do() -> None:
    found = [
        str(source)
        for source in sources()
        for part in source.path.with_suffix("").parts
        if words(part) & VAGUE
    ]
    found += [
        f"{source}:{node.lineno} {node.name}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ClassDef) and words(node.name) & VAGUE
    ]

    assert not "\n".join(found)


def test_no_other_distribution_owns_our_names() -> None:
    owners = packages_distributions()

    taken = {room: set(owners.get(room, ())) - {OWN} for room in ROOMS}

    assert not {room: others for room, others in taken.items() if others}
