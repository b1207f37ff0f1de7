"""Who takes part in a stage: the population each stage of the year is opened over, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from engine.launching import Subject
from engine.parameters import Parameters
from ledger import population_rows as rows
from ledger.population_rows import Scope
from ledger.sampling import spot_check

EVALUATION_TRACKS = ("direct", "rural", "ssf", "ppp", "bond")
EXCLUDED_CLASSES = "self_eval.exclude_fund_classes"

Selection = Callable[[Scope], list[Subject]]


@dataclass(frozen=True)
class Population:
    """Who a stage is opened over, and the process each member gets. Members with a reason are excluded."""

    process_key: str
    selection: Selection

    def __call__(
        self, session: Session, jurisdiction_id: int, year: int, parameters: Parameters, round: int = 1
    ) -> list[Subject]:
        """Return the members of one jurisdiction's year; round counts monitoring rounds."""
        return self.selection(Scope(session, jurisdiction_id, year, parameters, round))


def pre_evaluation(scope: Scope) -> list[Subject]:
    """Return the applications that need an ex-ante evaluation."""
    return [rows.project_subject(row) for row in rows.projects(scope, "pre_eval")]


def target(scope: Scope) -> list[Subject]:
    """Return every budget project; transfers register, all others file a target."""
    return [rows.project_subject(row) for row in rows.projects(scope, "project")]


def approval(scope: Scope) -> list[Subject]:
    """Return every project that filed a target, with what the budget gate asks (D05)."""
    concluded = rows.pre_evaluation_conclusions(scope)
    return [
        rows.project_subject(
            row,
            target_status=row["target_status"],
            target_approved=row["target_status"] == "approved",
            pre_evaluation_required=row["id"] in concluded,
            pre_evaluation_conclusion=concluded.get(row["id"]),
        )
        for row in rows.targeted(scope, locked=False)
    ]


def target_disclosure(scope: Scope) -> list[Subject]:
    """Return the departments with approved targets, and how much they have to disclose."""
    approved = rows.targeted(scope, locked=True)
    return _departments_with(scope, approved)


def monitoring(scope: Scope) -> list[Subject]:
    """Return every project with a locked baseline."""
    return [rows.project_subject(row) for row in rows.targeted(scope, locked=True)]


def self_evaluation(scope: Scope) -> list[Subject]:
    """Return the projects with a locked baseline, sampled or not; those of excluded fund classes with the reason."""
    all_projects = rows.targeted(scope, locked=True)
    classes = _excluded_classes(scope.parameters)
    members = [row for row in all_projects if not (classes and row["central_transfer"])]
    failures = rows.failures(scope)
    seed = f"{scope.parameters.jurisdiction}/{scope.year}/self_evaluation"
    drawn = spot_check(
        {row["code"]: row["budget_amount"] for row in members}, scope.parameters.policy, seed
    ).codes
    subjects = [
        rows.project_subject(row, sampled=row["code"] in drawn, **_failed(failures, row["id"]))
        for row in members
    ]
    return subjects + _excluded(scope)


def _excluded(scope: Scope) -> list[Subject]:
    classes = _excluded_classes(scope.parameters)
    if not classes:
        return []
    reason, rule_id = f"{'、'.join(classes)}不纳入项目自评", rule_of(scope.parameters, EXCLUDED_CLASSES)
    transfers = [row for row in rows.projects(scope, "project") if row["central_transfer"]]
    return [replace(rows.project_subject(row), reason=reason, rule_id=rule_id) for row in transfers]


def _excluded_classes(parameters: Parameters) -> list[str]:
    return list(parameters.policy.get("self_eval", {}).get("exclude_fund_classes") or ())


def rule_of(parameters: Parameters, key: str) -> str:
    """Return the rule a policy value comes from, if the parameter set carries it; else the key itself."""
    rules = parameters.body.get("provenance", {}).get(key) or [key]
    return str(rules[0])


def _failed(failures: Mapping[int, tuple[int, bool]], project_id: int) -> dict[str, Any]:
    failed_rounds, unrectified = failures.get(project_id, (0, False))
    return {"failed_rounds": failed_rounds, "unrectified": unrectified}


def whole(scope: Scope) -> list[Subject]:
    """Return every department, if the policy evaluates whole departments."""
    if not scope.parameters.policy.get("whole_dept", {}).get("enabled", True):
        return []
    return [rows.organisation_subject(row) for row in rows.departments(scope)]


