"""One section per stage that has outcomes; the stages that only ran are named."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Heading, Items, Paragraph, Table, chinese_number, line
from ledger.reports.sentences import NOTHING, band, fill, grade_keys, paragraph, printable, punctuated, shown
from ledger.reports.stage_plan import GradeTable, StageSection, stage_plan, stage_title


def work(report: AnnualReport) -> Iterator[Block]:
    """Report the stages of the year's work."""
    yield from _part(report, "work")
    silent = [stage for stage in report.opened if not _measured(report, stage)]
    names = [stage_title(stage) for stage in silent if stage in _keys("work")]
    if names:
        yield Paragraph(f"此外,{'、'.join(names)}已按流程办理;本期没有这些环节的结果数据,不作统计。")


def consequences(report: AnnualReport) -> Iterator[Block]:
    """Report what followed from the results: cuts, rectification, disclosure."""
    sections = [one for one in stage_plan() if one.part == "consequences" and one.key in report.opened]
    for section in sections:
        sentences = paragraph(report, section) if _measured(report, section.key) else []
        if sentences:
            yield Paragraph("".join(sentences))
        else:
            yield Paragraph(f"{section.title}工作已按流程办理。")
    yield from _cuts(report)


def _keys(part: str) -> set[str]:
    return {section.key for section in stage_plan() if section.part == part}


def _measured(report: AnnualReport, stage: str) -> bool:
    return any(entry["stage"] == stage for entry in report.measures.values())


def _part(report: AnnualReport, part: str) -> Iterator[Block]:
    sections = [one for one in stage_plan() if one.part == part and _measured(report, one.key)]
    for number, section in enumerate(sections, 1):
        yield Heading(f"({chinese_number(number)}){section.title}", 2)
        yield from _section(report, section)


def _section(report: AnnualReport, section: StageSection) -> Iterator[Block]:
    sentences = paragraph(report, section)
    if section.listed:
        yield Items(sentences)
    elif sentences:
        yield Paragraph("".join(sentences))
    for one in report.waived:
        if one["stage"] == section.key:
            yield Paragraph(f"第{one['round']}轮未开展,原因:{line(one['reason'])}")
    if section.grades is not None:
        yield from _grades(report, section.grades)
    if section.table is not None:
        table = section.table
        rows = [[fill(report, cell) for cell in row] for row in table.rows if _complete(report, row)]
        if rows:
            aligned = "l" + "r" * (len(table.header) - 1)
            yield Table(
                table.caption, table.header, [[cell or NOTHING for cell in row] for row in rows], aligned,
                (26, 13, 13, 22, 13, 13),
            )  # fmt: skip


def _complete(report: AnnualReport, row: tuple[str, ...]) -> bool:
    return all(printable(report, cell) for cell in row)


def _grades(report: AnnualReport, table: GradeTable) -> Iterator[Block]:
    keys = grade_keys(report, table.prefix)
    if not all(key in report.measures for key in keys):
        return
    counts = [int(report.measures[key]["value"] or 0) for key in keys]
    rows = [
        [
            line(grade[0]),
            punctuated(band(report.grades, place)),
            shown(report.measures[key]),
            share(count, sum(counts)),
        ]
        for place, (grade, key, count) in enumerate(zip(report.grades, keys, counts, strict=True))
    ]
    rows.append(["合计", NOTHING, f"{sum(counts)}个", share(sum(counts), sum(counts))])
    yield Table(table.caption, ("等级", "分数段", "数量", "占比"), rows, "ccrr", (20, 36, 22, 22))


def share(part: int, whole: int) -> str:
    """Return a percentage with two decimals, half-up; a dash of nothing."""
    if not whole:
        return NOTHING
    percent = Decimal(100) * part / whole
    return f"{percent.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"


def _cuts(report: AnnualReport) -> Iterator[Block]:
    cut = [one for one in report.actions if one.get("deduct_amount")]
    if not cut:
        return
    rows = [
        [
            line(one["code"]),
            line(one["name"]),
            line(one["department"]),
            f"{one['score']}",
            wan(one["deduct_amount"]),
        ]
        for one in sorted(cut, key=lambda one: (-Decimal(one["deduct_amount"]), str(one["code"])))[:SHOWN]
    ]
    more = f"(共{len(cut)}个,列扣减金额最大的{len(rows)}个)" if len(cut) > len(rows) else ""
    yield Table(
        f"扣减预算项目表{more}",
        ("项目编号", "项目名称", "部门单位", "得分", "扣减金额(万元)"),
        rows,
        "lllrr",
        (16, 32, 22, 10, 20),
        dense=True,
    )


SHOWN = 10


def wan(amount: object) -> str:
    """Return yuan as 万元 with two decimals, half-up."""
    return f"{(Decimal(str(amount)) / 10_000).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}"
