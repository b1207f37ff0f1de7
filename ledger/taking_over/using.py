"""Which stages go by a policy value: what a stage that has begun went by stays for the whole year, so that all are measured alike."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

TARGETS: Final = ("target", "whole_target", "track_target")
WATCHED: Final = ("monitoring", "whole_monitoring", "track_monitoring")
REVIEWED: Final = ("self_evaluation", "whole_self_evaluation", "dept_evaluation")
MEASURED: Final = (*REVIEWED, "track_self_evaluation", "key_evaluation")
ROUNDS: Final = frozenset({"monitoring.checkpoints", "whole_dept.monitor_checkpoints"})
"""What the rounds of a year were planned by when it was opened; it stays."""
DAYS: Final = frozenset(
    {
        *("self_eval.deadline", "finance_review.deadline", "dept_eval.deadline", "key_eval.deadline"),
        *("whole_dept.target_due", "whole_dept.self_eval_deadline", "monitoring.submit"),
    }
)
"""Deadlines under another heading than `stages`."""
USED_BY: Final[Mapping[str, Collection[str]]] = {
    "grading": ("pre_evaluation", *MEASURED, "result_application"),
    "scoring": MEASURED,
    "weights": (*TARGETS, *MEASURED),
    "taxonomy": (*TARGETS, *MEASURED),
    "indicators": (*TARGETS, *MEASURED),
    "pre_eval": ("pre_evaluation", "approval"),
    "target": TARGETS,
    "approval": ("approval",),
    "monitoring": WATCHED,
    "self_eval": ("self_evaluation",),
    "spot_check": ("self_evaluation",),
    "finance_review": REVIEWED,
    "dept_eval": ("dept_evaluation",),
    "key_eval": ("key_evaluation",),
    "cross_review": ("key_evaluation",),
    "expert_panel": ("pre_evaluation", "key_evaluation"),
    "third_party": ("pre_evaluation", "key_evaluation"),
    "whole_dept": ("whole_target", "whole_monitoring", "whole_self_evaluation"),
    "result": ("result_application",),
    "rectification": ("monitoring", "result_application"),
    "disclosure": ("target_disclosure", "result_disclosure"),
    "slots.finance_check": REVIEWED,
    "slots.key_review": ("key_evaluation",),
    **dict.fromkeys(("assessment", "accountability", "programme", "integration", "meta"), ()),
    **dict.fromkeys(("calendar", "lateness", "extension", "stages"), ()),
}
"""By key or its first word. What is not listed, such as whom the year is about, every stage goes by."""


def used(key: str, begun: Sequence[str]) -> Sequence[str]:
    """Return which of the stages that have begun go by a value; none for days, reminders and what no stage asks."""
    if key in DAYS:
        return []
    users = USED_BY.get(key, USED_BY.get(key.partition(".")[0]))
    return begun if users is None else [stage for stage in begun if stage in users]
