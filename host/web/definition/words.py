"""What the pages of definitions call the kinds of things; English stands in `languages/en.toml`."""

from typing import Final

TITLES: Final = {"processes": "流程", "decisions": "决策表", "forms": "表单", "policies": "政策包"}
ELEMENTS: Final = {
    "userTask": "人工办理",
    "manualTask": "人工办理",
    "serviceTask": "系统处理",
    "businessRuleTask": "决策",
    "scriptTask": "计算",
    "callActivity": "调用流程",
    "subProcess": "子流程",
    "transaction": "子流程",
    "sendTask": "发消息",
    "receiveTask": "等消息",
}
"""Kinds of elements that are listed, in words."""
HIT_POLICIES: Final = {
    "UNIQUE": "只会符合一条",
    "ANY": "可符合多条，结果相同",
    "PRIORITY": "可符合多条，取结果优先的",
    "FIRST": "从上到下，取第一条符合的",
    "RULE ORDER": "取所有符合的，按表中次序",
    "OUTPUT ORDER": "取所有符合的，按结果优先次序",
    "COLLECT": "取所有符合的",
    "COLLECT SUM": "取所有符合的，相加",
    "COLLECT MIN": "取所有符合的，取最小",
    "COLLECT MAX": "取所有符合的，取最大",
    "COLLECT COUNT": "数有几条符合",
}
FIELDS: Final = {
    "boolean": "是或否",
    "choice": "单选",
    "choices": "多选",
    "computed": "系统计算",
    "integer": "整数",
    "long_text": "长文字",
    "measurement": "数值和单位",
    "money": "金额",
    "percent": "百分数",
    "points": "分数",
    "share": "比例",
    "table": "表格",
    "text": "文字",
    "date": "日期",
    "number": "数",
    "decimal": "数",
}
WORDS: Final = {"elements": ELEMENTS, "hit_policies": HIT_POLICIES, "types": FIELDS}
"""What templates call the kinds of things."""
