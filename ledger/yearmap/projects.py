"""The projects of a year, and one project's life: its stages over the years, its forms, scores, remarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Row,
    Select,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from engine.errors import NotFound
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.model.returns import TaskReturn
from engine.model.tasks import SubmissionRow, UserTask
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import Evaluation
from ledger.model.filings_monitoring import MonitoringReport
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.model.register import Project
from ledger.payments import standing
from ledger.yearmap.members import MEMBER, OFFICE, PAGE, Offices, of_subjects

PROJECT, TASK = table_of(Project), table_of(UserTask)
FILED, RETURN = table_of(SubmissionRow), table_of(TaskReturn)
LIVE: Final = ("open", "suspended")


@dataclass(frozen=True)
class Wanted:
    """Which projects: of a year; part of a name or code; of an office; of a fund; in a stage now."""

    year: int | None = None
    text: str = ""
    unit: int | None = None
    fund: str = ""
    stage: str = ""


@dataclass(frozen=True)
class Life:
    """One project. money: as `ledger.payments.standing` tells it.

    years: it and its namesakes of other years in the same office; members: its stages, the newest first.
    live: who has it now; filed, scores, returns: what was handed in, scored and sent back, the newest first.
    """

    project: Row[Any]
    money: Any
    years: Sequence[Any]
    members: Sequence[Row[Any]]
    live: Sequence[Row[Any]]
    filed: Sequence[Row[Any]]
    scores: Sequence[Row[Any]]
    returns: Sequence[Row[Any]]


def total(uow: UnitOfWork, wanted: Wanted, offices: Offices) -> int:
    """Return how many projects there are."""
    found = _chosen(select(PROJECT.c.id), wanted, offices).subquery()
    return uow.session.scalar(select(func.count()).select_from(found)) or 0


def rows(
    uow: UnitOfWork, wanted: Wanted, offices: Offices, page: int
) -> list[tuple[Row[Any], list[Row[Any]]]]:
    """Return a page of projects by code, each with the members it is in the stages."""
    listed = _chosen(select(PROJECT, OFFICE.c.name.label("office")), wanted, offices)
    listed = listed.join(OFFICE, OFFICE.c.id == PROJECT.c.organisation_id)
    listed = listed.order_by(PROJECT.c.year.desc(), PROJECT.c.code).limit(PAGE).offset((page - 1) * PAGE)
    found = uow.session.execute(listed).all()
    members = uow.session.execute(of_subjects([one.id for one in found]), {"now": uow.now()}).all()
    return [(one, [each for each in members if each.subject_id == one.id]) for one in found]


def life(uow: UnitOfWork, project_id: int) -> Life:
    """Return one project's life. Raises NotFound, also if it is outside the scope."""
    shown = select(PROJECT, OFFICE.c.name.label("office")).join(
        OFFICE, OFFICE.c.id == PROJECT.c.organisation_id
    )
    project = uow.session.execute(shown.where(PROJECT.c.id == project_id)).first()
    if project is None:
        raise NotFound("找不到这个项目,它也可能不在您的范围内;请从项目页重新选择。", code="project.not_found")
    namesakes = select(PROJECT.c.id, PROJECT.c.year, PROJECT.c.code).where(
        PROJECT.c.organisation_id == project.organisation_id, PROJECT.c.name == project.name
    )
    years = uow.session.execute(namesakes.order_by(PROJECT.c.year.desc(), PROJECT.c.code)).all()
    members = uow.session.execute(of_subjects([one.id for one in years]), {"now": uow.now()}).all()
    instances = [one.instance_id for one in members if one.instance_id]
    return Life(
        project,
        standing(uow.session, project_id),
        years,
        sorted(members, key=lambda one: (one.year, one.due_at), reverse=True),
        uow.session.execute(_live(instances)).all(),
        uow.session.execute(_filed(instances)).all(),
        uow.session.execute(_scores([one.id for one in years])).all(),
        uow.session.execute(_returns(instances)).all(),
    )


