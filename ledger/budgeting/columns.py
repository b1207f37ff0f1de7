"""The sheets of what belongs to a budget year: their columns, and what a track is called there."""

from typing import Final

from ledger.roster.columns import Column

PROJECTS: Final = "项目"
BUDGETS: Final = "预算"
PAYMENTS: Final = "支出"
TRACKS: Final = {
    "一般项目": "project",
    "直达资金": "direct",
    "乡村振兴衔接资金": "rural",
    "社会保险基金": "ssf",
    "政府和社会资本合作": "ppp",
    "专项债券": "bond",
    "新增申请": "pre_eval",
}
"""Tracks of the register by their titles; 新增申请 goes through the evaluation before the budget."""
YES, NO = "是", "否"
NAME: Final = Column("项目名称", "可不填;填了就与编码核对", width=36)
SHEETS: Final[dict[str, tuple[Column, ...]]] = {
    PROJECTS: (
        Column("项目编码", "一个年度内唯一;已有的编码更新其余各列", required=True, width=22),
        Column("项目名称", "全称", required=True, width=36),
        Column("单位编码", "名册里已有的编码", required=True),
        Column("预算金额", "万元,最多两位小数", required=True),
        Column("类型", "从下拉列表选择;留空为一般项目", width=22),
        Column("总投资", "万元;不知道就留空"),
        Column("功能科目", "如 教育支出;没有就留空", width=22),
        Column("中央转移支付", "是或否;留空为否"),
        Column("新增项目", "是或否;留空为否"),
        Column("专业性强", "是或否;留空为否"),
    ),
    BUDGETS: (
        Column("项目编码", "这个年度已登记的编码", required=True, width=22),
        NAME,
        Column("年初预算", "万元;不变就留空"),
        Column("调整后预算", "万元;没有调整就留空"),
        Column("调整依据", "文号或原因;填了调整后预算就要填", width=36),
    ),
    PAYMENTS: (
        Column("项目编码", "这个年度已登记的编码", required=True, width=22),
        NAME,
        Column("截至日期", "形如 2022-05-31", required=True),
        Column("累计支出", "万元,年初以来", required=True),
        Column("到位资金", "万元,年初以来;不知道就留空,已有的数不变"),
        Column("调整后预算", "万元;不知道就留空,已有的数不变"),
        Column("取数时间", "形如 2022-06-01 09:30;留空为导入的时间", width=24),
    ),
}
