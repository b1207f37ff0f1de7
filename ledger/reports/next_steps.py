"""Next steps: stages still to come, what the year's problems ask for, the days of the following year."""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Items, Table
from ledger.reports.problems import grouped
from ledger.reports.sentences import day
from ledger.reports.stage_plan import stage_plan, stage_title


def next_steps(report: AnnualReport) -> Iterator[Block]:
    """List what is to be done, then the announced days."""
    yield Items(list(_tasks(report)))
    coming = [row for stage in coming_stages(report) for row in _days(stage, report.calendar[stage])]
    if coming:
        yield _table(f"{report.year}年度后续环节时间安排表", coming)
    following = [
        row
        for section in stage_plan()
        if section.key in report.following_calendar
        for row in _days(section.key, report.following_calendar[section.key])
    ]
    if following:
        yield _table(f"{report.year + 1}年度各环节时间安排表", following)


def coming_stages(report: AnnualReport) -> list[str]:
    """Return the stages not opened whose opening day is after that of every stage opened."""
    reached = max(
        (_first(report.calendar[one]) for one in report.opened if one in report.calendar), default=""
    )
    return [
        section.key
        for section in stage_plan()
        if section.key not in report.opened
        and report.calendar.get(section.key)
        and _first(report.calendar[section.key]) > reached
    ]


def _tasks(report: AnnualReport) -> Iterator[str]:
    coming = coming_stages(report)
    if coming:
        names = "、".join(stage_title(stage) for stage in coming)
        yield f"按期开展后续环节。{names}等工作按下表时间开展,到期前提醒、逾期催办。"
    groups = grouped(report.findings)
    if groups:
        yield (
            f"抓好问题整改。对本报告列出的{len(groups)}类问题,由财政部门通知有关部门单位逐项核实、限期整改,"
            "整改结果由财政部门核验。"
        )
    if report.missing:
        yield f"补齐缺报材料。督促{len(report.missing)}个缺报对象说明原因、补报材料,情况纳入绩效考核。"
    if "result_application" in report.stated:
        yield "落实结果应用。将评价结果作为下一年度预算安排的依据,扣减意见在预算编制时逐项落实,整改情况跟踪到位。"
    yield "提高填报质量。加强对填报人员的培训,绩效目标、监控和评价数据由业务人员据实填报,预算调整时同步调整绩效目标。"
    if report.confirm:
        yield f"明确政策口径。附件3所列{len(report.confirm)}项取值文件未作明确规定,请财政部门确认后写入政策参数。"


def _first(part: Any) -> str:
    """Return the day on which a stage opens: the first round of a list of rounds."""
    return str((part[0] if isinstance(part, list) else part)["opens"]) if part else ""


def _days(stage: str, part: Any) -> list[list[str]]:
    if isinstance(part, list):
        return [_row(f"{stage_title(stage)}第{one['round']}轮", one) for one in part]
    return [_row(stage_title(stage), part)]


def _row(title: str, days: Mapping[str, Any]) -> list[str]:
    return [title, day(days["opens"]), day(days["due"])]


def _table(caption: str, rows: list[list[str]]) -> Table:
    return Table(caption, ("环节", "开始日", "截止日"), rows, "lcc", (44, 28, 28))
