"""The main day of those who do most of the work, in the browser, on the county of `make run`."""

import re

from playwright.sync_api import Page, expect

from tests.browser.at_work import decide, read_before, receipt, sign_out, take
from tests.browser.conftest import PHONE, SignIn
from tests.browser.test_pages import Shot, violations, with_axe

SAID = "按计划完成全部工作,达到预期目标。"


PASTE = """(text) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""
"""Paste as from a sheet: Chromium without a screen has no clipboard of its own."""


def form_in_hand(page: Page) -> str:
    """Claim a self-evaluation and return the address of its form."""
    page.goto("/inbox?view=group&q=填报自评表")
    claim = page.locator(".bh-acts").get_by_role("button", name="认领", exact=True)
    if claim.count():
        claim.click()
        page.wait_for_url("**did=claimed**")
    page.goto("/inbox?view=mine&q=填报自评表")
    return page.locator("a[href$='/form']").first.get_attribute("href") or ""


def fill_indicators(page: Page) -> None:
    """Say of every indicator that its target was met."""
    for choice in page.locator("select[name$='.tier']:visible").all():
        choice.select_option(index=1)
    for points in page.locator("input[name$='.typed_points']:visible").all():
        cells = points.locator("xpath=ancestor::tr/td").all_inner_texts()
        points.fill(next(text for text in cells if re.fullmatch(r"[0-9.]+", text.strip())))
    for actual in page.locator("input[name$='.actual']:visible").all():
        target = re.search(r"[≥≤=]\s*([\d,.]+)", actual.locator("xpath=ancestor::tr").inner_text())
        actual.fill(target[1].replace(",", "") if target else "1")


@with_axe
def test_a_preparer_and_finance_fill_in_one_form_and_file_it(sign_in: SignIn, shot: Shot) -> None:
    preparer, finance = sign_in("preparer"), sign_in("finance")
    address = form_in_hand(preparer)

    finance.goto(address)
    finance.fill("[name=budget_amount]", "248.65")
    finance.fill("[name=executed_amount]", "248.65")
    shot(finance, "day-finance")
    finance.get_by_role("button", name="确认资金部分").click()
    finance.wait_for_load_state()
    expect(finance.locator("main")).to_contain_text("已确认")

    preparer.goto(address)
    expect(preparer.locator("main")).to_contain_text("248.65")
    preparer.fill("[name=goal_result]", SAID)
    fill_indicators(preparer)
    preparer.get_by_role("button", name="检查并提交").click()
    preparer.wait_for_url("**/answers")
    expect(preparer.locator("main")).to_contain_text(SAID)
    found = violations(preparer)
    shot(preparer, "day-answers")
    preparer.get_by_role("button", name="提交").last.click()
    preparer.wait_for_url(lambda url: "/answers" not in url)
    shot(preparer, "day-filed")

    assert not found, "\n".join(found)
    preparer.goto("/inbox?view=done")
    expect(preparer.locator("main")).to_contain_text("填报自评表")


def test_an_unfinished_form_says_what_is_missing_and_nothing_of_another_copy(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected="422 (UNPROCESSABLE")
    page.goto(form_in_hand(page))
    page.fill("[name=goal_result]", "只写了一句。")
    page.get_by_role("button", name="检查并提交").click()

    expect(page.get_by_role("alert").first).to_contain_text("才能提交")
    expect(page.locator("#kept")).to_be_hidden()


def test_what_was_typed_without_a_connection_is_there_after_it_came_back(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected="ERR_INTERNET_DISCONNECTED")
    address = form_in_hand(page)
    page.goto(address)
    page.context.set_offline(True)
    page.fill("[name=goal_result]", "断网时写下的话。")
    expect(page.locator("#saved")).to_contain_text("已存本机")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("已保存")

    page.goto("/inbox")
    page.goto(address)

    expect(page.locator("[name=goal_result]")).to_have_value("断网时写下的话。")


def test_two_windows_on_one_form_are_shown_each_others_words(sign_in: SignIn, shot: Shot) -> None:
    one = sign_in("preparer", expected="409 (CONFLICT)")
    address = form_in_hand(one)
    one.goto(address)
    other = one.context.new_page()
    other.goto(address)
    other.fill("[name=goal_result]", "第二个窗口先写的。")
    other.get_by_role("button", name="保存").first.click()
    other.wait_for_load_state()

    one.locator("[name=goal_result]").evaluate("field => { field.value = '第一个窗口后写的。' }")
    one.get_by_role("button", name="保存").first.click()
    one.wait_for_load_state()

    shot(one, "day-conflict")
    expect(one.locator("main")).to_contain_text("第二个窗口先写的。")
    expect(one.locator("main")).to_contain_text("第一个窗口后写的。")


def test_finance_returns_a_form_with_a_remark_by_keyboard_only(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("section")
    page.goto("/inbox?view=group")
    page.locator(".bh-acts").get_by_role("button", name="认领", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**did=claimed**")

    page.keyboard.press("r")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    reason = dialog.locator("textarea[name=reason]")
    for _ in range(60):
        page.keyboard.press("Tab")
        if reason.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("执行数与国库支付不一致,请核对。")
    shot(page, "day-return")
    send = dialog.locator("button[type=submit], button:not([type])").last
    for _ in range(60):
        page.keyboard.press("Tab")
        if send.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox**")

    expect(page.locator("body")).to_contain_text("已退回")


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than a phone."""
    return int(page.evaluate("document.documentElement.scrollWidth")) <= PHONE["width"]


