"""Evaluations of chosen projects: one instance each, opened when the selection is filed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import launching
from engine.errors import InvalidInput
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import EvaluationSelection
from ledger.population_rows import Scope
from ledger.populations import chosen


def open_evaluations(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Start one evaluation per project that the selection of this instance names."""
    wanted = select(EvaluationSelection.project_codes).where(
        EvaluationSelection.instance_id == step.instance_id
    )
    codes = list(uow.session.scalar(wanted) or arguments.get("projects") or ())
    subjects = chosen(Scope(uow.session, step.jurisdiction_id, step.parameters.year, step.parameters), codes)
    unknown = sorted(set(codes) - {subject.code for subject in subjects})
    if unknown:
        raise InvalidInput(
            f"选定的项目 {'、'.join(unknown[:5])} 不在可评价范围内(没有批复的绩效目标,或不纳入评价);请修改选定名单。",
            code="evaluation.unknown_project",
            codes=unknown,
        )
    process = str(arguments.get("process") or step.stage)
    launching.add_subjects(uow, _campaign(step), process, subjects)
    return {"opened": len(subjects)}


def _campaign(step: Step) -> int:
    if step.campaign_id is None:
        raise InvalidInput(
            f"步骤“{step.element_id}”不属于任何阶段,不能下达或关闭;请从年度安排启动它。", code="campaign.none"
        )
    return step.campaign_id
