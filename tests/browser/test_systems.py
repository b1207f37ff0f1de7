"""The administrator lets another system be told, tries it out, and stops it for a while."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.calling import call, moment
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


def test_what_fits_nothing_is_matched_by_hand(sign_in: SignIn, shot: Shot) -> None:
    admin = sign_in("admin")
    admin.goto("/manage/systems")
    admin.locator("summary", has_text="新增来源").click()
    form = admin.locator("form[action$='/sources']")
    form.get_by_label("名称").first.fill("示范一体化")
    form.get_by_label("支付进度").check()
    form.get_by_role("button", name="新增来源").click()
    key = admin.locator(".bh-word").inner_text()
    address = admin.locator("dd code").first.inner_text()
    shot(admin, "systems-source")
    admin.get_by_role("button", name="换签名密钥").click()
    at = moment(admin.locator("dd", has_text="前还能用").inner_text()) - timedelta(days=7)

    rows = [{"project": "旧编码-7", "executed_amount": 100}]
    data = {"year": at.year - 1, "as_of": f"{at.year - 1}-12-31", "rows": rows}
    assert call(admin, address, key, at, "payment.progress", data).status == 202, "the old key is still good"
    admin.goto("/manage/systems/quarantine")
    while not admin.locator("tr", has_text="旧编码-7").count():
        admin.wait_for_timeout(500)
        admin.reload()
    shot(admin, "systems-quarantine")
    admin.locator("tr", has_text="旧编码-7").get_by_role("link").click()
    project = admin.locator("#known option").first.get_attribute("value") or ""
    admin.get_by_label("旧编码-7 在本系统里的编码").fill(project)
    shot(admin, "systems-call")
    admin.get_by_role("button", name="再试一次").click()
    expect(admin.locator("main")).to_contain_text("已安排再试")
    while not admin.locator(".bh-tag", has_text="已处理").count():
        admin.wait_for_timeout(500)
        admin.reload()
