"""What everybody does at work, step by step as hands do it: take a task, fill it in, look it up, sign out."""

import re

from playwright.sync_api import Page, expect

CLAIM = "认领"


def take(page: Page, step: str, text: str = "") -> str:
    """Have the first task of a step in hand, claim it if it waits for a role, and return its heading.

    text: what else its line in the inbox says, so that it is that one.
    """
    page.goto(f"/inbox?q={text or step}")
    line = page.locator(".bh-task", has_text=step).first
    page.goto(line.get_attribute("href") or "")  # a click draws the case anew, under the next click
    heading = page.locator("#case h1")
    expect(heading).to_contain_text(step)
    about = heading.inner_text()
    claim = page.locator(".bh-acts").get_by_role("button", name=CLAIM, exact=True)
    if claim.count():
        claim.click()
        page.wait_for_url("**did=claimed**")
        expect(heading).to_have_text(about)
    return about


def code_of(page: Page) -> str:
    """Return the code of the subject in hand."""
    found = re.search(r"[A-Z]\d{4}-\d{4}", page.locator("#case .bh-title p").inner_text())
    assert found is not None
    return found[0]


def decide(page: Page, *, last: bool = False) -> None:
    """Complete a short form that is filled in beside the inbox; the next task is opened."""
    page.locator(".bh-acts [data-key=e]").click()
    completed(page, last=last)


def open_form(page: Page) -> None:
    """Open the whole form of the task in hand, which a short one has beside the inbox too."""
    whole = page.locator("#case").get_by_role("link", name="打开全表")
    (whole if whole.count() else page.locator(".bh-acts [data-key=e]")).click()
    page.wait_for_url("**/form")


def file(page: Page) -> None:
    """Check the answers of an open form and file it."""
    page.get_by_role("button", name="检查并提交").click()
    page.wait_for_url("**/answers")
    page.get_by_role("button", name="提交").last.click()
    completed(page)


def completed(page: Page, *, last: bool = False) -> None:
    """See the inbox say that the task is done, and may be taken back unless it was the last step."""
    page.wait_for_url(re.compile("/inbox.*done="))
    toast = page.locator("#toast")
    expect(toast).to_contain_text("已办结")
    expect(toast.get_by_role("button", name="拿回")).to_have_count(0 if last else 1)


def read_before(page: Page, step: str) -> None:
    """Open what was filed at an earlier step. step: how its name begins."""
    page.locator("#case").get_by_role("link", name=re.compile(f"^{step}")).first.click()
    page.wait_for_url("**/filed/**")
    expect(page.locator("dt", has_text="校验码")).to_be_visible()


def receipt(page: Page, about: str, said: str) -> None:
    """Find what was done under 已办, and the receipt: its check code and what was said."""
    page.goto("/inbox?view=done")
    page.goto(page.locator(".bh-task").first.get_attribute("href") or "")
    expect(page.locator("#case h1")).to_have_text(about)
    page.locator("#case").get_by_role("link", name="回执").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("回执")
    expect(page.locator("dt", has_text="校验码")).to_be_visible()
    expect(page.locator("main")).to_contain_text(said)


def sign_out(page: Page) -> None:
    """Leave; nobody gets in with what is left behind."""
    page.locator("header").get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.goto("/inbox")
    expect(page).to_have_url(re.compile("/sign-in"))
