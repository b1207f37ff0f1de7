"""What of the year is run for a ledger: which stages open, which rounds are waived, who never files."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from host.simulation.people import Waiting
from ledger.importing.coverage import Outcome
from ledger.importing.ledger_file import LedgerFile, Project, TrackProject

LINES: tuple[tuple[tuple[str, frozenset[Outcome]], ...], ...] = (
    (("pre_evaluation", frozenset({Outcome.PRE_EVAL})),),
    (
        ("target", frozenset({Outcome.TARGET})),
        ("approval", frozenset({Outcome.TARGET})),
        ("target_disclosure", frozenset({Outcome.TARGET})),
        ("monitoring", frozenset({Outcome.MONITORING})),
        ("self_evaluation", frozenset({Outcome.SELF_EVALUATION, Outcome.FINANCE_REVIEW, Outcome.EXCLUDED})),
        ("dept_evaluation", frozenset({Outcome.DEPT_EVALUATION})),
        ("key_evaluation", frozenset({Outcome.KEY_EVALUATION})),
    ),
    (
        ("whole_target", frozenset({Outcome.WHOLE_TARGET})),
        ("whole_monitoring", frozenset({Outcome.WHOLE_MONITORING})),
        ("whole_self_evaluation", frozenset({Outcome.WHOLE_SELF_EVALUATION})),
    ),
    (
        (
            "track_target",
            frozenset({Outcome.DIRECT, Outcome.RURAL, Outcome.SSF, Outcome.PPP, Outcome.BOND}),
        ),
        ("track_monitoring", frozenset({Outcome.PPP_MONITORING, Outcome.BOND_MONITORING})),
        ("track_self_evaluation", frozenset({Outcome.BOND_SELF_EVALUATION})),
    ),
)
CONSEQUENCES = ("result_application", "result_disclosure")
EVALUATED = frozenset({"self_evaluation", "dept_evaluation", "key_evaluation"})
WAIVED_REASON = "台账只记录了第 1 轮监控的结果,本轮监控未开展(SW-R26)。"


def stages_to_open(stated: Collection[Outcome]) -> frozenset[str]:
    """Return the stages of each line up to the last one whose outcome the ledger states.

    What follows from evaluations (use of results, disclosure) is open when there are any: it needs no outcome.
    """
    opened: set[str] = set()
    for line in LINES:
        reached = [place for place, (_, outcomes) in enumerate(line) if outcomes & frozenset(stated)]
        if reached:
            opened.update(stage for stage, _ in line[: reached[-1] + 1])
    return frozenset(opened | (set(CONSEQUENCES) if opened & EVALUATED else set()))


def rounds_to_waive(stated: Collection[Outcome], dates: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return (stage, round) of monitoring rounds beyond the one the ledger has outcomes for."""
    waived = []
    for stage, outcome in (
        ("monitoring", Outcome.MONITORING),
        ("whole_monitoring", Outcome.WHOLE_MONITORING),
    ):
        if outcome in stated:
            waived += [(stage, one["round"]) for one in dates[stage] if one["round"] > 1]
    return waived


def stated_stages(stated: Collection[Outcome]) -> frozenset[str]:
    """Return the stages that have outcomes in the ledger: the ones that give measures."""
    return frozenset(stage for line in LINES for stage, outcomes in line if outcomes & frozenset(stated))


class Silence:
    """Knows who files nothing although the stage is theirs: the ledger has outcomes, but none of theirs."""

    def __init__(self, ledger: LedgerFile, stated: Collection[Outcome]) -> None:
        self._ledger = ledger
        self._stated = frozenset(stated)

    def __call__(self, waiting: Waiting, place: Mapping[str, Any]) -> bool:
        """Tell whether nobody will do this task. The upper level scores in a system of its own and writes letters."""
        if waiting.role == "upper_finance":
            return True
        if waiting.round > 1:
            return False
        if waiting.role != "preparer":
            return self._no_score(place)
        return self.files_nothing(place["stage"], place["subject_kind"], place["subject_code"])

    def files_nothing(self, stage: str, subject_kind: str, subject_code: str) -> bool:
        """Tell whether the ledger has outcomes of a stage, but none of this subject's."""
        if subject_kind == "organisation":
            return self._silent_department(stage, subject_code)
        return subject_kind == "project" and self._silent_project(stage, subject_code)

    def _no_score(self, place: Mapping[str, Any]) -> bool:
        """Tell whether the ledger has scores of this kind, but none of this project's: it was not scored."""
        form_key, process = place["form_key"], place["definition_key"]
        project = self._ledger.project(place["subject_code"]) if place["subject_kind"] == "project" else None
        if not isinstance(project, Project):
            return False
        if form_key == "finance_review":
            return Outcome.FINANCE_REVIEW in self._stated and project.fin_score is None
        return form_key == "evaluation_report" and process == "dept_evaluation" and project.dept_eval is None

    def _silent_department(self, stage: str, code: str) -> bool:
        if not stage.startswith("whole_"):
            return False
        department = self._ledger.department(code)
        if stage == "whole_target" and Outcome.WHOLE_TARGET in self._stated:
            return department.whole_target is None
        if stage == "whole_monitoring" and Outcome.WHOLE_MONITORING in self._stated:
            return department.whole_monitor_exec is None
        return stage == "whole_self_evaluation" and department.whole is None

    def _silent_project(self, stage: str, code: str) -> bool:
        project = self._ledger.project(code)
        if not isinstance(project, Project):
            return False
        if stage == "target":
            return not (project.indicators or project.is_evaluated or project.monitored)
        if stage == "monitoring":
            return Outcome.MONITORING in self._stated and not project.monitored
        return stage == "self_evaluation" and project.self_score is None


def letters(ledger: LedgerFile) -> Callable[[str, str], Mapping[str, Any] | None]:
    """Return what the upper level writes about a project: whether it passed, if the ledger says so."""

    def write(name: str, key: str) -> Mapping[str, Any] | None:
        if name != "upper_score":
            return None
        project = ledger.project(key)
        if not isinstance(project, TrackProject) or project.region_pass is None:
            return None
        return {"passed": project.region_pass}

    return write
