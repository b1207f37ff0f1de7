"""A form that is returned with remarks on a field and a cell, mended, filed again and reviewed remark by remark."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, SignIn
from tests.browser.test_pages import Shot, violations, with_axe


def taken_up(page: Page, code: str) -> None:
    """Open a task of a project in the inbox and claim it if nobody has."""
    page.goto(f"/inbox?q={code}")
    page.locator("a.bh-task").first.click()
    page.wait_for_url("**task=**")
    claim = page.locator(".bh-acts").get_by_role("button", name="认领", exact=True)
    if claim.count():
        claim.click()
        page.wait_for_url("**did=claimed**")


FIRST_WORDS = "one => one.firstChild.textContent.trim()"


def code_to_review(section: Page, preparer: Page) -> str:
    """Return the code of a project whose form the section reviews and the preparer's unit has filed."""
    who = preparer.locator(".bh-me").first.inner_text()
    section.goto("/inbox?view=group&q=审核打分")
    rows = section.locator("a.bh-task").all()
    mine = next(row for row in rows if row.locator(".bh-l2 span").first.evaluate(FIRST_WORDS) in who)
    section.goto(mine.get_attribute("href") or "")
    return str(section.locator(".bh-title p").first.evaluate(FIRST_WORDS)).split()[0]


def sent_back(section: Page, shot: Shot) -> list[str]:
    """Return the form with a remark on a cell, one on a field; return what axe found on the page."""
    section.goto(section.locator(".bh-acts a[href*='/return']").get_attribute("href") or "")
    section.locator("details.bh-pick-cell summary").last.click()
    section.locator("details.bh-pick-cell button[aria-label*='实际完成值']").first.click()
    section.locator("input[name=remark]").nth(0).fill("与监理记录不符")
    section.locator("select[name=path]").nth(1).select_option("goal_result")
    section.locator("input[name=remark]").nth(1).fill("请写明完成的数量")
    found = violations(section)
    shot(section, "round-return")
    section.get_by_role("button", name="退回", exact=True).click()
    section.wait_for_url("**did=returned**")
    return found


def mended(preparer: Page, shot: Shot) -> list[str]:
    """Go from the first remark to its cell, change it, answer both; return what axe found on the page."""
    found = violations(preparer)
    preparer.locator("#returned a").first.click()
    cell = preparer.locator("input:focus")
    expect(cell).to_have_attribute("name", "lines[0].actual")
    cell.fill("1")
    returned = preparer.locator("#returned")
    expect(returned.locator("[data-mended]").first).to_have_class("is-changed", timeout=15_000)
    returned.locator("input.bh-cell").nth(0).fill("已按监理记录更正")
    returned.locator("input[type=checkbox]").nth(0).check()
    returned.locator("input.bh-cell").nth(1).fill("没有更细的统计")
    shot(preparer, "round-mended")
    preparer.get_by_role("button", name="保存").first.click()
    preparer.wait_for_load_state()
    return found


def filed(preparer: Page) -> None:
    """Check and file the form, with a reason where the lower score asks for one."""
    expect(preparer.locator("#returned input.bh-cell").nth(0)).to_have_value("已按监理记录更正")
    reason = preparer.locator("[name='lines[0].reason']")
    if reason.is_visible() and reason.input_value() == "":
        reason.fill("以监理记录为准")
    preparer.get_by_role("button", name="检查并提交").first.click()
    preparer.wait_for_url("**/answers")
    preparer.get_by_role("button", name="提交").last.click()
    preparer.wait_for_url("**/inbox**")


def signed(head: Page, code: str) -> None:
    """Let the head of the unit agree."""
    taken_up(head, code)
    head.locator("#review select[name=agreed]").select_option("是")
    head.locator(".bh-acts button[form=review]").click()
    head.wait_for_url("**done=**")


def judged(section: Page, shot: Shot) -> list[str]:
    """Call one remark settled, the other not, and see it proposed in the next return; return what axe found."""
    rows = section.locator(".bh-rounds").first.locator("tbody tr")
    rows.nth(0).get_by_role("button", name=re.compile("”解决$")).click()
    expect(rows.nth(0)).to_contain_text("已解决")
    rows.nth(1).get_by_role("button", name=re.compile("未解决$")).click()
    expect(rows.nth(1).locator(".bh-tag", has_text="未解决")).to_be_visible()
    found = violations(section)
    shot(section, "round-judged")
    section.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    shot(section, "round-judged-dark")
    section.evaluate("document.documentElement.setAttribute('data-bs-theme', 'light')")
    here = section.url
    section.locator("#remarks").get_by_role("link", name="退回…").click()
    expect(section.locator("input[name=remark]").nth(0)).to_have_value("请写明完成的数量")
    shot(section, "round-proposed")
    section.goto(here)
    return found


@with_axe
def test_a_returned_form_is_mended_and_reviewed_remark_by_remark(sign_in: SignIn, shot: Shot) -> None:
    section, preparer, money = sign_in("section"), sign_in("preparer"), sign_in("finance")
    code = code_to_review(section, preparer)
    taken_up(section, code)
    found = sent_back(section, shot)

    preparer.goto(f"/inbox?q={code}")
    preparer.goto(preparer.locator("a[href$='/form']").first.get_attribute("href") or "")
    found += mended(preparer, shot)
    money.goto(preparer.url.partition("#")[0])
    money.get_by_role("button", name="确认资金部分").first.click()
    money.wait_for_load_state()
    preparer.goto(money.url)
    money.goto("/beside")
    filed(preparer)
    signed(sign_in("unit_head", viewport=PHONE), code)

    taken_up(section, code)
    expect(section.locator(".bh-case")).to_contain_text("2 条意见都已回应")
    shot(section, "round-pane")
    section.locator(".bh-case a[href$='/changes']").first.click()
    cell, field = (section.locator(".bh-rounds").first.locator("tbody tr").nth(n) for n in (0, 1))
    expect(cell.locator("ins")).to_have_text("1")
    expect(cell).to_contain_text("已按监理记录更正")
    expect(field).to_contain_text("未改")
    expect(field).to_contain_text("没有更细的统计")
    found += violations(section)
    shot(section, "round-changes")
    found += judged(section, shot)
    phone = sign_in("section", viewport=PHONE)
    phone.goto(section.url)
    shot(phone, "round-changes-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not found, "\n".join(found)
