"""Which outcomes a ledger states: what the year can be measured by, and where it ends."""

from enum import StrEnum

from ledger.importing.ledger_file import LedgerFile, Project


class Outcome(StrEnum):
    """A part of the year that a ledger may state or be silent about."""

    TARGET = "target"
    PRE_EVAL = "pre_eval"
    WHOLE_TARGET = "whole_target"
    DIRECT = "direct"
    RURAL = "rural"
    SSF = "ssf"
    PPP = "ppp"
    BOND = "bond"
    UPPER_SCORE = "upper_score"
    MONITORING = "monitoring"
    WHOLE_MONITORING = "whole_monitoring"
    PPP_MONITORING = "ppp_monitoring"
    BOND_MONITORING = "bond_monitoring"
    EXCLUDED = "excluded"
    SELF_EVALUATION = "self_evaluation"
    FINANCE_REVIEW = "finance_review"
    WHOLE_SELF_EVALUATION = "whole_self_evaluation"
    BOND_SELF_EVALUATION = "bond_self_evaluation"
    DEPT_EVALUATION = "dept_evaluation"
    KEY_EVALUATION = "key_evaluation"


def coverage(ledger: LedgerFile) -> frozenset[Outcome]:
    """Return the outcomes `ledger` states. An empty list states a population of zero; an absent one states nothing."""
    return _projects(ledger) | _departments(ledger) | _tracks(ledger)


def has(ledger: LedgerFile, outcome: str) -> bool:
    """Tell whether the ledger states this outcome; `outcome` is a value of Outcome."""
    return Outcome(outcome) in coverage(ledger)


def _states(project: Project) -> set[Outcome]:
    stated = {
        Outcome.TARGET: project.indicators,
        Outcome.MONITORING: project.monitored is not None,
        Outcome.SELF_EVALUATION: project.self_score is not None,
        Outcome.FINANCE_REVIEW: project.fin_score is not None,
        Outcome.DEPT_EVALUATION: project.sel is not None or project.dept_eval is not None,
        Outcome.KEY_EVALUATION: project.key_eval is not None,
    }
    return {outcome for outcome, is_stated in stated.items() if is_stated}


def _projects(ledger: LedgerFile) -> frozenset[Outcome]:
    found: set[Outcome] = set()
    for project in ledger.projects:
        found |= _states(project)
    if ledger.excluded is not None:
        found.add(Outcome.EXCLUDED)
        if not ledger.projects:  # evaluated, but nobody was left to be evaluated: counts of zero
            found |= {Outcome.SELF_EVALUATION, Outcome.FINANCE_REVIEW}
    return frozenset(found)


def _departments(ledger: LedgerFile) -> frozenset[Outcome]:
    found: set[Outcome] = set()
    for department in ledger.departments:
        if department.whole is not None:
            found.add(Outcome.WHOLE_SELF_EVALUATION)
        if department.whole_target is not None:
            found.add(Outcome.WHOLE_TARGET)
        if department.whole_monitor_exec is not None:
            found.add(Outcome.WHOLE_MONITORING)
    return frozenset(found)


def _tracks(ledger: LedgerFile) -> frozenset[Outcome]:
    found = {Outcome(track) for track in ledger.tracks}
    if any(row.region_pass is not None for row in ledger.track("direct")):
        found.add(Outcome.UPPER_SCORE)
    if any(row.monitored is not None for row in ledger.track("ppp")):
        found.add(Outcome.PPP_MONITORING)
    if ledger.bond_monitor_units is not None:
        found.add(Outcome.BOND_MONITORING)
    if any(row.self_score is not None for row in ledger.track("bond")):
        found.add(Outcome.BOND_SELF_EVALUATION)
    return frozenset(found)
