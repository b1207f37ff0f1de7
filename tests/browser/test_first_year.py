"""A year from the empty installation: the first administrator, people, projects, the year, and a task in an inbox."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from ledger.budgeting import sheet as projects_sheet
from ledger.roster import sheets
from tests.browser.counties import ROOT, STANDS_SECONDS, free_port
from tests.browser.test_pages import Shot
from tests.scratch import scratch

WORD = "a-word-of-my-own"
OFFICES = [("CZJ", "财政局", "财政局", ""), ("D01", "水利局", "部门", "")]
PEOPLE = [
    ("1", "程绩效", "CZJ", "绩效评价中心", "2020-01-01", "", "lead"),
    ("2", "石填报", "D01", "填报人", "2020-01-01", "", "filler"),
]
PROJECTS = [("P-1", "河道清淤", "D01", 120.5), ("P-2", "灌区改造", "D01", 80)]


@pytest.fixture
def empty() -> Iterator[tuple[str, str]]:
    """The address of an installation that nobody has used yet, and that which makes its first administrator."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-first-", dir=scratch()))
    folder.chmod(0o755)
    port, said = free_port(), folder / "said.log"
    environment = os.environ | {"BIHUAN_DATA_DIR": str(folder / "data"), "BIHUAN_DATABASE_URL": ""}
    with said.open("w") as log:
        host = subprocess.Popen(
            [sys.executable, "-m", "host.cli.main", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}", _set_up(said, host)
    finally:
        host.send_signal(signal.SIGTERM)
        host.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(said: Path, host: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + STANDS_SECONDS
    while True:
        found = re.search(r"/set-up/[\w.~-]+", said.read_text())
        if found:
            return found[0]
        assert host.poll() is None and time.monotonic() < until, said.read_text()
        time.sleep(0.3)


def filled(template: bytes, **rows: Sequence[tuple[str | float, ...]]) -> dict[str, str | bytes]:
    """Return a workbook of a template with these rows by sheet, as a browser sends it."""
    book, kept = load_workbook(BytesIO(template)), BytesIO()
    for name, listed in rows.items():
        for row in listed:
            book[name].append(row)
    book.save(kept)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "filled.xlsx", "mimeType": kind, "buffer": kept.getvalue()}


def sent(page: Page, file: dict[str, str | bytes]) -> None:
    """Try a file and confirm it; wait for the end of its import."""
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="试导入").click()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("已导入。").first.wait_for()


def entered(browser: Browser, address: str, login: str, word: str) -> Page:
    """Sign in with a one-time password and choose one's own."""
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/password**")
    for name, typed in (("old", word), ("new", WORD), ("again", WORD)):
        page.fill(f"#{name}", typed)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/me/password" not in url)
    return page


def test_the_first_task_of_the_first_year_is_in_its_preparers_inbox(
    browser: Browser, empty: tuple[str, str], shot: Shot
) -> None:
    address, set_up = empty
    admin = browser.new_context(base_url=address, locale="zh-CN").new_page()
    admin.goto(set_up)
    for name, typed in (("login", "admin"), ("name", "首位管理员"), ("password", WORD)):
        admin.fill(f"[name={name}]", typed)
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("heading", level=1)).to_have_text("登记地区")
    shot(admin, "first-place")
    admin.fill("[name=name]", "河畔县")
    admin.fill("[name=code]", "370000")
    admin.get_by_role("button", name="登记").click()
    sent(admin, filled(sheets.template(), 单位=OFFICES, 人员=PEOPLE))
    admin.get_by_role("button", name="显示一次性密码").click()
    rows = admin.locator("tr", has=admin.locator("code"))
    words = {cells[5]: cells[6] for cells in (row.locator("td").all_inner_texts() for row in rows.all())}

    lead = entered(browser, address, "lead", words["lead"])
    lead.goto("/manage/projects")
    year = str(lead.evaluate("new Date().getFullYear() + 1"))
    lead.locator("form[enctype] [name=year]").fill(year)
    sent(lead, filled(projects_sheet.template(), 项目=PROJECTS))
    shot(lead, "first-projects")
    lead.get_by_role("link", name=f"开启 {year} 年度").click()
    for box in lead.locator("input[name=stage]").all():
        box.set_checked(box.get_attribute("value") == "target")
    shot(lead, "first-year")
    lead.get_by_role("button", name=f"开启 {year} 年度").click()
    lead.wait_for_url("**said=year_opened**")
    lead.get_by_role("link", name="绩效目标").click()
    if lead.get_by_text("提前开始").count():  # before its day
        lead.locator("summary", has_text="提前开始").click()
        lead.locator("details[open] [name=reason]").fill("第一年早开始")
        lead.get_by_role("button", name="现在开始").click()
    expect(lead.get_by_role("heading", level=1)).to_contain_text("绩效目标")
    shot(lead, "first-stage")

    filler = entered(browser, address, "filler", words["filler"])
    task = filler.locator(".bh-task", has_text="河道清淤")
    until = time.monotonic() + 90
    while not task.count() and time.monotonic() < until:
        filler.goto("/inbox?view=group")
        filler.wait_for_timeout(1_000)
    expect(task.first).to_contain_text("填报绩效目标")
    shot(filler, "first-inbox")
