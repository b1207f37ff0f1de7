"""The policy keys in groups, as people look for them."""

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.policy.schema import FIELDS

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "评分与等级": ("grading", "scoring", "weights", "taxonomy", "indicators"),
    "事前绩效评估": ("pre_eval",),
    "绩效目标": ("target",),
    "绩效运行监控": ("monitoring",),
    "单位自评、抽查与财政审核": ("self_eval", "spot_check", "finance_review"),
    "部门评价": ("dept_eval",),
    "财政重点评价": ("key_eval", "expert_panel", "third_party", "cross_review"),
    "部门整体与下级政府": ("whole_dept", "subgov"),
    "结果应用、整改与公开": ("result", "rectification", "disclosure"),
    "考核与问责": ("assessment", "accountability"),
    "范围与职责": (
        "approval",
        "tracks",
        "budget_books",
        "roles",
        "cost_analysis",
        "full_cycle",
        "programme",
        "integration",
    ),
    "提醒、升级、迟报、退回与延期": ("calendar", "lateness", "circular", "extension"),
    "各阶段日期": ("stages",),
    "流程选择与说明": ("slots", "meta"),
}
"""By title: the first words of the keys."""


def grouped() -> Mapping[str, Sequence[str]]:
    """Return by title the keys of each group, in the order of the schema."""
    return {
        title: [key for key in FIELDS if key.partition(".")[0] in words] for title, words in GROUPS.items()
    }
