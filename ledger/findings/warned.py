"""Rules that forms themselves warned of: what was kept with the last submission of each task (lint catalogue)."""

import re
from collections.abc import Iterator
from itertools import groupby

from ledger.findings.finding import Finding, Inquiry

WARNINGS = """with warned as materialized (
    select s.id, s.task_id, s.warnings, t.instance_id, t.definition_key, t.element_id, t.round
      from app.submission s join app.user_task t on t.id = s.task_id
     where s.warnings <> '[]' and not s.withdrawn order by s.task_id)
select i.subject_code as code, w.said ->> 0 as rule, w.said ->> 2 as text
  from warned s
  join app.process_instance i on i.id = s.instance_id
  join app.campaign c on c.id = i.campaign_id
 cross join lateral jsonb_array_elements(s.warnings) with ordinality as w(said, place)
 where c.jurisdiction_id = :jurisdiction_id and c.year = :year and c.stage = any(cast(:stages as text[]))
   and w.said ->> 0 ~ '^L[0-9]+$' and w.said ->> 0 <> all(cast(:elsewhere as text[]))
   and not exists (select from app.submission again
                    where again.task_id = s.task_id and again.id > s.id and not again.withdrawn)
   and not exists (select from app.user_task later join app.submission refiled on refiled.task_id = later.id
                    where later.instance_id = s.instance_id and later.definition_key = s.definition_key
                      and later.element_id = s.element_id and later.round > s.round and not refiled.withdrawn)
 order by rule, i.subject_code, s.id, w.place"""
"""Ordered by task first: behind row-level security the planner knows nothing of the warnings, and takes the index of the
few submissions that have some only for their order.
"""
ELSEWHERE = ("L23", "L24", "L29", "L30", "L35")
"""Found by rules of their own, in what was filed."""

MEANING = {
    "L01": ("指标内容用占位文字填报", "填写实际内容"),
    "L03": ("指标值的金额单位可疑", "按计量单位填写的合理数值"),
    "L05": ("缺少政策要求的指标维度", "各必设维度都有指标"),
    "L06": ("一行里像有两个指标", "一行一个指标"),
    "L07": ("比率类指标值超过上限或单位不明", "不超过100%,单位填“%”"),
    "L08": ("运算符与指标方向相反", "越小越好的用“≤”,越大越好的用“≥”"),
    "L09": ("定量、定性与指标值不符", "定量指标填数字,定性指标填文字"),
    "L10": ("把花钱的进度当作产出指标", "填资金办成的事"),
    "L11": ("指标值多年不变或明显低于上年完成值", "与上年实际相称的指标值"),
    "L12": ("指标的时间不在本年度内", "本年度内的时间"),
    "L13": ("三级指标重名", "一个指标一个名称"),
    "L14": ("三级指标只有笼统的字样", "有对象、可衡量的指标"),
    "L15": ("产出指标与实施内容无关", "实施内容里写到的产出"),
    "L16": ("实施内容没有对应的产出指标", "每项内容都有产出指标"),
    "L17": ("指标放错了级次", "与内容相符的一级、二级指标"),
    "L18": ("指标没有佐证资料", "每个指标都有佐证资料"),
    "L20": ("新增项目没有通过事前绩效评估", "评估通过后再申报"),
    "L21": ("指标量化率低于要求", "达到要求的量化率"),
    "L22": ("单位成本高于支出标准", "按支出标准安排"),
    "L32": ("指标扣分没有写明原因", "写明偏差原因和改进措施"),
    "L33": ("指标超额完成过多", "目标值合理,超额有说明"),
}
"""Rule → what was found, and what is expected instead; a rule of a new form speaks in its own words."""

_ROW = re.compile(r"^第 \d+ 行：")
_QUOTED = re.compile("“[^”]*”")


def warned(inquiry: Inquiry) -> Iterator[Finding]:
    """What forms warned of and people filed nevertheless: one finding per rule and subject."""
    rows = inquiry.rows(WARNINGS, stages=sorted(inquiry.stages), elsewhere=list(ELSEWHERE))
    for (rule, code), group in groupby(rows, key=lambda row: (row["rule"], row["code"])):
        said = [row["text"].partition("。")[0] for row in group]
        own_words = _QUOTED.sub("", _ROW.sub("", said[0]))
        text, expected = MEANING.get(rule, (own_words, "按表单提示更正"))
        found = said[0] if len(said) == 1 else f"{len(said)}处,如{said[0]}"
        yield Finding(inquiry.rule(f"findings.{rule}", rule), code, text, expected, found)
