"""The roles people hold at an organisation, by the code that lanes of diagrams use, in plain words."""

from collections.abc import Mapping
from typing import Final

ROLES: Final[Mapping[str, str]] = {
    "preparer": "填报人",
    "finance": "财务人员",
    "unit_head": "单位负责人",
    "department": "主管部门经办",
    "section": "对口科室",
    "economic_construction": "经济建设科",
    "social_insurance": "社会保障科",
    "performance": "绩效评价中心",
    "budget": "预算科",
    "treasury": "国库",
    "third_party": "第三方机构",
    "expert": "评审专家",
    "government": "政府审批",
    "leading_group": "绩效管理领导小组",
    "upper_finance": "上级财政",
}
OF_A_UNIT: Final = frozenset({"preparer", "finance", "department"})
OF_THE_BUREAU: Final = frozenset(
    {"section", "economic_construction", "social_insurance", "budget", "treasury"}
)
OVERSEEN_BY: Final[Mapping[str, frozenset[str]]] = {"unit_head": OF_A_UNIT, "performance": OF_THE_BUREAU}
"""Whose work a role oversees at its own organisation: it may hand tasks to others and send them back.

The head answers for his unit, the performance section leads the bureau's others. Nobody oversees a head's signature,
what a firm or an expert finds, or what another level of government decides.
"""

ONLY_WATCHING: Final = frozenset({"leading_group"})
WATCHING: Final = ONLY_WATCHING | {"performance"}
"""Who is told of everything that is late where he may look, and urges it; the leading group has no lane in any diagram."""


def overseers(role: str) -> frozenset[str]:
    """Return the roles that oversee the tasks of a role."""
    return frozenset(one for one, overseen in OVERSEEN_BY.items() if role in overseen)
