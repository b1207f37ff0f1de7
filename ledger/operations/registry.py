"""Every operation of the ledger by the name that diagrams use."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.operations import Operation, Operations, Step
from engine.uow import UnitOfWork
from ledger.operations import (
    assessment,
    circulars,
    evaluation,
    extension,
    grading,
    lateness,
    monitoring,
    panel,
    pre_evaluation,
    rectification,
    result,
    sampling,
    selection,
    self_evaluation,
    target,
    track,
    whole,
)

Recorder = Callable[[UnitOfWork, Step], Mapping[str, Any]]

RECORDERS: tuple[Recorder, ...] = (
    pre_evaluation.record_pre_evaluation,
    pre_evaluation.record_reassessment,
    pre_evaluation.record_pre_evaluation_review,
    target.record_target,
    target.record_transfer,
    target.record_target_review,
    target.lock_baseline,
    target.record_budget_approval,
    target.record_government_consent,
    monitoring.record_monitoring,
    monitoring.record_monitoring_review,
    monitoring.count_failures,
    self_evaluation.record_self_evaluation,
    self_evaluation.record_finance_review,
    evaluation.record_selection,
    evaluation.record_plan,
    evaluation.record_procurement,
    evaluation.record_evaluation,
    evaluation.record_evaluation_review,
    evaluation.record_opinion_reply,
    evaluation.record_evaluation_final,
    panel.record_panel_opinion,
    panel.judge_panel,
    whole.record_whole_target,
    whole.record_whole_monitoring,
    whole.record_whole_self_evaluation,
    whole.record_whole_review,
    track.record_track_target,
    track.record_track_monitoring,
    track.record_track_self_evaluation,
    track.record_track_review,
    result.prepare_result_action,
    result.record_result_action,
    result.record_disclosure,
    result.record_disclosure_review,
    rectification.issue_rectification,
    rectification.record_rectification_reply,
    rectification.record_rectification_verification,
    extension.decide_extension,
    circulars.draft_circular,
    assessment.open_assessment,
    assessment.record_assessment,
    circulars.issue_circular,
)
"""Operations that need only the step: what was filed, by whom, where."""

WITH_ARGUMENTS: tuple[Operation, ...] = (
    target.conclude_target,
    target.block_budget,
    grading.record_grade,
    track.record_upper_score,
    lateness.record_lateness,
    sampling.draw_sample,
    selection.open_evaluations,
)
"""Operations that also take the parameters a diagram gives them."""


def register_all(operations: Operations) -> None:
    """Register what filings do under the names of their functions; `ledger.stages` registers those of campaigns."""
    for recorder in RECORDERS:
        operations.register(recorder.__name__, without_arguments(recorder))
    for operation in WITH_ARGUMENTS:
        operations.register(operation.__name__, operation)


def without_arguments(recorder: Recorder) -> Operation:
    """Return `recorder` as an operation; parameters of the diagram element are not for it."""

    def operation(uow: UnitOfWork, step: Step, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return recorder(uow, step)

    return operation