def dept_evaluation(scope: Scope) -> list[Subject]:
    """Return the departments with projects to choose from; each selects its own."""
    return _departments_with(scope, selectable(scope))


def selectable(scope: Scope) -> list[rows.Row]:
    """Return the project rows that may be chosen for an evaluation."""
    classes = _excluded_classes(scope.parameters)
    locked = rows.targeted(scope, locked=True)
    return [row for row in locked if not (classes and row["central_transfer"])]


def chosen(scope: Scope, codes: list[str]) -> list[Subject]:
    """Return the members for the chosen codes, in that order; a code nobody may choose is left out."""
    wanted = {row["code"]: row for row in selectable(scope)}
    failures = rows.failures(scope)
    return [
        rows.project_subject(wanted[code], **_failed(failures, wanted[code]["id"]))
        for code in codes
        if code in wanted
    ]


def key_evaluation(scope: Scope) -> list[Subject]:
    """Return the bureau, which selects the key projects."""
    return [rows.organisation_subject(rows.bureau(scope))]


def result_application(scope: Scope) -> list[Subject]:
    """Return every project with a grade."""
    return [rows.project_subject(row) for row in rows.graded(scope)]


def result_disclosure(scope: Scope) -> list[Subject]:
    """Return the departments with graded projects."""
    return _departments_with(scope, rows.graded(scope))


def track_target(scope: Scope) -> list[Subject]:
    """Return the projects of all special tracks."""
    return [rows.project_subject(row) for row in rows.projects(scope, *EVALUATION_TRACKS)]


def track_monitoring(scope: Scope) -> list[Subject]:
    """Return PPP projects one by one and bonds by unit: those with new bonds, or as many as are known to monitor.

    `policy.bond.monitor_units`: how many units monitor bonds, if that is known. More than have new bonds repay
    older ones: units without a new bond join in the order of their codes (X09); of fewer, the first file.
    """
    ppp = [rows.project_subject(row) for row in rows.projects(scope, "ppp")]
    owners = rows.by_organisation(rows.projects(scope, "bond"))
    departments = rows.departments(scope)
    known = scope.parameters.policy.get("bond", {}).get("monitor_units")
    wanted = len(owners) if known is None else int(known)
    own_first = sorted(departments, key=lambda row: (row["id"] not in owners, row["code"]))
    monitoring_ids = {row["id"] for row in own_first[:wanted]}
    units = [row for row in departments if row["id"] in monitoring_ids]
    bonds = [
        rows.organisation_subject(
            row, track="bond", amount=rows.plain(owners[row["id"]][1]) if row["id"] in owners else 0
        )
        for row in units
    ]
    return ppp + bonds


def track_self_evaluation(scope: Scope) -> list[Subject]:
    """Return the bond projects."""
    return [rows.project_subject(row) for row in rows.projects(scope, "bond")]


def _departments_with(scope: Scope, projects: list[rows.Row]) -> list[Subject]:
    sums = rows.by_organisation(projects)
    return [
        rows.organisation_subject(row, item_count=sums[row["id"]][0], amount=rows.plain(sums[row["id"]][1]))
        for row in rows.departments(scope)
        if row["id"] in sums
    ]


POPULATIONS: Mapping[str, Population] = {
    "pre_evaluation": Population("pre_evaluation", pre_evaluation),
    "target": Population("target", target),
    "approval": Population("approval", approval),
    "target_disclosure": Population("disclosure", target_disclosure),
    "whole_target": Population("whole_target", whole),
    "monitoring": Population("monitoring", monitoring),
    "whole_monitoring": Population("whole_monitoring", whole),
    "self_evaluation": Population("self_evaluation", self_evaluation),
    "whole_self_evaluation": Population("whole_self_evaluation", whole),
    "dept_evaluation": Population("dept_selection", dept_evaluation),
    "key_evaluation": Population("key_selection", key_evaluation),
    "result_application": Population("result_application", result_application),
    "result_disclosure": Population("disclosure", result_disclosure),
    "track_target": Population("track_target", track_target),
    "track_monitoring": Population("track_monitoring", track_monitoring),
    "track_self_evaluation": Population("track_self_evaluation", track_self_evaluation),
}
