"""The day the payments come: a file with a wrong row, its errors read and mended, brought in, seen on the project's page."""

import re
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn


def chosen(page: Page, folder: Path, code: str, *cells: str | float) -> None:
    """Download the template of payments, fill in the row of a project, and try it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="支出模板").click()
    book, kept = load_workbook(BytesIO(download.value.path().read_bytes())), folder / "支出.xlsx"
    sheet = book["支出"]
    row = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == code)
    for cell, value in zip(row[2:], cells, strict=False):
        cell.value = value
    book.save(kept)
    page.set_input_files("input[type=file]", kept)
    page.get_by_role("button", name="试导入").click()


def test_a_wrong_row_is_read_mended_and_its_figures_are_on_the_projects_page(
    sign_in: SignIn, tmp_path: Path
) -> None:
    lead = sign_in("performance", expected="422")
    lead.goto("/projects?stage=self_evaluation")
    link = lead.locator("main td a[href*='/projects/']").first
    project, code = link.get_attribute("href") or "", lead.locator("main td small").first.inner_text().strip()
    lead.goto(project)
    (year,) = re.findall(r"(\d{4}) 年度", lead.locator("header").last.inner_text())[:1]
    lead.goto("/manage/projects")
    lead.get_by_role("link", name=year, exact=True).click()

    chosen(lead, tmp_path, code, f"{year}-13-31", 45.678)

    expect(lead.get_by_text("没有导入任何内容")).to_be_visible()
    expect(lead.get_by_role("row", name=re.compile("C 截至日期"))).to_contain_text(f"{year}-01-01")
    expect(lead.get_by_role("row", name=re.compile("D 累计支出"))).to_contain_text("最多两位小数")

    chosen(lead, tmp_path, code, f"{year}-12-31", 45.67, 60)

    expect(lead.get_by_text("试导入通过")).to_be_visible()
    expect(lead.get_by_role("row", name=re.compile(code))).to_contain_text("45.67")
    lead.get_by_role("button", name="确认导入").click()
    expect(lead.get_by_text("已导入。").first).to_be_visible()
    expect(lead.get_by_role("row", name=re.compile(code))).to_contain_text("新增")
    lead.goto(project)
    money = lead.locator("section[aria-labelledby=money]")
    expect(money).to_contain_text("45.67 万元")
    expect(money).to_contain_text(f"截至 {year}-12-31")
