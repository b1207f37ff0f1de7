"""The administrator lets another system be told, tries it out, and stops it for a while."""

from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.test_pages import Shot


def test_another_system_is_told_tried_out_and_paused(sign_in: SignIn, shot: Shot) -> None:
    admin = sign_in("admin")
    admin.goto("/manage/organisations")
    admin.get_by_role("navigation", name="管理").get_by_role("link", name="外部系统").click()
    admin.locator("summary", has_text="新增接收方").click()
    admin.fill("[name=name]", "示范总线")
    admin.fill("[name=address]", "https://bus.invalid/events")
    admin.get_by_label("全部事件").uncheck()
    admin.locator("summary", has_text="只要其中一些").click()
    admin.get_by_label("台账", exact=True).check()
    shot(admin, "systems-adding")
    admin.get_by_role("button", name="新增接收方").click()
    expect(admin.locator(".bh-word")).to_contain_text("whsec_")
    shot(admin, "systems-key")

    admin.get_by_role("button", name="发一条试试").click()
    expect(admin.locator("main")).to_contain_text("试发已安排")
    expect(admin.locator("main")).not_to_contain_text("whsec_")
    expect(admin.locator("main")).to_contain_text("webhook.tested")
    for _ in range(60):
        if admin.locator("td", has_text="找不到主机").count():
            break
        admin.wait_for_timeout(500)
        admin.reload()
    shot(admin, "systems-receiver")
    admin.locator("td a[href*='/deliveries/']").first.click()
    expect(admin.locator("pre")).to_contain_text("bihuan.webhook.tested")
    expect(admin.locator("main")).to_contain_text("找不到主机“bus.invalid”")
    shot(admin, "systems-delivery")
    admin.get_by_role("link", name="示范总线").click()

    admin.locator("summary", has_text="暂停推送").click()
    admin.get_by_label("原因").fill("对方维护")
    admin.get_by_role("button", name="暂停推送").click()
    expect(admin.locator("main")).to_contain_text("对方维护")
    admin.locator("summary", has_text="删除接收方").click()
    admin.get_by_label("确定删除").check()
    admin.get_by_role("button", name="删除接收方").click()
    expect(admin.locator("main")).to_contain_text("已删除")