def test_a_unit_head_reads_and_signs_on_a_phone(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("unit_head", viewport=PHONE)
    about = take(page, "负责人签字")
    shot(page, "day-phone")
    wide = [fits(page)]
    read_before(page, "填报")
    shot(page, "day-phone-form")
    wide.append(fits(page))
    page.go_back()
    page.select_option("#review [name=agreed]", label="是")
    shot(page, "day-phone-sign")
    decide(page)
    shot(page, "day-phone-signed")
    wide.append(fits(page))

    receipt(page, about, "是")
    shot(page, "day-phone-receipt")
    wide.append(fits(page))
    assert all(wide), wide
    sign_out(page)


@with_axe
def test_an_administrator_makes_an_account_whose_owner_changes_the_password_first(
    sign_in: SignIn, shot: Shot
) -> None:
    page = sign_in("admin")
    page.goto("/manage/organisations")
    shot(page, "day-organisations")
    found = violations(page)
    page.goto("/manage/accounts")
    page.locator("main [name=name]").fill("周宁")
    page.locator("main [name=login]").fill("zhouning")
    page.select_option("[name=duty]", label="系统管理员")
    page.get_by_role("button", name="新设账号").click()
    expect(page.locator("main")).to_contain_text("一次性密码")
    found += violations(page)
    shot(page, "day-account")
    password = re.search(r"只显示这一次\s+(\S+)", page.locator("main").inner_text())

    assert password is not None
    other = sign_in("zhouning", password=password[1])
    assert "/me/password" in other.url
    other.goto("/manage/accounts")
    assert "/me/password" in other.url
    assert not found, "\n".join(found)


def test_rows_pasted_from_a_sheet_fill_the_grid_and_those_that_do_not_fit_are_counted(
    sign_in: SignIn,
) -> None:
    page = sign_in("preparer")
    page.goto(form_in_hand(page))
    # A row that is judged in words has its cell folded away.
    cells = page.locator("input[name^='lines['][name$='.actual']:visible")
    last = page.locator(f"[name='{cells.last.get_attribute('name')}']")
    rows = page.locator("table[data-table=lines] tbody tr").count()
    last.focus()

    page.evaluate(PASTE, "\n".join(f"{number}\t偏差说明𠮷 {number}" for number in range(1000)))

    said = page.locator("#s-lines [data-pasted], section:has(table[data-table=lines]) [data-pasted]")
    expect(said).to_contain_text("已粘贴")
    done = int(re.findall(r"\d+", said.inner_text())[0])
    assert 1 <= done <= rows
    expect(said).to_contain_text(f"另有 {1000 - done} 行放不下")
    expect(last).to_have_value("0")
