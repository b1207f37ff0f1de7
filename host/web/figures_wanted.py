"""What a page of figures is asked for: the address carries the whole choice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import request
from sqlalchemy import select

from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.web.context import acting_now
from host.web.day import today
from ledger.figures.asking import Group, Wanted
from ledger.figures.topic import GROUPINGS, Grouping, Topic
from ledger.figures.topics import topics
from ledger.model.register import Organisation, Project
from ledger.policies_in_force import Place, grade_names, places


@dataclass(frozen=True)
class Asked:
    """A topic, how it is grouped, of which year and rows; and what else may be chosen.

    grades: the policy's, best first. departments: (code, name) of those the reader sees.
    """

    topic: Topic
    topics: Sequence[Topic]
    by: Grouping
    year: int
    years: Sequence[int]
    opened: Collection[int]
    departments: Sequence[tuple[str, str]]
    grades: Sequence[str]
    wanted: Wanted

    @property
    def groupings(self) -> list[Grouping]:
        """Return how the topic may be grouped."""
        return [GROUPINGS[key] for key in self.topic.groupings]

    def sorted(self, groups: Sequence[Group]) -> list[Group]:
        """Return groups in the order people expect: grades from the best, years and weeks as they went, else by code."""
        if self.by.key == "grade":
            return sorted(
                groups, key=lambda one: self.grades.index(one.name) if one.name in self.grades else 99
            )
        if self.by.key == "person":
            return sorted(groups, key=lambda one: (-one.rows, one.name))
        return list(groups)

    def most_telling(self, groups: Sequence[Group]) -> list[Group]:
        """Return groups as they are drawn: what has an order in it, the latest weeks, else the lowest first."""
        if self.by.key in ("grade", "year", "person"):
            return list(groups)
        if self.by.key == "week":
            return list(groups)[::-1]
        first = self.topic.drawn[0]
        if self.topic.full is None:
            return sorted(groups, key=lambda one: -(one.values[first] or 0))
        return sorted(groups, key=lambda one: (one.values[first] is None, one.values[first] or Decimal(0)))


def asked(uow: UnitOfWork, key: str) -> Asked:
    """Return what the address asks for. Raises NotFound for a topic there is not; any other nonsense is left out."""
    place = place_of(uow)
    years = _years(uow, place.id) or [today().day.year]
    year = _year(years, place)
    grades = grade_names(uow.session, place, year)
    known = topics(grades)
    if key not in known:
        raise NotFound("没有这张报表;请从报表的目录里选择。", code="figures.not_found")
    by = request.args.get("by", "")
    by = by if by in known[key].groupings else known[key].groupings[0]
    departments = _departments(uow, place.id)
    chosen = request.args.get("department", "")
    wanted = Wanted(
        place.id,
        years if by == "year" else [year],
        _own(),
        chosen if chosen in dict(departments) else "",
        request.args.get("fund", "")[:100],
    )
    return Asked(
        known[key],
        list(known.values()),
        GROUPINGS[by],
        year,
        years,
        place.opened,
        departments,
        grades,
        wanted,
    )


def _years(uow: UnitOfWork, jurisdiction_id: int) -> list[int]:
    """Return the years in which the reader's organisations have projects, the latest first."""
    wanted, own = select(Project.year).where(Project.jurisdiction_id == jurisdiction_id), _own()
    if own is not None:
        wanted = wanted.where(Project.organisation_id.in_(sorted(own)))
    return list(uow.session.scalars(wanted.distinct().order_by(Project.year.desc())))


def _own() -> Collection[int] | None:
    return acting_now().scope.organisations


def _year(years: Sequence[int], place: Place) -> int:
    """Return the year that is asked for, if there is one, else the latest that was opened."""
    wanted = request.args.get("year", type=int)
    if wanted is not None and wanted in years:
        return wanted
    return max((one for one in place.opened if one in years), default=years[0])


def place_of(uow: UnitOfWork) -> Place:
    """Return the reader's jurisdiction. Raises NotFound for whoever belongs to none."""
    number = acting_now().jurisdiction_id
    found = places(uow.session, number) if number is not None else []
    if not found:
        raise NotFound("您的账号不属于任何地区,没有可看的报表。", code="figures.no_place")
    return found[0]


def _departments(uow: UnitOfWork, jurisdiction_id: int) -> list[tuple[str, str]]:
    """Return the departments whose figures the reader sees."""
    own = _own()
    wanted = select(Organisation.code, Organisation.name).where(
        Organisation.jurisdiction_id == jurisdiction_id
    )
    if own is not None:
        wanted = wanted.where(Organisation.id.in_(sorted(own)))
    return [(code, name) for code, name in uow.session.execute(wanted.order_by(Organisation.code))]
