"""Every rule, by the stages whose filings it examines."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from ledger.findings import money, monitoring, scores, selection
from ledger.findings.finding import Finding, Inquiry
from ledger.findings.warned import warned

Rule = Callable[[Inquiry], Iterator[Finding]]

RULES: tuple[tuple[frozenset[str], Rule], ...] = (
    (frozenset(), warned),
    (frozenset({"target", "whole_target"}), money.roll_up),
    (frozenset({"monitoring"}), monitoring.coverage),
    (frozenset({"monitoring"}), monitoring.reports),
    (frozenset({"whole_target", "whole_monitoring"}), money.drift),
    (frozenset({"self_evaluation"}), money.projects_above_budget),
    (frozenset({"self_evaluation"}), scores.sums),
    (frozenset({"self_evaluation"}), scores.perfect),
    (frozenset({"self_evaluation"}), scores.gaps),
    (frozenset({"whole_self_evaluation"}), money.departments_above_budget),
    (frozenset({"whole_self_evaluation"}), scores.swapped),
    (frozenset({"dept_evaluation"}), selection.department_shares),
    (frozenset({"dept_evaluation"}), scores.copied),
    (frozenset({"key_evaluation"}), selection.key_evaluations),
    (frozenset({"key_evaluation"}), selection.independence),
    (frozenset({"track_target", "track_monitoring"}), money.cohorts),
)
"""A rule runs when all of its stages are examined; one without stages looks at whichever are."""


def find_all(inquiry: Inquiry, stages: Collection[str]) -> list[Finding]:
    """Return what the year broke, in the order of the year; only rules whose stages are all named."""
    examined = replace(inquiry, stages=frozenset(stages))
    return [found for needed, rule in RULES if needed <= examined.stages for found in rule(examined)]
