"""The sheet of a year's projects: its columns, and what a track is called there."""

from typing import Final

from ledger.roster.columns import Column

PROJECTS: Final = "项目"
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
COLUMNS: Final = (
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
)
