"""Every page that can be opened: no fault for axe, nothing in the console, nothing too wide, nothing untranslated."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from host.demo.accounts import PASSWORD
from tests.browser.conftest import DESK, PHONE
from tests.browser.every_page import ELSEWHERE, FILES, MORE, OWN_WORDS, REFUSED, WAYS, Stage, readable
from tests.browser.test_pages import violations, with_axe
from tests.browser.untranslated import untranslated

OPENED = (*WAYS.values(), *MORE)
BIG, SMALL = (ViewportSize(width=one["width"], height=800) for one in (DESK, PHONE))
PATIENCE_MS = 90_000
STRANGERS = ("nobody", "factor")
"""Who has no session: the browser says the language."""
PUBLIC = re.compile(r"^/public/shawan/(?!en/)")
"""Where the public reads Chinese; its address says the language."""
COLOURS = ("color-contrast", "link-in-text-block")
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const narrow = one.matches("input[type=file]") && one.clientWidth > 1 && one.clientWidth < 240;
  const scrolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1;
  return narrow || (scrolls && !one.matches(".bh-wide, .bh-cells, .bh-chips, pre, textarea"));
}).map((one) => one.id || one.className)"""
"""Elements that cut their content: only wide tables, chips and code may be scrolled sideways."""
DARK = "document.documentElement.setAttribute('data-bs-theme', 'dark')"


class Visit:
    """A browser for each reader, what its console said, and the ids of what there is to see."""

    def __init__(self, browser: Browser, county: str) -> None:
        self.browser, self.county = browser, county
        self.pages: dict[str, Page] = {}
        self.said: list[str] = []
        self.stage = Stage(self.page)

    def page(self, login: str) -> Page:
        """Return the page of a reader, who signed in once."""
        if login not in self.pages:
            page = self.browser.new_context(
                base_url=self.county, locale="zh-CN", viewport=BIG, reduced_motion="reduce"
            ).new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("console", lambda message: self.hear(page, message.text))
            page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
            if login not in STRANGERS:
                page.goto("/sign-in")
                page.fill("#login", login)
                page.fill("#password", PASSWORD)
                page.keyboard.press("Enter")
                page.wait_for_url(lambda url: "/sign-in" not in url)
            self.pages[login] = page
        return self.pages[login]

    def hear(self, page: Page, text: str) -> None:
        """Note what a console says, but not that a page is missing which is meant to be."""
        if not page.url.endswith(tuple(REFUSED)):
            self.said.append(f"{page.url}: {text}")


@pytest.fixture(scope="module")
def visit(browser: Browser, county: str) -> Iterator[Visit]:
    found = Visit(browser, county)
    found.stage.set()
    yield found
    for login, page in found.pages.items():
        if login.split()[0] not in STRANGERS:
            _speak(found, page, "zh")
    found.stage.strike()
    for page in found.pages.values():
        page.context.close()


def faults(page: Page, path: str, size: ViewportSize) -> list[str]:
    """Return what is wrong with a page as it is opened at a width, light and dark."""
    page.set_viewport_size(size)
    answer = page.goto(path)
    found = [] if answer and (answer.ok or path in REFUSED) else [f"{path}: {answer and answer.status}"]
    over = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{path}: {over} px wide at {size['width']} px"] if over > size["width"] else []
    found += [f"{path}: cut off at {size['width']} px: {one}" for one in page.evaluate(CUT_OFF)]
    found += violations(page)
    page.evaluate(DARK)
    return found + violations(page, only=COLOURS)


@with_axe
@pytest.mark.parametrize("login", sorted({login for login, _ in OPENED}))
def test_pages_are_sound_in_both_widths_themes_and_languages(visit: Visit, login: str) -> None:
    page, found = visit.page(login), list[str]()
    paths = [path.format(**visit.stage.ids) for who, path in OPENED if who == login]
    for path in paths:
        for size in (BIG, SMALL):
            found += faults(page, path, size)
    page = _english(visit, login)
    for path in paths:
        page.goto(PUBLIC.sub(r"\g<0>en/", path))
        over = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {over} px wide in English"] if over > PHONE["width"] else []
        told = [] if page.url.endswith(tuple(OWN_WORDS)) else untranslated(page, visit.stage.names)
        found += [f"{path}: not English: {text}" for text in told]

    assert not found, "\n".join(found)
    assert not visit.said, "\n".join(visit.said)


def _english(visit: Visit, login: str) -> Page:
    """Return a reader's page in English: as his account says, without one as his browser does."""
    page = visit.page(login)
    if login not in STRANGERS:
        _speak(visit, page, "en")
        return page
    kept = page.context.storage_state()
    other = visit.browser.new_context(
        base_url=visit.county, locale="en-US", viewport=SMALL, storage_state=kept
    )
    visit.pages[f"{login} in English"] = other.new_page()
    return visit.pages[f"{login} in English"]


def _speak(visit: Visit, page: Page, language: str) -> None:
    page.goto("/me")
    assert visit.stage.post(page, "/look", language=language, back="/me").ok


@with_axe
def test_dialogs_are_sound(visit: Visit) -> None:
    page, found, opened = visit.page("section"), list[str](), 0
    for size in (BIG, SMALL):
        page.set_viewport_size(size)
        page.goto(f"/inbox?task={visit.stage.ids['held']}")
        links = page.locator("a[data-dialog]")
        for number in range(links.count()):
            link = links.nth(number)
            folded = link.locator("xpath=ancestor::details[not(@open)]/summary")
            if folded.count():
                folded.click()
            if not link.is_visible():  # the list of keys, on a phone
                continue
            link.click()
            page.locator("dialog[open]").wait_for()
            found += violations(page)
            page.evaluate(DARK)
            found += violations(page, only=COLOURS)
            page.keyboard.press("Escape")
            opened += 1

    assert opened > 2 * 5
    assert not found, "\n".join(found)


def test_every_page_is_opened_here() -> None:
    assert set(WAYS) | FILES | set(ELSEWHERE) == readable()