def _chosen(found: Select[Any], wanted: Wanted, offices: Offices) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if offices is not None:
        conditions.append(PROJECT.c.organisation_id.in_(sorted(offices)))
    if wanted.year:
        conditions.append(PROJECT.c.year == wanted.year)
    if wanted.text:
        text = wanted.text
        conditions.append(
            or_(*(PROJECT.c[name].icontains(text, autoescape=True) for name in ("name", "code")))
        )
    if wanted.unit:
        conditions.append(PROJECT.c.organisation_id == wanted.unit)
    if wanted.fund:
        conditions.append(_of_fund(wanted.fund))
    if wanted.stage:
        conditions.append(_in_stage(wanted.stage))
    return found.where(*conditions)


def _of_fund(fund: str) -> ColumnElement[bool]:
    if fund == "central":
        return PROJECT.c.central_transfer.is_(True)
    return and_(PROJECT.c.track == fund, PROJECT.c.central_transfer.is_(False))


def _in_stage(stage: str) -> ColumnElement[bool]:
    campaign = aliased(table_of(Campaign))
    return exists().where(
        MEMBER.c.subject_id == PROJECT.c.id,
        MEMBER.c.subject_kind == "project",
        MEMBER.c.status == "started",
        campaign.c.id == MEMBER.c.campaign_id,
        campaign.c.stage == stage,
    )


def _live(instances: Sequence[Any]) -> Select[Any]:
    shown = (
        TASK.c[name] for name in ("instance_id", "name", "role", "assignee_name", "due_at", "organisation_id")
    )
    found = select(*shown, OFFICE.c.name.label("office")).outerjoin(
        OFFICE, OFFICE.c.id == TASK.c.organisation_id
    )
    return found.where(TASK.c.instance_id.in_(instances), TASK.c.status.in_(LIVE)).order_by(
        TASK.c.due_at, TASK.c.id
    )


def _filed(instances: Sequence[Any]) -> Select[Any]:
    shown = (FILED.c[name] for name in ("instance_id", "actor_name", "submitted_at", "withdrawn"))
    found = select(*shown, TASK.c.name, TASK.c.stage, TASK.c.round).join(TASK, TASK.c.id == FILED.c.task_id)
    of_them = found.where(FILED.c.instance_id.in_(instances), FILED.c.form_key != "signature")
    return of_them.order_by(FILED.c.submitted_at.desc(), FILED.c.id.desc())


def _returns(instances: Sequence[Any]) -> Select[Any]:
    found = select(RETURN).where(RETURN.c.instance_id.in_(instances))
    return found.order_by(RETURN.c.returned_at.desc(), RETURN.c.id.desc())


def _scores(projects: Sequence[int]) -> Select[Any]:
    one, other, seen = table_of(SelfEvaluation), table_of(Evaluation), table_of(MonitoringReport)
    nothing = null().cast(Numeric(8, 2))
    parts = union_all(
        select(one.c.year, literal("self_evaluation").label("stage"), literal(1).label("round"),
               one.c.self_score.label("own"), one.c.finance_score.label("finance"), one.c.grade,
               null().cast(table_of(MonitoringReport).c.passed.type).label("passed"), one.c.instance_id)
        .where(one.c.project_id.in_(projects)),
        select(other.c.year, other.c.kind + "_evaluation", literal(1), other.c.score,
               func.coalesce(other.c.graded_score, other.c.finance_score), other.c.grade, null(), other.c.instance_id)
        .where(other.c.project_id.in_(projects)),
        select(seen.c.year, literal("monitoring"), seen.c.round, nothing, nothing, null(), seen.c.passed, seen.c.instance_id)
        .where(seen.c.project_id.in_(projects)),
    ).subquery()  # fmt: skip
    return select(parts).order_by(parts.c.year.desc(), parts.c.stage, parts.c.round)
