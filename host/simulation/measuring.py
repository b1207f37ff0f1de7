"""Ask the database what the simulated year came to: figures, findings, the lists of the report."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from host.simulation.coverage import CONSEQUENCES, stated_stages
from ledger.findings.finding import Finding, Inquiry
from ledger.findings.registry import find_all
from ledger.importing.coverage import Outcome
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import Figure, Measure, Year, ask_all, rows
from ledger.policy.resolved import ResolvedPack
from ledger.reports.assembling import YearRun
from ledger.reports.running import Outcome as RunOutcome
from ledger.reports.running import excluded

PROVED_BY: tuple[tuple[str, Outcome], ...] = (
    ("direct.pass_rate", Outcome.UPPER_SCORE),
    ("direct.", Outcome.DIRECT),
    ("rural.", Outcome.RURAL),
    ("ssf.", Outcome.SSF),
    ("ppp.monitor", Outcome.PPP_MONITORING),
    ("ppp.", Outcome.PPP),
    ("bond.monitor", Outcome.BOND_MONITORING),
    ("bond.self_eval", Outcome.BOND_SELF_EVALUATION),
    ("bond.", Outcome.BOND),
    ("project.reported", Outcome.EXCLUDED),
    ("self_eval.excluded", Outcome.EXCLUDED),
    ("self_eval.fin_avg", Outcome.FINANCE_REVIEW),
    ("self_eval.gap_avg", Outcome.FINANCE_REVIEW),
    ("self_eval.grade", Outcome.FINANCE_REVIEW),
)
"""What a ledger must state for a measure to be one: the first prefix that fits decides."""


def known(stated: Collection[Outcome]) -> frozenset[Outcome]:
    """Return the outcomes a ledger states, with what follows from them.

    A year that was evaluated without a project in key evaluation had none: that is zero, not unknown.
    """
    found = frozenset(stated)
    return found | {Outcome.KEY_EVALUATION} if Outcome.SELF_EVALUATION in found else found


class Questions:
    """The questions that may be asked about a year, given what its ledger states."""

    def __init__(
        self,
        pack: ResolvedPack,
        policy: Mapping[str, Any],
        jurisdiction_id: int,
        stated: Collection[Outcome],
        opened: Collection[str],
    ) -> None:
        outcomes = known(stated)
        self._pack = pack
        self._policy = policy
        self._year = Year(jurisdiction_id, pack.year, len(policy["self_eval"]["exclude_fund_classes"] or ()))
        self.stages = stated_stages(outcomes) | (frozenset(opened) & frozenset(CONSEQUENCES))
        self.measures: dict[str, Measure] = {
            key: measure for key, measure in catalogue(policy, self.stages).items() if _proved(key, outcomes)
        }

    def figures(self, session: Session) -> dict[str, Figure]:
        """Return every figure of the year."""
        return ask_all(session, self.measures, self._year)

    def findings(self, session: Session) -> list[Finding]:
        """Return the rules the year broke."""
        provenance = self._pack.provenance
        place = Inquiry(session, self._year.jurisdiction_id, self._year.year, self._policy, provenance)
        return find_all(place, self.stages)

    def rows(self, session: Session, key: str) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        """Return the rows behind a figure. Raises NotFound for an unknown key."""
        return rows(session, self.measures, key, self._year)

    def year_run(self, session: Session, outcome: RunOutcome, campaign_ids: Collection[int]) -> YearRun:
        """Return how the year went, as the report wants it."""
        actions: list[dict[str, Any]] = []
        if "result.count" in self.measures:
            columns, found = self.rows(session, "result.count")
            actions = [dict(zip(columns, row, strict=True)) for row in found]
        return YearRun(
            outcome.run,
            outcome.overdue,
            outcome.missing,
            outcome.waived,
            excluded(session, campaign_ids),
            actions,
            outcome.circulars,
        )


def _proved(key: str, outcomes: Collection[Outcome]) -> bool:
    for prefix, outcome in PROVED_BY:
        if key.startswith(prefix):
            return outcome in outcomes
    return True
