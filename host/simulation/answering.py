"""Which answer goes with which form."""

from collections.abc import Mapping
from typing import Any

from host.simulation.answers import departments, evaluations, projects, results, tracks
from host.simulation.situation import Answer, Situation

ANSWERS: Mapping[str, Answer] = {
    answer.__name__: answer
    for answer in (
        projects.target_filing,
        projects.transfer_register,
        projects.target_review,
        projects.budget_approval,
        projects.congress_approval,
        projects.government_consent,
        projects.monitoring,
        projects.signature,
        projects.monitoring_review,
        projects.self_evaluation,
        projects.finance_review,
        evaluations.evaluation_selection,
        evaluations.evaluation_report,
        evaluations.evaluation_review,
        evaluations.evaluation_plan,
        evaluations.procurement,
        evaluations.opinion_reply,
        evaluations.panel_opinion,
        evaluations.evaluation_final,
        evaluations.rectification_notice,
        evaluations.rectification_reply,
        evaluations.rectification_verification,
        evaluations.disclosure_package,
        evaluations.disclosure_review,
        departments.whole_target,
        departments.whole_monitoring,
        departments.whole_self_evaluation,
        departments.whole_review,
        departments.whole_finance_review,
        tracks.pre_evaluation_report,
        tracks.pre_evaluation_reassessment,
        tracks.pre_evaluation_review,
        tracks.track_target,
        tracks.track_monitoring,
        tracks.track_self_evaluation,
        tracks.track_review,
        results.result_action,
        results.circular,
        results.assessment,
    )
}

BEGUN = frozenset({"circular", "assessment"})
"""Forms that begin with what the system lists: people leave that as it stands and add their answer."""


def answer(situation: Situation) -> dict[str, Any]:
    """Return what the simulated person types into the form. Raises KeyError for a form nobody was taught."""
    return ANSWERS[situation.form_key](situation)
