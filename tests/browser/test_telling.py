"""Being told: messages are read and lead to the task; wishes stay; a calendar opens without signing in; a robot keeps its secret."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SignIn
from tests.browser.test_pages import Shot

ADDRESS = "https://robot.example.com/send?key=a-very-secret-key"


def test_a_message_is_opened_and_counts_no_longer(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("preparer", viewport=PHONE)
    page.goto("/messages")
    shot(page, "messages-phone")
    before = page.locator(".bh-messages .is-fresh").count()
    assert before, "the demonstration's preparers are reminded of their self-evaluation"
    expect(page.locator(".bh-tabs")).to_contain_text(f"消息 {before}")

    page.get_by_role("button", name=re.compile("^打开 到期前")).first.click()

    page.wait_for_url("**/inbox?task=**")
    page.goto("/messages")
    assert page.locator(".bh-messages .is-fresh").count() == before - 1


def test_one_message_and_then_all_are_marked_read_with_the_keyboard(sign_in: SignIn) -> None:
    page = sign_in("preparer")
    page.keyboard.press("g")
    page.keyboard.press("x")
    page.wait_for_url("**/messages")
    marked = page.get_by_role("button", name=re.compile("^标为已读"))
    before = marked.count()
    assert before
    marked.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已标为已读")
    expect(page.locator(".bh-messages .is-fresh")).to_have_count(before - 1)

    if before > 1:
        page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("没有未读消息")).to_be_visible()
    page.get_by_role("link", name="看以前的消息").click()
    expect(page.locator(".bh-messages li").first).to_be_visible()
    assert page.locator(".bh-spine b").count() <= 1, "only the inbox may count"


def test_wishes_stay_and_the_calendar_is_shown_once(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("unit_head", expected="422")
    page.goto("/me")
    page.get_by_role("link", name="通知方式").click()
    page.get_by_label("抄送").uncheck()
    page.get_by_label("每天只发一封，在").select_option("8")
    page.get_by_label("免打扰从").select_option("22")
    page.get_by_label("免打扰到").select_option("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("两个不同的钟点")
    assert not page.get_by_label("抄送").is_checked(), "what was typed stays"
    page.get_by_label("免打扰到").select_option("7")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    assert not page.get_by_label("抄送").is_checked()
    expect(page.get_by_label("每天只发一封，在")).to_have_value("8")

    page.get_by_role("button", name="新建日历地址").click()
    address = page.locator(".bh-word").inner_text()
    shot(page, "my-telling")
    page.goto("/me/telling")
    assert address not in page.content()
    assert page.context.browser
    stranger = page.context.browser.new_context()
    read = stranger.request.get(address)
    assert read.ok and read.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VCALENDAR" in read.text() and not stranger.cookies()
    page.get_by_role("button", name="停用日历地址").click()
    assert stranger.request.get(address).status == 404
    stranger.close()


def test_a_robot_keeps_its_address_to_itself(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("admin")
    page.goto("/manage/robots")
    form = page.locator("form[action$='/manage/robots']")
    form.get_by_label("单位").select_option(index=1)
    form.get_by_label("名称（写明在哪个群）").fill("绩效群")
    form.get_by_label("机器人地址").fill(ADDRESS)
    form.get_by_role("button", name="添加").click()

    row = page.locator("tr", has_text="绩效群")
    expect(row).to_contain_text("企业微信")
    shot(page, "robots")
    assert "a-very-secret-key" not in page.content()
    row.get_by_role("button", name="暂停").click()
    expect(page.locator("tr", has_text="绩效群")).to_contain_text("已暂停")
    page.locator("tr", has_text="绩效群").get_by_role("button", name="删除").click()
    expect(page.locator("tr", has_text="绩效群")).to_have_count(0)
    page.get_by_role("link", name="发送记录").click()
    expect(page.get_by_role("heading", name="发送记录")).to_be_visible()
