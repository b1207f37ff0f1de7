"""The annual report of a year that people live, as far as it has come: the figures, and everything the document says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library
from engine.errors import NotFound
from engine.model.campaigns import Campaign
from ledger.findings.finding import Finding, Inquiry
from ledger.findings.registry import find_all
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import Figure, Measure, Year, ask_all, known_measure
from ledger.measures.measure import rows as rows_behind
from ledger.policies_in_force import Place, in_force
from ledger.policy.resolved import ResolvedPack
from ledger.reports.annual import AnnualReport
from ledger.reports.assembling import YearRun, assemble
from ledger.reports.running import collect, excluded, missing
from ledger.year import YEAR

RAN = ("open", "closed")
"""A stage that was opened; one that is planned or waived has no figures."""


@dataclass(frozen=True)
class LastingYear:
    """A year that was opened. policy: the values it runs under; stages: those that ran; campaigns: all of them."""

    session: Session
    place: Place
    year: int
    policy: Mapping[str, Any]
    stages: Sequence[str]
    campaigns: Sequence[int]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The measures of the stages that ran, by key."""
        return catalogue(self.policy, self.stages)

    @property
    def bound(self) -> Year:
        """Return what the queries are bound to."""
        return Year(self.place.id, self.year, len(self.policy["self_eval"]["exclude_fund_classes"] or ()))

    def figures(self) -> dict[str, Figure]:
        """Answer every measure."""
        return ask_all(self.session, self.measures, self.bound)

    def measure(self, key: str) -> Measure:
        """Return a measure. Raises NotFound."""
        return known_measure(self.measures, key)

    def rows(self, key: str) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        """Return columns and rows behind a figure. Raises NotFound."""
        return rows_behind(self.session, self.measures, key, self.bound)

    def report(self, now: datetime) -> AnnualReport:
        """Return the report: the same filings and the same moment give the same report."""
        run = replace(self._run(now), actions=self._actions())
        return self._assemble(self.figures(), run, self.findings())

    def measured(self) -> AnnualReport:
        """Return the report with its figures only."""
        return self._assemble(self.figures(), YearRun({}, actions=self._actions()), [])

    def went(self, now: datetime) -> AnnualReport:
        """Return the report with its counts and lists of what was done only."""
        return self._assemble({}, self._run(now), [])

    def broke(self) -> AnnualReport:
        """Return the report with the rules that were broken, and what the next steps ask for."""
        return self._assemble({}, YearRun({}, missing=missing(self.session, self.campaigns)), self.findings())

    def findings(self) -> list[Finding]:
        """Return the rules the year broke."""
        provenance = self.pack.provenance
        inquiry = Inquiry(self.session, self.place.id, self.year, self.policy, provenance)
        return find_all(inquiry, self.stages)

    def _run(self, now: datetime) -> YearRun:
        went = collect(self.session, self.campaigns, now)
        kept_out = excluded(self.session, self.campaigns)
        return YearRun(went.run, went.overdue, went.missing, went.waived, kept_out, circulars=went.circulars)

    def _actions(self) -> list[dict[str, Any]]:
        if "result.count" not in self.measures:
            return []
        columns, found = self.rows("result.count")
        return [dict(zip(columns, row, strict=True)) for row in found]

    def _assemble(
        self, figures: Mapping[str, Figure], run: YearRun, findings: Sequence[Finding]
    ) -> AnnualReport:
        return assemble(
            self.pack,
            run,
            figures,
            findings,
            opened=self.stages,
            stated=self.stages,
            jurisdiction=self.place.name,
            following=in_force(self.session, self.place, self.year + 1),
        )

    @cached_property
    def pack(self) -> ResolvedPack:
        """The values of the year with their grounds, and what the bureau has confirmed."""
        return in_force(self.session, self.place, self.year)


def lasting_year(session: Session, place: Place, year: int) -> LastingYear:
    """Return a year of a jurisdiction. Raises NotFound if it was not opened."""
    if year not in place.opened:
        raise NotFound(
            f"{place.name}还没有开启 {year} 年度,没有年度报告;请选择已经开启的年度。", code="report.no_year"
        )
    of_year = Campaign.jurisdiction_id == place.id, Campaign.year == year
    found = session.execute(select(Campaign.id, Campaign.stage, Campaign.status).where(*of_year)).all()
    return LastingYear(
        session,
        place,
        year,
        library.parameter_set(session, place.opened[year]).policy,
        sorted({stage for _, stage, status in found if status in RAN and stage != YEAR}),
        [number for number, stage, _ in found if stage != YEAR],
    )
