"""A business rule task of a real instance: what it decided and why is in the history, imports and versions pinned."""

from typing import Any

import pytest

from engine import definitions, instances
from engine.access import SYSTEM
from engine.dmn.reading import DecisionRejected
from engine.errors import InvalidInput
from engine.explaining import decisions_of
from engine.uow import UnitOfWork
from tests.integration.engine.stage import order, published
from tests.unit.bpmn.diagrams import chain, diagram, ends, rule, users
from tests.unit.dmn.test_imports import imported, model

GRADED = diagram("graded", ends(), rule("a", "grade"), users("u"), chain("s", "a", "u", "e"))


def file(namespace: str, *elements: str) -> bytes:
    return model(namespace, *elements).replace(b' id="', b' id="file_', 1)


def limits(passing: int, key: str = "limits") -> bytes:
    return file(
        "limits",
        f'<decision id="{key}" name="线"><variable name="线"/><literalExpression><text>{passing}</text>'
        "</literalExpression></decision>",
    )


GRADE = file(
    "grade",
    imported("limits", "界限"),
    '<inputData id="score" name="score" label="得分"><variable name="score" typeRef="number"/></inputData>'
    '<decision id="grade" name="评定等级"><variable name="grade"/>'
    '<informationRequirement><requiredInput href="#score"/></informationRequirement>'
    '<informationRequirement><requiredDecision href="urn:limits#limits"/></informationRequirement>'
    '<decisionTable id="t"><input id="i" label="得分"><inputExpression><text>score</text></inputExpression></input>'
    '<output id="o" name="grade" label="等级"/>'
    '<rule id="good"><description>SW-R05</description><inputEntry><text>&gt;= 界限.线</text></inputEntry>'
    '<outputEntry><text>"合格"</text></outputEntry></rule>'
    '<rule id="bad"><inputEntry><text>&lt; 界限.线</text></inputEntry><outputEntry><text>"差"</text></outputEntry></rule>'
    "</decisionTable></decision>",
)


def decided(uow: UnitOfWork, xml: bytes = GRADED, **data: Any) -> dict[str, Any]:
    """Start an instance and return what its one decision left in the history."""
    return history(uow, published(uow, xml), data)


def history(uow: UnitOfWork, bundle_hash: str, data: dict[str, Any]) -> dict[str, Any]:
    started = instances.start(uow, order("graded", bundle_hash, data=data), by=SYSTEM)
    uow.flush()
    [row] = decisions_of(uow.session, started)
    return row


def test_the_history_tells_inputs_rules_and_version(uow: UnitOfWork) -> None:
    definitions.publish_decision(uow, limits(60), by=SYSTEM)
    graded = definitions.publish_decision(uow, GRADE, by=SYSTEM)

    row = decided(uow, score=70)

    assert row["key"] == "grade"
    assert row["element_id"] == "a"
    assert (row["version"], row["hash"]) == (graded.version, graded.content_hash)
    assert row["inputs"] == {"得分": "70"}  # exact, as a text
    assert row["outputs"] == "合格"
    assert row["rules"] == [
        {
            "id": "good",
            "table": "t",
            "when": [["得分", ">= 界限.线"]],
            "then": [["等级", '"合格"']],
            "note": "SW-R05",
        }
    ]
    assert row["why"].startswith(
        "因为 得分 为 70,得分 符合 [>= 界限.线],所以 评定等级=合格;规则 good(SW-R05)"
    )


def test_an_instance_keeps_the_imports_it_was_bound_to(uow: UnitOfWork) -> None:
    definitions.publish_decision(uow, limits(60), by=SYSTEM)
    definitions.publish_decision(uow, GRADE, by=SYSTEM)
    before = published(uow, GRADED)

    definitions.publish_decision(uow, limits(80), by=SYSTEM)

    assert history(uow, before, {"score": 70})["outputs"] == "合格"
    assert decided(uow, score=70)["outputs"] == "差"


def test_what_is_not_published_cannot_be_imported(uow: UnitOfWork) -> None:
    orphan = GRADE.replace(b"urn:limits", b"urn:nowhere").replace("界限".encode(), "别处".encode())

    with pytest.raises(DecisionRejected) as refused:
        definitions.publish_decision(uow, orphan, by=SYSTEM)

    assert "dmn.import_missing" in {problem.code for problem in refused.value.problems}


def test_two_files_of_one_namespace_cannot_be_imported(uow: UnitOfWork) -> None:
    definitions.publish_decision(uow, limits(60), by=SYSTEM)
    definitions.publish_decision(uow, limits(60, key="limits_again"), by=SYSTEM)

    with pytest.raises(InvalidInput, match="urn:limits") as refused:
        definitions.publish_decision(uow, GRADE, by=SYSTEM)

    assert refused.value.code == "dmn.import_ambiguous"
