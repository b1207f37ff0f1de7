"""What a diagram may say about counter-signing, and what is refused at upload."""

import pytest

from engine.bpmn.definition import check, read
from engine.problems import errors
from tests.integration.engine.committee import countersigned, people


def codes(rule: str, signers: str = "[300]", **attributes: str) -> set[str]:
    return {problem.code for problem in errors(check(countersigned(rule, signers, **attributes)))}


@pytest.mark.parametrize("rule", ["all", "any", "first", "ordered"])
def test_a_preset_needs_only_its_signers(rule: str) -> None:
    assert codes(rule) == set()


@pytest.mark.parametrize(
    ("rule", "attributes", "code"),
    [
        ("most", {}, "countersign.unknown_rule"),
        ("share", {}, "countersign.no_share"),
        ("weighted", {}, "countersign.no_share"),
        ("own", {"passWhen": "yes > 1"}, "countersign.no_condition"),
        ("all", {"signers": ""}, "countersign.no_signers"),
        ("", {}, "countersign.no_rule"),
        ("all", {"signers": "[300"}, "expression.syntax"),
        ("all", {"vote": "form."}, "expression.syntax"),
        ("share", {"share": "2 /"}, "expression.syntax"),
        ("own", {"passWhen": "yes >", "failWhen": "no > 1"}, "expression.syntax"),
        ("all", {"signer": "[300]"}, "attribute.unknown"),
    ],
)
def test_what_cannot_work_is_refused_by_name(rule: str, attributes: dict[str, str], code: str) -> None:
    assert codes(rule, **attributes) == {code}


def test_the_element_tells_the_rule() -> None:
    definition = read(countersigned("share", people(2), share="policy.panel.pass_share"))

    found = definition.elements["sign"].countersign

    assert found is not None
    assert (found.rule, found.share, found.vote) == ("share", "policy.panel.pass_share", None)
    assert definition.elements["well"].countersign is None
