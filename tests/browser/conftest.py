"""The demonstration's county as `make run` opens it, and a browser to use it with."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from host.demo.accounts import PASSWORD
from host.demo.moments import usual
from tests.browser.counties import ROOT, Counties

SHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SignIn = Callable[..., Page]
expect.set_options(timeout=20_000)  # a machine may be busy; nothing waits longer than it must


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; without a browser it is skipped and says what to install."""
    missing = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: apt-get install chromium")
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(missing)


@pytest.fixture(scope="session")
def counties() -> Iterator[Counties]:
    """The demonstration's counties, started as a new user starts them."""
    opened = Counties()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def county(counties: Counties) -> str:
    """The address of the usual county, in the middle of self-evaluation."""
    return counties.at(usual().name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def sign_in(browser: Browser, counties: Counties) -> Iterator[SignIn]:
    """Sign in as somebody of the demonstration, each in a browser of his own; nothing may be said to the console.

    at: where in the year the county stands. expected: what the browser itself notes when a test cuts the line or
    provokes a conflict.
    """
    opened: list[BrowserContext] = []
    said: list[str] = []

    def start(
        login: str,
        *,
        password: str = PASSWORD,
        viewport: dict[str, int] = DESK,
        dark: bool = False,
        expected: str | None = None,
        at: str = usual().name,
    ) -> Page:
        context = browser.new_context(
            base_url=counties.at(at),
            locale="zh-CN",
            viewport={"width": viewport["width"], "height": viewport["height"]},
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: hear(page, message.text, expected))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto("/sign-in")
        page.locator("#login:focus").wait_for()  # not before the page has put the cursor there
        page.fill("#login", login)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        _look(page, "dark" if dark else "light")
        return page

    def hear(page: Page, text: str, expected: str | None) -> None:
        if expected is None or expected not in text:
            said.append(f"{page.url}: {text}")

    yield start
    for context in opened:
        context.close()
    assert not said


def _look(page: Page, theme: str) -> None:
    """Give the account this theme, which it keeps; a one-time password comes first."""
    if page.locator("html").get_attribute("data-bs-theme") != theme and "/me/password" not in page.url:
        here = page.url
        page.goto("/me")
        page.locator(f"main button[name=theme][value={theme}]").click()
        page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
        page.goto(here)


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a picture of a page in the ignored folder."""

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return take
