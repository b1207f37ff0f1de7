"""What goes wrong while somebody types: the line is cut, the tab dies, the session ends, a colleague types too."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_days import form_in_hand

CUT = "ERR_INTERNET_DISCONNECTED"


def cut_and_typed(page: Page, address: str, words: str) -> None:
    """Open a form, lose the line, and type."""
    page.goto(address)
    page.context.set_offline(True)
    page.fill("[name=goal_result]", words)
    expect(page.locator("#saved")).to_contain_text("已存本机")


def test_a_tab_that_dies_without_a_connection_loses_nothing(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected=CUT)
    address = form_in_hand(page)
    cut_and_typed(page, address, "断网后关掉了这一页。")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)

    expect(again.locator("[name=goal_result]")).to_have_value("断网后关掉了这一页。")
    expect(again.locator("#saved")).to_contain_text("已保存")
    again.reload()
    expect(again.locator("[name=goal_result]")).to_have_value("断网后关掉了这一页。")


def test_saving_by_hand_without_a_connection_loses_nothing(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected=CUT)
    address = form_in_hand(page)
    cut_and_typed(page, address, "断网时按了保存。")
    page.get_by_role("button", name="保存").first.click()
    expect(page).to_have_url(re.compile("chrome-error"))
    page.context.set_offline(False)

    page.goto(address)

    expect(page.locator("[name=goal_result]")).to_have_value("断网时按了保存。")


def test_after_signing_in_again_the_form_stands_as_it_was_left(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected="Failed to load resource")
    address = form_in_hand(page)
    cut_and_typed(page, address, "会话已经结束。")
    token = page.locator("meta[name=form-token]").get_attribute("content") or ""
    page.context.request.post("/sign-out", form={"form_token": token})  # from elsewhere: the page has no line
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("登录已过期")

    page.goto(address)
    expect(page).to_have_url(re.compile("/sign-in"))
    page.fill("#login", "preparer")
    page.fill("#password", "bihuan-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(address)

    expect(page.locator("[name=goal_result]")).to_have_value("会话已经结束。")


def test_who_gave_the_task_back_in_another_tab_is_told_so_in_the_first(sign_in: SignIn) -> None:
    page = sign_in("preparer", expected="Failed to load resource")
    page.goto(form_in_hand(page))
    expect(page.locator("[name=goal_result]")).to_be_visible()
    token = page.locator("meta[name=form-token]").get_attribute("content") or ""
    page.request.post(page.url.replace("/form", "/release"), form={"form_token": token})

    page.fill("[name=goal_result]", "释放以后打的字。")

    expect(page.locator("#saved")).to_contain_text("请刷新这一页")


def test_two_people_type_in_one_form_at_once_and_keep_each_their_half(sign_in: SignIn) -> None:
    preparer, finance = sign_in("preparer"), sign_in("finance")
    address = form_in_hand(preparer)
    preparer.goto(address)
    finance.goto(address)
    for number in range(3):  # neither waits for the other
        preparer.fill("[name=goal_result]", f"两人同时填写,第 {number} 次。")
        finance.fill("[name=budget_amount]", f"{300 + number}.50")
        finance.fill("[name=executed_amount]", f"{290 + number}.25")
        preparer.wait_for_timeout(700)

    for page in (preparer, finance):
        expect(page.locator("#saved")).to_contain_text("已保存")
    expect(preparer.locator("[data-read=budget_amount]")).to_contain_text("302.50")
    preparer.reload()
    finance.reload()
    expect(preparer.locator("[name=goal_result]")).to_have_value("两人同时填写,第 2 次。")
    expect(finance.locator("[name=budget_amount]")).to_have_value("302.50")
    expect(finance.locator("[name=executed_amount]")).to_have_value("292.25")


def signed_out_elsewhere(sign_in: SignIn) -> tuple[Page, Page]:
    """Open a form, then sign out in another tab; return both tabs."""
    page = sign_in("preparer", expected="Failed to load resource")
    address = form_in_hand(page)
    page.goto(address)
    expect(page.locator("[name=goal_result]")).to_be_visible()
    other = page.context.new_page()
    other.goto("/me")
    other.locator(".bh-top").get_by_role("button", name="退出").click()
    return page, other


def test_who_signs_in_anew_in_another_tab_is_told_in_the_first_and_loses_nothing(sign_in: SignIn) -> None:
    page, other = signed_out_elsewhere(sign_in)
    enter(other)

    page.fill("[name=goal_result]", "别的窗口重新登录以后打的字。")
    expect(page.locator("#saved")).to_contain_text("请刷新这一页")
    page.get_by_role("button", name="检查并提交").first.click()
    expect(page.locator("h1:focus")).to_have_text("没有办成")  # where keyboard and screen reader begin
    page.get_by_role("link", name="回到刚才那一页").click()

    expect(page).to_have_url(re.compile("/form$"))
    expect(page.locator("[name=goal_result]")).to_have_value("别的窗口重新登录以后打的字。")


def test_who_is_signed_out_when_he_sends_a_form_is_back_in_it_after_signing_in(sign_in: SignIn) -> None:
    page, other = signed_out_elsewhere(sign_in)
    other.wait_for_url("**/sign-in")

    page.fill("[name=goal_result]", "退出以后打的字。")
    page.get_by_role("button", name="检查并提交").first.click()
    enter(page)

    expect(page).to_have_url(re.compile("/form$"))
    expect(page.locator("[name=goal_result]")).to_have_value("退出以后打的字。")


def enter(page: Page) -> None:
    """Sign in once more on the page that asks for it."""
    page.wait_for_url(re.compile("/sign-in"))
    page.fill("#login", "preparer")
    page.fill("#password", "bihuan-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
