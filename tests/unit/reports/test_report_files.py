"""OUT.json, OUT.md and OUT.docx: whole, equal for equal input, safe whatever the ledger's texts hold."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest

from ledger.findings.finding import Finding
from ledger.reports.annual import AnnualReport
from ledger.reports.composing import compose
from ledger.reports.markdown import as_markdown, escaped
from ledger.reports.writing import ReportNotWritten, check_place, write_reports
from tests.unit.reports.examples import overdue, report, year_run

HOSTILE = "=cmd|'/c calc'!A1 </w:t> <script>\x00\x0b\ud800\u202e {{ 7*7 }} [x](javascript:1)\n# 标题 | 又一列"


def hostile() -> AnnualReport:
    entry = {**overdue(1), "title": HOSTILE, "subject": HOSTILE, "task": HOSTILE}
    run = year_run(
        overdue=[entry],
        missing=[{"stage": "monitoring", "round": 1, "subject": HOSTILE, "title": HOSTILE}],
        waived=[{"stage": "monitoring", "round": 2, "reason": HOSTILE, "approver": HOSTILE}],
    )
    found = [Finding(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)]
    return replace(report(run=run, found=found), jurisdiction=HOSTILE)


def test_three_files_lie_beside_each_other(tmp_path: Path) -> None:
    out = tmp_path / "新 文件夹" / "OUT.json"

    written = write_reports(report(), out)

    assert [path.name for path in written] == ["OUT.json", "OUT.md", "OUT.docx"]
    assert sorted(path.name for path in out.parent.iterdir()) == ["OUT.docx", "OUT.json", "OUT.md"]


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_reports(report(), tmp_path / "a.json")
    second = write_reports(report(), tmp_path / "b.json")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_an_older_report_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "OUT.json"
    out.write_text("old")

    write_reports(report(), out)

    assert out.read_text("utf-8").startswith("{")


def test_a_folder_that_is_a_file_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ReportNotWritten) as refused:
        write_reports(report(), tmp_path / "file" / "OUT.json")

    assert refused.value.code == "report.not_written"
    assert "file" in refused.value.text
    assert "权限" in refused.value.text
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["OUT.md", "OUT.docx", "OUT"])
def test_a_report_that_is_not_named_json_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportNotWritten, match=r"\.json"):
        check_place(tmp_path / name)


def test_a_folder_in_the_place_of_the_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "OUT.json").mkdir()

    with pytest.raises(ReportNotWritten, match="文件夹"):
        check_place(tmp_path / "OUT.json")


def test_when_one_file_cannot_be_placed_the_error_tells_it(tmp_path: Path) -> None:
    (tmp_path / "OUT.md").mkdir()

    with pytest.raises(ReportNotWritten, match=r"OUT\.md"):
        write_reports(report(), tmp_path / "OUT.json")

    assert not list(tmp_path.glob(".*"))


def test_word_has_real_styles_page_numbers_and_repeated_header_rows(tmp_path: Path) -> None:
    path = write_reports(report(), tmp_path / "OUT.json")[2]

    word = docx.Document(str(path))
    styles = {paragraph.style.name for paragraph in word.paragraphs if paragraph.style is not None}
    assert {"Title", "Heading 1", "Heading 2", "Body Text", "Caption"} <= styles
    assert "PAGE" in word.sections[0].footer.paragraphs[0]._p.xml
    heads = [table.rows[0]._tr.xml for table in word.tables]
    assert all("w:tblHeader" in head for head in heads)
    assert all(head.index("w:tcW") < head.index("w:shd") < head.index("w:vAlign") for head in heads)


def test_word_names_chinese_fonts_with_their_other_names(tmp_path: Path) -> None:
    path = write_reports(report(), tmp_path / "OUT.json")[2]

    with ZipFile(path) as packed:
        styles = packed.read("word/styles.xml").decode("utf-8")
        fonts = packed.read("word/fontTable.xml").decode("utf-8")
    assert {"宋体", "黑体", "仿宋", "楷体"} <= set(re.findall('w:eastAsia="([^"]+)"', styles))
    assert '<w:font w:name="宋体"><w:altName w:val="SimSun"/>' in fonts


def test_word_names_no_person_and_no_moment_of_writing(tmp_path: Path) -> None:
    path = write_reports(report(), tmp_path / "OUT.json")[2]

    known = docx.Document(str(path)).core_properties
    with ZipFile(path) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [part for part in packed.namelist() if "thumbnail" in part]
    assert (known.author, known.last_modified_by, known.comments) == ("", "", "")
    assert known.title == "沙湾市2021年度预算绩效管理工作报告"
    assert known.created is not None
    assert known.created.year == 2022


def test_texts_of_the_ledger_cannot_break_a_file(tmp_path: Path) -> None:
    written = write_reports(hostile(), tmp_path / "OUT.json")

    word = docx.Document(BytesIO(written[2].read_bytes()))
    assert any("<script>" in cell.text for table in word.tables for cell in table._cells)
    assert "\\u202e" not in written[1].read_text("utf-8")


def test_texts_of_the_ledger_cannot_become_markup() -> None:
    text = as_markdown(compose(hostile()))

    rows = [row for row in text.splitlines() if row.startswith("|") and "calc" in row]
    assert rows
    assert "\\<script\\>" in text
    assert "{{ 7\\*7 }}" in text
    assert "\n# 标题" not in text
    assert "](javascript" not in text.replace("\\]", "")


def test_every_row_of_a_table_has_the_cells_of_its_header() -> None:
    for block in re.split(r"\n\n", as_markdown(compose(hostile()))):
        if block.startswith("|"):
            cells = {len(re.findall(r"(?<!\\)\|", row)) for row in block.strip().splitlines()}
            assert len(cells) == 1


@pytest.mark.parametrize(("text", "expected"), [("a|b", r"a\|b"), ("# 甲", r"\# 甲"), ("甲\n乙", "甲 乙")])
def test_marks_of_markdown_are_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected
