"""The inner words of policy values in Chinese: choices, places, recipients, parts of a value."""

import re
from collections.abc import Iterable

WORDS = {
    "next_workday": "顺延到下一个工作日",
    "assignee": "办理人",
    "unit_head": "单位负责人",
    "department": "主管部门",
    "section": "业务科室",
    "performance": "绩效科室",
    "budget": "预算科室",
    "social_insurance": "社保科",
    "economic_construction": "经建科",
    "lower bound inclusive, upper exclusive, 100 inclusive": "含下限不含上限,满分归最高一档",
    "add the 10 points to 效益指标": "10 分并入效益指标",
    "linear: 10*min(1,exec/budget)": "按执行率线性计分,满分 10 分",
    "grade4": "优良中差四档",
    "support3": "支持、完善后支持、不支持三档",
    "pass_fail": "通过或不通过",
    "online": "网上填报",
    "offline_copy": "线下报送副本",
    "threshold": "达到金额门槛的必查",
    "ratio": "按比例抽取",
    "judgement": "由审核方判断",
    "sample": "抽查审核",
    "all": "全部审核",
    "per_department": "按部门分别计算",
    "rank_within_group": "分组排名",
    "grade": "评定等级",
    "spot_check": "抽查",
    "finance_scoring": "财政逐份评分",
    "panel_review": "专家组评审",
    "section_review": "业务科室评审",
    "to_人大": "报送人大",
    "public": "向社会公开",
    "with 预算草案": "随预算草案",
    "with 预算草案 (also 政府)": "随预算草案,同时报政府",
    "with 部门预算草案": "随部门预算草案",
    "with 决算草案": "随决算草案",
    "with 决算草案 (also 政府)": "随决算草案,同时报政府",
    "with 批复的部门预算": "随批复的部门预算",
    "with 预算": "随预算",
    "with 决算": "随决算",
    "with 部门决算": "随部门决算",
    "with 部门预算 within 20 days of approval": "批复后 20 日内随部门预算",
    "with 部门预算公开 after 人大 approval": "人大批准后随部门预算公开",
    "reviewer_decides": "由评审方决定",
}
SOURCES = {"N": "国家文件", "S": "间接来源", "E": "系统默认"}
_FACTS = {
    "total_investment_wan": "总投资(万元)",
    "highly_specialised": "专业性较强",
    "reviewer_decides": "由评审方决定",
    ">=": "不低于",
    "<=": "不高于",
    ">": "高于",
    "<": "低于",
    "and": "并且",
    "or": "或者",
}
_FACT = re.compile(
    r"\s*(" + "|".join(rf"\b{word}\b" if word.isidentifier() else word for word in _FACTS) + r")\s*"
)


def cited(rules: Iterable[str]) -> str:
    """Return rule ids for people; the letters that stand for a source are said in words."""
    return "、".join(SOURCES.get(rule, rule) for rule in rules)


def in_chinese(text: str) -> str:
    """Return a text of a policy as people say it; one that is Chinese already stays."""
    return WORDS.get(text, text)


def condition(text: str) -> str:
    """Return a condition over the facts of a policy in words."""
    return _FACT.sub(lambda found: _FACTS[found[1]], text)
