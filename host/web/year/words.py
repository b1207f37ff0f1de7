"""The words of the year map: what the year is about, how its members stand, its stages and days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from engine.calendar.local_time import local_date
from host.web.day import short, today
from host.web.words import translate as _
from ledger.stage_names import STAGES
from ledger.yearmap.plan import Stage

KINDS = {
    "project": "项目支出",
    "central": "中央转移支付",
    "whole": "部门整体",
    "direct": "直达资金",
    "rural": "乡村振兴衔接资金",
    "ssf": "社会保险基金",
    "ppp": "PPP 项目",
    "bond": "专项债券",
    "pre_eval": "新增项目",
    "office": "单位",
}
FUNDS = tuple(one for one in KINDS if one not in ("whole", "office"))
"""What a project may be paid from."""
COLUMNS = {
    "target": "目标",
    "monitoring": "监控",
    "self_evaluation": "自评",
    "dept_evaluation": "部门评价",
    "key_evaluation": "财政评价",
}
STATES = {
    "asked": "应交",
    "handed": "已交",
    "open": "没交",
    "lacking": "到期仍缺",
    "done": "已办结",
    "filed": "已交，在办",
    "waiting": "还没交",
    "late": "逾期未交",
    "missing": "缺报",
    "failed": "没有启动成功",
    "waived": "豁免",
    "cancelled": "已终止",
    "excluded": "不纳入",
}
LOOKS = {
    "done": ("done", "is-done"),
    "filed": ("half", ""),
    "waiting": ("ring", ""),
    "late": ("bad", "is-over"),
    "missing": ("bad", "is-over"),
    "failed": ("warn", "is-warn"),
    "waived": ("dots", ""),
    "cancelled": ("x", ""),
    "excluded": ("dots", ""),
}
"""Icon and look of the state of one member."""


def stage_name(stage: str, number: int, *, several: bool) -> str:
    """Return a stage in plain words, with its round if there are several."""
    name = _(STAGES[stage]) if stage in STAGES else stage
    return _("{name}第 {number} 次", name=name, number=number) if several else name


def day(at: datetime) -> str:
    """Return month and day, with the year if it is another one."""
    on = local_date(at)
    words = short(on)
    return words if on.year == today().day.year else _("{year}年{day}", year=on.year, day=words)


def rows_of(year: int, stage: Stage, kinds: Sequence[str], states: Sequence[str]) -> dict[str, str]:
    """Return the addresses of the rows behind a stage's numbers, by state."""
    asked: dict[str, Any] = {
        "year": year,
        "stage": stage.stage,
        "round": stage.round,
        "kind": list(kinds),
    }
    return {state: url_for("year_rows", state=state, **asked) for state in states}
