"""The live diagram of an instance, drawn beside its text, and the text alone on a phone."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, SignIn
from tests.browser.test_pages import Shot, violations, with_axe


def opened(page: Page) -> Page:
    """Open the page of the first task's case; on a phone its link stands in the task, which is not open yet."""
    page.goto("/inbox")
    page.goto(page.locator("a[href*='/instances/']").first.get_attribute("href") or "")
    return page


def with_a_call(page: Page) -> Page:
    """Open the first case whose diagram calls another: what other tests left on top may be of another kind."""
    links: list[str] = []
    for view in ("all", "done"):
        page.goto(f"/inbox?view={view}")
        links += page.locator(".bh-task").evaluate_all("all => all.map(one => one.href)")
    for link in links:
        page.goto(link)
        page.goto(page.locator("a[href*='/instances/']").first.get_attribute("href") or "")
        page.wait_for_selector("[data-drawn=yes]")
        if page.locator(".bh-note[href]").count():
            return page
    raise AssertionError("expected a case whose diagram calls another, found none")


@with_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_diagram_is_drawn_and_a_call_can_be_opened(sign_in: SignIn, shot: Shot, dark: bool) -> None:
    page = with_a_call(sign_in("section", dark=dark))

    assert page.locator(".bh-went").count() > 0
    assert page.locator(".bh-now").count() >= 1
    shot(page, f"where-{'dark' if dark else 'light'}")
    found = violations(page)
    assert not found, "\n".join(found)

    page.locator(".bh-note[href]").first.click()
    page.wait_for_url("**chart=**")
    page.wait_for_selector("[data-drawn=yes]")


def test_paper_takes_the_whole_picture(sign_in: SignIn) -> None:
    page = with_a_call(sign_in("section"))
    before = page.locator(".bh-canvas svg .viewport").first.get_attribute("transform")

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    inside = """() => { const box = (one) => document.querySelector(one).getBoundingClientRect();
        const [all, seen] = [box(".bh-canvas svg .viewport"), box(".bh-canvas")];
        return all.width > 0 && all.left >= seen.left - 1 && all.right <= seen.right + 1
            && all.top >= seen.top - 1 && all.bottom <= seen.bottom + 1; }"""
    assert page.evaluate(inside)
    assert not page.locator(".bh-note").first.is_visible()

    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator(".bh-canvas svg .viewport").first.get_attribute("transform") == before


def test_a_phone_shows_the_text_alone(sign_in: SignIn, shot: Shot) -> None:
    page = opened(sign_in("section", viewport=PHONE))

    assert page.locator(".bh-outline li").count() > 3
    assert not page.locator(".bh-diagram").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shot(page, "where-phone")
