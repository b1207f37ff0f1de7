"""The two sheets of the directory's xlsx: their columns, and what stands in the template."""

from dataclasses import dataclass
from typing import Final

ORGANISATIONS: Final = "单位"
PEOPLE: Final = "人员"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. hint: what to write, shown in the template."""

    title: str
    hint: str
    required: bool = False
    width: int = 18


SHEETS: Final[dict[str, tuple[Column, ...]]] = {
    ORGANISATIONS: (
        Column("单位编码", "唯一;已有的编码更新名称和上级", required=True),
        Column("单位名称", "全称", required=True, width=32),
        Column("类别", "从下拉列表选择", required=True),
        Column("上级编码", "没有上级就留空"),
    ),
    PEOPLE: (
        Column("工号", "唯一;已有的工号更新姓名和单位", required=True),
        Column("姓名", "", required=True),
        Column("单位编码", "单位表或系统里已有的编码", required=True),
        Column("岗位", "多个岗位用顿号隔开,没有就留空", width=28),
        Column("开始日期", "形如 2022-03-01;留空为今天"),
        Column("结束日期", "长期就留空"),
        Column("账号", "要开通账号就填写,小写字母和数字"),
    ),
}
