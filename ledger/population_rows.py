"""The rows populations are made of: projects and organisations of a year, and what was filed for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Executable, Select, select
from sqlalchemy.orm import Session

from engine.launching import Subject
from engine.parameters import Parameters
from ledger.model.filings_evaluation import Evaluation
from ledger.model.filings_monitoring import MonitoringReport
from ledger.model.filings_result import Rectification
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.model.filings_target import PreEvaluation, TargetFiling
from ledger.model.register import Organisation, Project
from ledger.operations.monitoring import failures_in_a_row

Row = Mapping[str, Any]
FLAGS = ("central_transfer", "is_new", "specialised", "track")


@dataclass(frozen=True)
class Scope:
    """Whose populations: one jurisdiction's year, under its parameters; round counts monitoring rounds."""

    session: Session
    jurisdiction_id: int
    year: int
    parameters: Parameters
    round: int = 1


def _rows(scope: Scope, wanted: Executable) -> list[Row]:
    return [dict(row) for row in scope.session.execute(wanted).mappings()]


def plain(amount: Decimal | None) -> int | float | None:
    """Return an amount as a number that process variables can hold; cents survive."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def projects(scope: Scope, *tracks: str) -> list[Row]:
    """Return the registered projects of these tracks, by code."""
    return _rows(scope, _projects(scope).where(Project.track.in_(tracks)))


def _projects(scope: Scope) -> Select[Any]:
    columns = [Project.__table__.c[name] for name in ("id", "organisation_id", "code", "name", *FLAGS)]
    amounts = [Project.budget_amount, Project.total_investment_amount]
    return (
        select(*columns, *amounts)
        .where(Project.jurisdiction_id == scope.jurisdiction_id, Project.year == scope.year)
        .order_by(Project.code)
    )


def targeted(scope: Scope, *, locked: bool) -> list[Row]:
    """Return projects with a filed target and its status; `locked`: only those with a locked baseline."""
    filed = _projects(scope).join(TargetFiling, TargetFiling.project_id == Project.id)
    filed = filed.add_columns(TargetFiling.status.label("target_status")).where(TargetFiling.kind == "target")
    if locked:
        filed = filed.where(TargetFiling.locked_at.is_not(None))
    return _rows(scope, filed)


def graded(scope: Scope) -> list[Row]:
    """Return projects with a grade, from an evaluation or from their self-evaluation."""
    done = select(SelfEvaluation.project_id).where(SelfEvaluation.grade.is_not(None))
    judged = select(Evaluation.project_id).where(Evaluation.grade.is_not(None))
    wanted = _projects(scope).where(Project.id.in_(done.union(judged)))
    return _rows(scope, wanted)


def departments(scope: Scope) -> list[Row]:
    """Return departments and towns that were valid at some day of the year, by code."""
    table = Organisation
    wanted = select(table.id, table.code, table.name).where(
        table.jurisdiction_id == scope.jurisdiction_id,
        table.kind.in_(("department", "town")),
        table.valid_from <= date(scope.year, 12, 31),
        (table.valid_to.is_(None)) | (table.valid_to >= date(scope.year, 1, 1)),
    )
    return _rows(scope, wanted.order_by(table.code))


def bureau(scope: Scope) -> Row:
    """Return the finance bureau of the jurisdiction."""
    table = Organisation
    wanted = select(table.id, table.code, table.name).where(
        table.jurisdiction_id == scope.jurisdiction_id, table.kind == "bureau"
    )
    return dict(scope.session.execute(wanted).mappings().one())


def pre_evaluation_conclusions(scope: Scope) -> dict[int, str | None]:
    """Return the bureau's conclusion by project id, for projects with an ex-ante evaluation."""
    table = PreEvaluation
    wanted = select(table.project_id, table.conclusion).where(
        table.jurisdiction_id == scope.jurisdiction_id,
        table.year == scope.year,
        table.project_id.is_not(None),
    )
    return {
        project_id: conclusion
        for project_id, conclusion in scope.session.execute(wanted)
        if project_id is not None
    }


def failures(scope: Scope) -> dict[int, tuple[int, bool]]:
    """Return failed monitoring rounds in a row and whether unrectified, by project id; only those that failed."""
    report, notice = MonitoringReport, Rectification
    rounds = (
        select(report.project_id, report.passed, notice.status)
        .outerjoin(notice, notice.instance_id == report.instance_id)
        .where(report.jurisdiction_id == scope.jurisdiction_id, report.year == scope.year)
        .order_by(report.project_id, report.round)
    )
    by_project: dict[int | None, list[tuple[bool | None, str | None]]] = defaultdict(list)
    for project_id, passed, status in scope.session.execute(rounds):
        by_project[project_id].append((passed, status))
    counted = {project_id: failures_in_a_row(rows) for project_id, rows in by_project.items()}
    return {project_id: found for project_id, found in counted.items() if project_id is not None and found[0]}


def project_subject(row: Row, **more: Any) -> Subject:
    """Return the member for a project row; `more` joins its process variables."""
    data = {
        **{name: row[name] for name in FLAGS},
        "amount": plain(row["budget_amount"]),
        "total_investment_amount": plain(row["total_investment_amount"]),
        "sampled": False,
        **more,
    }
    return Subject("project", row["id"], row["code"], row["organisation_id"], row["name"], data)


def organisation_subject(row: Row, **more: Any) -> Subject:
    """Return the member for an organisation row."""
    return Subject("organisation", row["id"], row["code"], row["id"], row["name"], more)


def by_organisation(rows: Iterable[Row]) -> dict[int, tuple[int, Decimal]]:
    """Return number and budget of project rows by organisation id."""
    sums: dict[int, tuple[int, Decimal]] = {}
    for row in rows:
        count, amount = sums.get(row["organisation_id"], (0, Decimal(0)))
        sums[row["organisation_id"]] = (count + 1, amount + row["budget_amount"])
    return sums
