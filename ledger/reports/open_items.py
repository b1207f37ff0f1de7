"""What was late, missing, waived or left out: numbers by stage, and the first names of each list."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Heading, Items, Paragraph, Table, line
from ledger.reports.sentences import NOTHING
from ledger.reports.stage_plan import stage_title

SHOWN = 10


def open_items(report: AnnualReport) -> Iterator[Block]:
    """Give the numbers by stage, then the lists."""
    yield from _by_stage(report)
    yield from _overdue(report.overdue)
    yield from _missing(report.missing)
    if report.circulars:
        yield from _circulars(report.circulars)
    if report.waived:
        yield Heading("免办事项", 2)
        yield Items([_waiver(one) for one in report.waived])
    if report.excluded:
        yield Heading("不纳入范围", 2)
        yield Items([_exclusion(one) for one in report.excluded])


def _by_stage(report: AnnualReport) -> Iterator[Block]:
    done = report.run.get("tasks_completed", {}).get("by_stage", {})
    late = Counter(one["stage"] for one in report.overdue if one.get("completed_on"))
    never = Counter(one["stage"] for one in report.overdue if not one.get("completed_on"))
    missing = Counter(one["stage"] for one in report.missing)
    rows = [
        [
            stage_title(stage),
            *(str(number) for number in (done.get(stage, 0), late[stage], never[stage], missing[stage])),
        ]
        for stage in report.opened
    ]
    if rows:
        header = ("环节", "办结任务", "逾期办结", "逾期未办结", "缺报")
        yield Table("任务办理情况表", header, rows, "lrrrr", (36, 16, 16, 16, 16))


def _overdue(overdue: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading("逾期任务", 2)
    if not overdue:
        yield Paragraph("本年度没有逾期任务。")
        return
    rows = [
        [
            stage_title(one["stage"]),
            line(one["task"]),
            _who(one),
            one["due_on"] or NOTHING,
            one["completed_on"] or "未办结",
        ]
        for one in overdue[:SHOWN]
    ]
    yield Paragraph(f"截止日已过仍未办结或逾期办结的任务共{len(overdue)}项{_rest(len(overdue))}。")
    yield Table(
        "逾期任务表",
        ("环节", "任务", "对象", "截止日", "办结日"),
        rows,
        "lllcc",
        (19, 19, 36, 13, 13),
        dense=True,
    )


def _circulars(circulars: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    rows = [
        [
            line(f"{one['title']}({one['number']})"),
            one["issued_on"],
            *(str(one[name]) for name in ("units", "lines", "delivered")),
        ]
        for one in circulars
    ]
    yield Heading("迟报通报", 2)
    yield Paragraph(f"本年度印发迟报通报{len(rows)}份。")
    header = ("通报", "印发日", "单位数", "迟报项数", "其中已补报")
    yield Table("迟报通报表", header, rows, "lcrrr", (48, 16, 12, 12, 12), dense=True)


def _missing(missing: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading("缺报对象", 2)
    if not missing:
        yield Paragraph("本年度没有缺报的对象。")
        return
    rows = [[stage_title(one["stage"]), str(one["round"]), _who(one)] for one in missing[:SHOWN]]
    yield Paragraph(f"环节关闭时仍未报送的对象共{len(missing)}个{_rest(len(missing))}。")
    yield Table("缺报对象表", ("环节", "轮次", "对象"), rows, "lcl", (32, 10, 58), dense=True)


def _who(one: Mapping[str, Any]) -> str:
    """Return code and title, the code once."""
    code, title = line(one["subject"]), line(one.get("title") or "")
    return title if code in title else f"{code} {title}".strip()


def _waiver(one: Mapping[str, Any]) -> str:
    approver = f"(批准:{line(one['approver'])})" if one.get("approver") else ""
    reason = line(one["reason"]).rstrip("。.")
    return f"{stage_title(one['stage'])}第{one['round']}轮免办。原因:{reason}{approver}。"


def _exclusion(one: Mapping[str, Any]) -> str:
    rule = f"({line(one['rule_id'])})" if one.get("rule_id") else ""
    reason = line(one["reason"]).rstrip("。.")
    return f"{stage_title(one['stage'])}:{reason}{rule},{one['count']}个。"


def _rest(number: int) -> str:
    return f",下表列出前{SHOWN}项,其余{number - SHOWN}项见数据文件" if number > SHOWN else ""
