"""The annexes: all measures, the policy's own figures, what is to be confirmed, how the report was made."""

from collections.abc import Iterator, Sequence
from json import dumps

from ledger.reports.annual import AnnualReport, Entry
from ledger.reports.document import Annex, Block, Items, Paragraph, Table, line
from ledger.reports.sentences import NOTHING, punctuated

TITLES = ("指标总表", "政策规定取值表", "待财政部门确认的取值", "编制说明")


def annexes(report: AnnualReport) -> Iterator[Block]:
    """List the annexes below the report, then give them."""
    first, second, third, fourth = (f"附件{number} {title}" for number, title in enumerate(TITLES, 1))
    yield Paragraph("附件:" + ";".join(f"{number}.{title}" for number, title in enumerate(TITLES, 1)))
    yield Annex(first)
    yield Paragraph(
        "指标代码也是查询名:数据文件 queries 中同名的查询给出该数据及其明细;来自政策规定的取值不作查询。"
    )
    yield _measures(report)
    yield Annex(second)
    yield _parameters(report)
    yield Annex(third)
    yield from _confirming(report)
    yield Annex(fourth)
    yield Items(list(_making(report)))


def _confirming(report: AnnualReport) -> Iterator[Block]:
    if report.confirm:
        heads = ("序号", "参数", "暂用取值", "需确认的事项")
        yield _values("待确认取值表", heads, report.confirm, "confirm")
    else:
        yield Paragraph("没有待确认的取值。")
    if report.confirmed:
        yield _values("已确认取值表", ("序号", "参数", "取值", "确认人和依据"), report.confirmed, "confirmed")


def _values(title: str, heads: Sequence[str], entries: Sequence[Entry], said: str) -> Table:
    rows = [
        [str(number), *(punctuated(line(one[name])) for name in ("title", "value", said))]
        for number, one in enumerate(entries, 1)
    ]
    return Table(title, tuple(heads), rows, "clll", (8, 22, 28, 42), dense=True)


def _measures(report: AnnualReport) -> Table:
    rows = [
        [
            str(number),
            punctuated(line(entry["title"])),
            entry["printed"],
            entry["unit"],
            NOTHING if entry["query"].startswith("policy:") else str(entry["rows"]),
            line(key),
        ]
        for number, (key, entry) in enumerate(report.measures.items(), 1)
    ]
    header = ("序号", "指标", "数值", "单位", "明细行数", "指标代码")
    return Table("指标总表", header, rows, "clrcrl", (7, 31, 15, 8, 11, 28), dense=True)


def _parameters(report: AnnualReport) -> Table:
    rows = [
        [
            punctuated(line(entry["title"])),
            entry["printed"],
            {"date": "日期", "month": "月份"}.get(entry["unit"], entry["unit"]),
            "、".join(line(rule) for rule in entry["rules"]) or "本次设置",
            line(key),
        ]
        for key, entry in report.parameters.items()
    ]
    header = ("参数", "取值", "单位", "依据", "代码")
    return Table("政策规定取值表", header, rows, "lrccl", (30, 15, 9, 14, 32), dense=True)


def _making(report: AnnualReport) -> Iterator[str]:
    policy = report.policy
    yield f"政策包:{line(policy['name'])}({line(policy['id'])}),预算年度{report.year}。"
    overrides = policy.get("overrides") or {}
    if overrides:
        texts = ";".join(
            f"{line(key)}={line(dumps(value, ensure_ascii=False))}" for key, value in overrides.items()
        )
        yield f"本次运行另行设置的参数:{texts}。"
    if report.seed is not None:
        yield f"本报告由模拟运行生成:随机种子{report.seed},逾期填报比例{report.late_share:.10g}。"
    yield "打印的数据按四舍五入取到规定位数;平均得分是各对象得分的算术平均,执行率是合计数之比,完成率和量化率是各项目比率的平均。"
    yield "依据栏中 N 为国家文件,S 为间接来源,E 为系统默认,其余为当地文件的规则编号。没有数据的平均数以“—”表示。"
