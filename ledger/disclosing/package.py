"""The package for the people's congress: targets beside the draft budget, results beside the final accounts.

It holds what was approved for disclosure, so that what the congress reads and what the public reads are the same; departments whose
package is not approved are named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from engine.errors import NotFound
from ledger.disclosing import reading, telling
from ledger.disclosing.reading import RESULTS, TARGETS, Row
from ledger.figures.sheet import workbook
from ledger.policies_in_force import Place
from ledger.reports.document import Block, Document, Heading, Items, Paragraph, Table
from ledger.reports.docx_file import EARLIEST, as_docx

TITLES = {
    TARGETS: "{place}{year}年度部门预算项目绩效目标(随预算草案)",
    RESULTS: "{place}{year}年度部门项目绩效评价结果(随决算草案)",
}


@dataclass(frozen=True)
class Package:
    """What the congress is given. departments: sums, by code; waiting: (code, name) that are not approved."""

    kind: str
    title: str
    year: int
    departments: Sequence[Row]
    whole: Row
    projects: Sequence[Row]
    waiting: Sequence[Row]


def package(session: Session, kind: str, place: Place, year: int) -> Package:
    """Return the package of a year."""
    departments, whole = reading.departments(session, kind, place.id, year)
    return Package(
        kind,
        TITLES[kind].format(place=place.name, year=year),
        year,
        departments,
        whole,
        reading.projects(session, kind, place.id, year),
        reading.waiting(session, kind, place.id, year),
    )


def as_zip(found: Package) -> bytes:
    """Return the package as one file: a Word document and a workbook. Raises NotFound if nothing is approved."""
    if not found.projects:
        raise NotFound(
            f"{found.year} 年度还没有审核同意公开的内容,不能生成材料;请先办完公开审核。",
            code="congress.nothing",
        )
    dated = datetime(found.year, 1, 1, tzinfo=UTC)
    parts = {
        f"{found.title}.docx": as_docx(_document(found), dated=dated),
        f"{found.title}.xlsx": workbook(
            [("部门", *_departments(found)), ("项目", *_projects(found))], dated=dated
        ),
    }
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, data)
    return raw.getvalue()


def _document(found: Package) -> Document:
    return Document(found.title, list(_blocks(found)))


def _blocks(found: Package) -> Iterator[Block]:
    yield Paragraph(_summary(found))
    head, rows = _departments(found)
    yield Heading("一、部门汇总")
    yield Table(
        "部门汇总表", head, rows, "l" + "r" * (len(head) - 1), (30, *(14 for _ in head[1:])), dense=True
    )
    yield Heading("二、项目明细")
    head, rows = _projects(found)
    widths = (16, 30, 22, *(12 for _ in head[3:]))
    yield Table("项目明细表", head, rows, "lll" + "r" * (len(head) - 3), widths, dense=True)
    if found.waiting:
        yield Heading("三、尚未审核同意的部门")
        yield Items([f"{one['name']}({one['code']})" for one in found.waiting])


def _summary(found: Package) -> str:
    whole, number = found.whole, len(found.departments)
    if found.kind == TARGETS:
        return (
            f"{found.year}年度共有{number}个部门的{whole['projects']}个项目绩效目标经审核同意公开,"
            f"预算合计{telling.wan(whole['amount'])}万元,设三级指标{whole['indicators']}个。"
        )
    return (
        f"{found.year}年度共有{number}个部门的{whole['projects']}个项目绩效评价结果经审核同意公开,全年预算"
        f"{telling.wan(whole['budget'])}万元,实际支出{telling.wan(whole['executed'])}万元,"
        f"财政评分平均{telling.number(whole['finance_score'])}分。"
    )


def _departments(found: Package) -> tuple[list[str], list[list[str]]]:
    keys: list[tuple[str, ...]]
    if found.kind == TARGETS:
        head = ["部门单位", "项目数", "预算(万元)", "三级指标"]
        keys = [
            (str(row["projects"]), telling.wan(row["amount"]), str(row["indicators"])) for row in _all(found)
        ]
    else:
        head = ["部门单位", "项目数", "预算(万元)", "支出(万元)", "自评平均分", "财政平均分"]
        keys = [
            (
                str(row["projects"]),
                telling.wan(row["budget"]),
                telling.wan(row["executed"]),
                telling.number(row["self_score"]),
                telling.number(row["finance_score"]),
            )
            for row in _all(found)
        ]
    names = [row["department"] or "合计" for row in _all(found)]
    return head, [[name, *cells] for name, cells in zip(names, keys, strict=True)]


def _all(found: Package) -> list[Row]:
    return [*found.departments, found.whole]


def _projects(found: Package) -> tuple[list[str], list[list[str]]]:
    rows: list[tuple[str, ...]]
    common = ["编号", "名称", "部门单位"]
    if found.kind == TARGETS:
        rows = [(telling.wan(row["amount"]), str(row["indicator_count"])) for row in found.projects]
        head = [*common, "预算(万元)", "三级指标"]
    else:
        rows = [
            (
                telling.wan(row["budget_amount"]),
                telling.wan(row["executed_amount"]),
                telling.number(row["self_score"]),
                telling.number(row["finance_score"]),
                row["grade"],
            )
            for row in found.projects
        ]
        head = [*common, "预算(万元)", "支出(万元)", "自评得分", "财政评分", "等级"]
    named = [(row["code"], row["name"], row["department"]) for row in found.projects]
    return head, [[*name, *cells] for name, cells in zip(named, rows, strict=True)]
