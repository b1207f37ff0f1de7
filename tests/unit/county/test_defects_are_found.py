"""Every defect put into a county is accepted by the target form as the simulated unit files it, and warned of."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from engine.parameters import parameters
from forms.library import load as load_form
from forms.validation import validate
from host.simulation.answers.projects import target_filing
from host.simulation.situation import Situation
from ledger.county.defects import KINDS
from ledger.county.generating import generate
from ledger.findings.warned import ELSEWHERE, MEANING
from ledger.importing.ledger_file import LedgerFile, Project
from ledger.importing.reading import accept
from ledger.policy.pack import load as load_pack

PACKS = ("cn-default", "guanxian", "rushan", "shawan", "weihai", "wuhai")
RULE_OF = {
    "COST_AT_LEAST": "L08",
    "DUPLICATE_INDICATOR": "L13",
    "PLACEHOLDER_TEXT": "L01",
    "UNIT_SLIP": "L03",
    "PERCENT_OVER_100": "L07",
    "TARGET_IS_MONEY": "L10",
    "HIDDEN_NUMBER": "L09",
    "EMPTY_WORDS": "L14",
    "NO_EVIDENCE": "L18",
}
TRUE_ANYWHERE = {"L07", "L17"}
"""Sound rows may break it by chance: a drawn rate of 100.0 under `>=`."""


@cache
def county(pack_id: str, year: int, projects: int, seed: int) -> tuple[LedgerFile, dict[str, Any]]:
    pack = load_pack(pack_id).resolve(year)
    document = generate(pack.values, year, projects, seed, pack.name)
    return accept(document), dict(parameters(pack.parameters()).policy)


def warned(ledger: LedgerFile, policy: dict[str, Any], project: Project) -> set[str]:
    """File a project's target as the simulated unit does; return the rules that fire."""
    here = Situation(
        ledger=ledger,
        seed=1,
        policy=policy,
        form_key="target_filing",
        definition_key="target",
        element_id="file_target",
        stage="target",
        stage_round=1,
        task_round=1,
        subject_kind="project",
        subject_code=project.id,
    )
    submission = validate(load_form("target_filing"), target_filing(here), context={"policy": policy})
    return {rule for rule, _, _ in submission.warnings}


@pytest.mark.parametrize("year", [2021, 2023])
@pytest.mark.parametrize("pack_id", PACKS)
def test_no_defect_stops_a_target_under_any_policy(pack_id: str, year: int) -> None:
    ledger, policy = county(pack_id, year, 60, 1)

    for project in ledger.projects:
        expected = {RULE_OF[label] for label in project.defects or () if label in RULE_OF} - {"L03"}
        assert expected <= warned(ledger, policy, project), project.id


def test_every_kind_of_defect_is_found_and_nothing_is_found_in_sound_targets() -> None:
    ledger, policy = county("shawan", 2021, 900, 1)
    there, seen = Counter[str](), Counter[str]()

    for project in ledger.projects:
        rules = warned(ledger, policy, project)
        labels = [label for label in project.defects or () if label in RULE_OF]
        there.update(labels)
        seen.update(label for label in labels if RULE_OF[label] in rules)
        assert rules - TRUE_ANYWHERE <= {RULE_OF[label] for label in labels}, project.id

    assert set(there) == set(KINDS) == set(RULE_OF)
    slips = there.pop("UNIT_SLIP"), seen.pop("UNIT_SLIP")
    assert seen == there
    assert slips[1] > 0.7 * slips[0], "a price ten thousand times too high is not always above the budget"


def test_every_rule_a_form_may_warn_of_becomes_a_finding_in_words() -> None:
    assert set(RULE_OF.values()) <= set(MEANING)
    assert not set(MEANING) & set(ELSEWHERE)
