"""Findings from what forms warned of: the last submission counts, once per rule and project, of stages examined."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine import tasks, withdrawing
from engine.access import Actor
from engine.model.campaigns import Campaign
from engine.model.tasks import SubmissionRow
from engine.submission import Submission
from engine.uow import UnitOfWork
from forms.library import load
from forms.validation import validate
from ledger.findings.finding import Finding, Inquiry
from ledger.findings.registry import find_all
from ledger.findings.warned import MEANING
from tests.integration.engine.diagrams import diagram, flow
from tests.integration.engine.stage import PREPARER, REVIEWER, chosen, open_task, published, signed, started
from tests.unit.forms.examples import CONTEXT, EXAMPLES, indicator

YEAR = 2021
TARGET = diagram(
    "target",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="申报" bihuan:form="target_filing"/>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature">
      <bpmn:extensionElements><bihuan:output name="agreed" value="form.agreed"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="agreed" default="agreed_to_done"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "fill")
    + flow("fill", "check")
    + flow("check", "agreed")
    + flow("agreed", "done")
    + flow("agreed", "fill", "agreed = false"),
    unit="begin fill",
    bureau="check agreed done",
)
NAMELESS = {"l3": "待定", "note": "待省厅明确。"}


@pytest.fixture
def campaign_id(uow: UnitOfWork) -> int:
    """The target stage of a year."""
    published(uow, TARGET)
    values: dict[str, Any] = {"jurisdiction_id": 1, "year": YEAR, "stage": "target", "status": "open"}
    values |= {"parameter_hash": chosen().hash, "parties": {}}
    values |= dict.fromkeys(("opens_at", "due_at", "closes_at"), uow.now())
    return uow.session.scalars(insert(Campaign).returning(Campaign.id), values).one()


def target(*changes: dict[str, Any]) -> Submission:
    rows = [indicator(90 // len(changes), **one) for one in changes]
    return validate(load("target_filing"), {**EXAMPLES["target_filing"], "indicators": rows}, context=CONTEXT)


def file(uow: UnitOfWork, instance_id: Any, submission: Submission, by: Actor = PREPARER) -> Any:
    """Complete the open task of an instance; return its id."""
    task_id = open_task(uow, instance_id).id
    tasks.claim(uow, task_id, by=by)
    tasks.complete(uow, task_id, submission, by=by)
    uow.flush()
    return task_id


def found(uow: UnitOfWork, stages: Iterable[str] = ("target",), year: int = YEAR) -> list[Finding]:
    return find_all(Inquiry(uow.session, 1, year, {}), tuple(stages))


def test_what_was_confirmed_or_let_pass_becomes_one_finding_per_rule(
    uow: UnitOfWork, campaign_id: int
) -> None:
    instance_id = started(uow, TARGET, campaign_id=campaign_id, code="P1")
    file(uow, instance_id, target(NAMELESS, {"l3": "亩均投资", "polarity": "反向"}, NAMELESS))

    assert found(uow) == [
        Finding("L01", "P1", *MEANING["L01"], "2处,如第 1 行：三级指标“待定”是占位文字"),
        Finding("L08", "P1", *MEANING["L08"], "第 2 行：“亩均投资”应当越小越好，运算符却是“≥”"),
    ]
    assert found(uow, ["self_evaluation"]) == found(uow, year=2020) == []


def test_a_corrected_form_leaves_no_finding(uow: UnitOfWork, campaign_id: int) -> None:
    instance_id = started(uow, TARGET, campaign_id=campaign_id)
    file(uow, instance_id, target(NAMELESS, {"evidence": None}))
    file(uow, instance_id, signed(agreed=False), REVIEWER)
    file(uow, instance_id, target({"evidence": None}))

    assert [finding.rule_id for finding in found(uow)] == ["L18"]


def test_what_was_taken_back_does_not_count(uow: UnitOfWork, campaign_id: int) -> None:
    instance_id = started(uow, TARGET, campaign_id=campaign_id)
    task_id = file(uow, instance_id, target(NAMELESS))
    withdrawing.withdraw(uow, task_id, by=PREPARER)
    uow.flush()

    assert found(uow) == []
    file_again = target({})
    tasks.complete(uow, open_task(uow, instance_id).id, file_again, by=PREPARER)
    uow.flush()
    assert found(uow) == []


def test_rules_that_have_findings_of_their_own_and_rules_of_the_form_alone_are_left_out(
    uow: UnitOfWork, campaign_id: int
) -> None:
    instance_id = started(uow, TARGET, campaign_id=campaign_id, code="P2")
    file(uow, instance_id, target({}))
    said = [
        ["L24", "progress", "第 1 行：进度等于执行率。"],
        ["budget_is_zero", "budget_amount", "全年预算数为 0。"],
        ["L77", "lines[3].actual", "第 4 行：“甲”有疑问。请核对。"],
    ]
    uow.session.execute(update(SubmissionRow).values(warnings=said))

    assert found(uow) == [Finding("L77", "P2", "有疑问", "按表单提示更正", "第 4 行：“甲”有疑问")]
