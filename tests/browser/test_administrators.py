"""The days of the three administrators, and of somebody the first of them lets in."""

import re
from contextlib import ExitStack
from uuid import uuid4

from playwright.sync_api import Page, expect

from host.composition import Bihuan, server_database
from host.demo.county import find
from host.demo.moments import usual
from host.settings import Settings
from tests.browser.at_work import file, open_form, receipt, sign_out, take
from tests.browser.conftest import SignIn
from tests.browser.counties import Counties
from tests.browser.test_pages import Shot
from tests.integration.engine.diagrams import diagram, flow
from tests.integration.engine.stage import started

OWN_WORD = "a-word-of-her-own"
LOCKING = diagram(
    "day_locking",
    """<bpmn:startEvent id="begin"/>
    <bpmn:serviceTask id="lock" name="锁定目标基线" bihuan:operation="lock_baseline"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "lock")
    + flow("lock", "done"),
    unit="begin lock done",
)


def added_person(admin: Page, login: str) -> str:
    """Add a clerk of a department, open an account for him, and return the one-time password."""
    admin.goto("/manage/organisations")
    admin.locator(".bh-tree").get_by_role("link", name=re.compile("^教育局")).click()
    admin.locator("summary", has_text="新增人员").click()
    form = admin.locator("form[action$='/manage/people']")
    form.locator("[name=name]").fill("林一心")
    form.locator("[name=code]").fill(login)
    form.locator("[name=role]").select_option(label="主管部门经办")
    form.get_by_role("button").click()
    admin.get_by_role("link", name="林一心").first.or_(
        admin.get_by_role("heading", name="林一心")
    ).first.click()
    admin.locator("main [name=login]").fill(login)
    admin.get_by_role("button", name="开通账号").click()
    return admin.locator(".bh-word").inner_text()


def change_password(page: Page, word: str) -> None:
    """Choose one's own password, which is all that is open before."""
    expect(page).to_have_url(re.compile("/me/password"))
    page.goto("/inbox")
    expect(page).to_have_url(re.compile("/me/password"))
    for name, typed in (("old", word), ("new", OWN_WORD), ("again", OWN_WORD)):
        page.fill(f"#{name}", typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")


def test_somebody_who_is_added_changes_the_password_and_selects_projects(sign_in: SignIn, shot: Shot) -> None:
    admin = sign_in("admin")
    login = f"lin{uuid4().hex[:6]}"
    word = added_person(admin, login)
    expect(admin.locator("main")).to_contain_text("前有效")
    shot(admin, "day-added")
    sign_out(admin)

    page = sign_in(login, password=word)
    change_password(page, word)
    about = take(page, "选定评价项目")
    open_form(page)
    shot(page, "day-selection")
    page.get_by_role("checkbox").first.check()
    page.fill("[name=reason]", "其余项目上年度已评价。")
    shot(page, "day-selected")
    file(page)
    receipt(page, about, "其余项目上年度已评价。")
    sign_out(page)

    again = sign_in(login, password=OWN_WORD)
    expect(again.locator("h1")).to_contain_text("待办")


def test_an_audit_administrator_reads_who_did_what(sign_in: SignIn, shot: Shot) -> None:
    sign_out(sign_in("admin"))
    page = sign_in("audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("审计记录")
    page.fill("#find", "account.sign_in")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=account.sign_in**")
    expect(page.locator("tbody tr").first).to_contain_text("account.sign_in")
    expect(page.locator("tbody")).to_contain_text("系统管理员")
    shot(page, "day-audit")
    page.goto("/manage/audit")
    page.get_by_role("link", name="更早的记录").click()
    page.wait_for_url("**before=**")
    for closed in ("/inbox", "/manage/accounts", "/manage/incidents"):
        answer = page.request.get(closed)
        assert answer.status == 403, closed
    sign_out(page)


def break_something(counties: Counties) -> None:
    """Let an automatic step of the usual county fail: there is no target to lock."""
    settings = Settings.read(counties.environment)
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        leaving.callback(server.close)
        county = find(settings, server, usual(), print)
        assert county is not None
        database = server.sibling(county.database)
        bihuan = leaving.enter_context(Bihuan(settings, clock=county.clock, database=database))
        with bihuan.unit_of_work() as uow:
            started(uow, LOCKING, title="教育局基线", parties={"subject": 11, "bureau": 2})


def test_a_process_administrator_settles_what_stands_still(
    sign_in: SignIn, shot: Shot, counties: Counties
) -> None:
    page = sign_in("process")
    break_something(counties)
    page.goto("/manage/incidents")
    row = page.locator("section", has_text="教育局基线")
    expect(row).to_contain_text("没有可以锁定的绩效目标")
    shot(page, "day-incidents")
    row.locator("[name=reason]").fill("目标已补报,再试一次")
    row.get_by_role("button", name="重试").click()
    page.wait_for_url("**said=retried**")
    expect(row).to_contain_text("试过 2 次")

    row.locator("[name=reason]").fill("该事项不需要锁定")
    row.get_by_role("button", name="跳过这一步").click()
    page.wait_for_url("**said=skipped**")
    expect(row).to_have_count(0)
    shot(page, "day-incidents-settled")
    sign_out(page)
