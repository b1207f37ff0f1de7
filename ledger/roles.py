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
    "upper_finance": "上级财政",
}
