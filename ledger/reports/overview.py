"""The opening and the overview: what ran, the main figures of each stage."""

from collections.abc import Iterator

from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Paragraph, Table
from ledger.reports.sentences import NOTHING, shown
from ledger.reports.stage_plan import StageSection, stage_plan, stage_title

COLUMNS = ("count", "amount", "rate", "score")


def opening(report: AnnualReport) -> Iterator[Block]:
    """Say what the report is about and where its figures come from."""
    yield Paragraph(
        f"{report.year}年度,按照全方位、全过程、全覆盖预算绩效管理的要求,各部门单位和财政部门将绩效理念融入预算编制、"
        "执行和监督的各个环节。现将工作情况报告如下。报告中的数据均取自各环节已办结任务的记录,每个数据的指标代码见附件1。"
    )


def overview(report: AnnualReport) -> Iterator[Block]:
    """Count the work, then give the main figures of every stage."""
    run = report.run
    stages = "、".join(stage_title(stage) for stage in report.opened)
    total = run.get("tasks_completed", {}).get("total", 0)
    yield Paragraph(f"{report.year}年度共开展{len(report.opened)}个环节的工作:{stages or '无'}。")
    yield Paragraph(
        f"全年办理事项{run.get('instances', 0)}件,办结任务{total}项;发出到期提醒{run.get('reminders_sent', 0)}次、"
        f"逾期催办{run.get('escalations_sent', 0)}次;逾期办结{run.get('late', 0)}项,缺报{run.get('missing', 0)}项,"
        f"经批准免办{run.get('waived', 0)}项。"
    )
    rows = [_row(report, section) for section in stage_plan() if _has_overview(report, section)]
    if rows:
        header = ("环节", "项目(单位)数", "涉及资金", "预算执行率", "平均得分")
        yield Table("各环节主要数据表", header, rows, "lrrrr", (28, 20, 23, 15, 14))


def _has_overview(report: AnnualReport, section: StageSection) -> bool:
    return section.overview.get("count", "") in report.measures


def _row(report: AnnualReport, section: StageSection) -> list[str]:
    cells = [report.figure(section.overview[name]) if name in section.overview else None for name in COLUMNS]
    return [section.title, *(NOTHING if cell is None else shown(cell) for cell in cells)]
