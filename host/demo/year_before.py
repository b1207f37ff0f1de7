"""The year before of the demonstration: what its projects filed then, in the rows a finished year leaves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, exists, insert, select

from engine import library
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from host.demo.disclosed_before import leave_disclosures
from host.demo.said_before import evaluated, judged, last_target
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.filings_target import TargetFiling, TargetIndicator
from ledger.model.register import Project

PROJECT, INSTANCE = table_of(Project), table_of(ProcessInstance)
TARGET, INDICATOR = table_of(TargetFiling), table_of(TargetIndicator)
YEAR, REVIEWED_AFTER = timedelta(days=365), timedelta(days=30)
REVIEWS = ("target", "self_evaluation")
Values = dict[str, Any]


def leave(uow: UnitOfWork, jurisdiction_id: int, year: int) -> None:
    """Leave last year's targets and self-evaluations of every project that is not new, unless they are there."""
    of_year = (PROJECT.c.jurisdiction_id == jurisdiction_id, PROJECT.c.track == "project")
    if uow.session.scalar(select(exists().where(*of_year, PROJECT.c.year == year - 1))):
        return
    now = select(PROJECT).where(*of_year, PROJECT.c.year == year, ~PROJECT.c.is_new)
    _YearBefore(uow, year - 1).leave([dict(row) for row in uow.session.execute(now).mappings()])
    leave_disclosures(uow, jurisdiction_id, year - 1)


class _YearBefore:
    """Writes a year that is over from the one that runs: the same projects and indicators, other figures."""

    def __init__(self, uow: UnitOfWork, year: int) -> None:
        self.uow, self.year = uow, year
        self.projects: dict[int, int] = {}

    def leave(self, now: Sequence[Values]) -> None:
        for one in now:
            before = self._copy(PROJECT, one, year=self.year, code=self._earlier(one["code"]))
            added = self.uow.session.execute(insert(PROJECT).returning(PROJECT.c.id), before)
            self.projects[one["id"]] = added.scalar_one()
        reviews = self._rows(INSTANCE, INSTANCE.c.subject_id.in_(self.projects), self._is_review)
        ended = {one["definition_key"]: one for one in reviews if one["status"] == "completed"}
        kept = [one for one in reviews if one["definition_key"] in ended]
        self._add(INSTANCE, [self._review(one, ended[one["definition_key"]]) for one in kept])
        self._targets(
            {one["subject_id"]: one for one in kept if one["definition_key"] == "self_evaluation"},
            {one["id"]: one for one in now},
        )

    @staticmethod
    def _is_review(row: Mapping[str, Any]) -> bool:
        return row["subject_kind"] == "project" and row["definition_key"] in REVIEWS

    def _review(self, now: Values, ended: Values) -> Values:
        """Return a review that is over: where it stands is taken from one that is."""
        stood = {name: ended[name] for name in ("image", "waits", "status", "completed_tasks", "revision")}
        return self._copy(
            INSTANCE,
            now,
            **stood,
            id=self._id(now["id"]),
            business_key=self._earlier(now["business_key"]),
            subject_code=self._earlier(now["subject_code"]),
            subject_id=self.projects[now["subject_id"]],
            campaign_id=None,
            started_at=now["started_at"] - YEAR,
            ended_at=ended["ended_at"] - YEAR,
        )

    def _targets(self, reviews: Mapping[int, Values], projects: Mapping[int, Values]) -> None:
        filed = self._rows(
            TARGET, TARGET.c.project_id.in_(self.projects), lambda row: row["kind"] == "target"
        )
        of_project = {one["project_id"]: one for one in filed}
        at = [one["instance_id"] for one in filed]
        lines: dict[UUID, list[Values]] = {}
        for row in self._rows(INDICATOR, INDICATOR.c.instance_id.in_(at)):
            lines.setdefault(row["instance_id"], []).append(row)
        changed = (
            "instance_id",
            "project_id",
            "year",
            "campaign_id",
            "recorded_at",
            "locked_at",
            "reviewed_at",
        )
        self._add(TARGET, [self._copy(TARGET, one, **self._placed(one, changed)) for one in filed])
        self._add(
            INDICATOR,
            [
                self._copy(INDICATOR, row, instance_id=self._id(one), target_value=last_target(row))
                for one, rows in lines.items()
                for row in rows
            ],
        )
        for number, review in reviews.items():
            target = of_project.get(number)
            if target is not None:
                self._evaluate(review, target, lines[target["instance_id"]], projects[number])

    def _evaluate(self, review: Values, target: Values, lines: Sequence[Values], project: Values) -> None:
        policy = library.parameter_set(self.uow.session, review["parameter_hash"]).policy
        sums, rows = evaluated(project, lines, policy)
        place = {
            "instance_id": self._id(review["id"]),
            "jurisdiction_id": target["jurisdiction_id"],
        }
        filing = {
            "task_id": self._id(target["task_id"]),
            "year": self.year,
            "organisation_id": target["organisation_id"],
            "project_id": self.projects[project["id"]],
            "recorded_at": review["started_at"] - YEAR,
        }
        reviewed = filing["recorded_at"] + REVIEWED_AFTER
        sums |= judged(project["id"], sums["self_score"], policy)
        sums |= {"conclusion": "通过", "reviewed_at": reviewed, "graded_at": reviewed}
        self._add(table_of(SelfEvaluation), [place | filing | sums])
        self._add(table_of(SelfEvaluationLine), [place | row for row in rows])

    def _placed(self, row: Values, names: Sequence[str]) -> Values:
        said = {
            "instance_id": self._id(row["instance_id"]),
            "project_id": self.projects[row["project_id"]],
            "year": self.year,
            "campaign_id": None,
        }
        earlier = {name: row[name] and row[name] - YEAR for name in names if name.endswith("_at")}
        return {name: (said | earlier)[name] for name in names}

    def _earlier(self, code: str) -> str:
        return code.replace(str(self.year + 1), str(self.year))

    def _id(self, now: UUID) -> UUID:
        return uuid5(now, str(self.year))

    def _rows(self, table: Table, where: Any, wanted: Callable[[Values], bool] | None = None) -> list[Values]:
        found = self.uow.session.execute(select(table).where(where)).mappings()
        return [dict(row) for row in found if wanted is None or wanted(dict(row))]

    @staticmethod
    def _copy(table: Table, row: Values, **changed: Any) -> Values:
        kept = {c.name: row[c.name] for c in table.c if c.name != "id"}
        return {name: value for name, value in (kept | changed).items() if value is not None}

    def _add(self, table: Table, rows: Sequence[Values]) -> None:
        alike: dict[frozenset[str], list[Values]] = {}
        for row in rows:
            alike.setdefault(frozenset(row), []).append(row)
        for some in alike.values():
            self.uow.session.execute(insert(table), some)
