"""More time: asked for on the task, granted by the section, seen as the new date; refused with a reason that is read."""

from playwright.sync_api import Page, expect

from tests.browser.at_work import decide, take
from tests.browser.conftest import SignIn
from tests.browser.test_pages import Shot

ANSWER = "业务科室审批延期"


def ask(page: Page, reason: str) -> str:
    """Ask for the last day that may be asked for, for the first form that waits; return that day."""
    take(page, "填报自评")
    link = page.locator("#case details a", has_text="申请延期…")
    page.goto(link.get_attribute("href") or "")  # the menu it stands in is drawn anew while the list loads
    until = page.locator("[name=until]").get_attribute("max") or ""
    page.fill("[name=until]", until)
    page.fill("[name=reason]", reason)
    page.get_by_role("button", name="提出申请").click()
    expect(page.locator("main")).to_contain_text("等待审批")
    return until


def test_more_time_is_granted_and_seen_as_the_new_date_or_refused_with_a_reason_that_is_read(
    sign_in: SignIn, shot: Shot
) -> None:
    filer = sign_in("preparer")
    until = ask(filer, "审计数据下周才出具")
    shot(filer, "extension-asked")

    section = sign_in("section")
    take(section, ANSWER)
    expect(section.locator("#case")).to_contain_text("审计数据下周才出具")
    section.select_option("#review [name=outcome]", "同意")
    section.fill("#review [name=until]", until)
    shot(section, "extension-answer")
    decide(section, last=True)

    filer.goto("/messages")
    expect(filer.locator(".bh-messages li").first).to_contain_text(until)

    ask(filer, "人手不够")
    take(section, ANSWER)
    section.select_option("#review [name=outcome]", "不同意")
    section.fill("#review [name=opinion]", "请调配人员，按期报送")
    decide(section, last=True)
    filer.goto("/messages")
    expect(filer.locator(".bh-messages li").first).to_contain_text("请调配人员，按期报送")
