"""The demonstration's county as `make run` opens it, and a browser to use it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from host.demo.accounts import PASSWORD

ROOT = Path(__file__).parents[2]
SHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
STANDS_SECONDS = 180
SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; without a browser it is skipped and says what to install."""
    missing = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: apt-get install chromium")
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(missing)


@pytest.fixture(scope="session")
def county() -> Iterator[str]:
    """The address of the demonstration's county, started as a new user starts it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-browser-"))
    folder.chmod(0o755)
    address = f"http://127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "host.cli.main", "serve", "--demo", "--port", address.rpartition(":")[2]]
    with (folder / "said").open("w") as said:
        environment = os.environ | {"BIHUAN_DATA_DIR": str(folder / "data"), "BIHUAN_DATABASE_URL": ""}
        host = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        _wait_for(address, host, folder / "said")
        yield address
    finally:
        host.send_signal(signal.SIGTERM)
        host.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str, host: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + STANDS_SECONDS
    while True:
        assert host.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        try:
            with urlopen(f"{address}/sign-in", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def sign_in(browser: Browser, county: str) -> Iterator[SignIn]:
    """Sign in as somebody of the demonstration, each in a browser of his own; nothing may be said to the console.

    expected: what the browser itself notes when a test cuts the line or provokes a conflict.
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
    ) -> Page:
        context = browser.new_context(
            base_url=county,
            locale="zh-CN",
            viewport={"width": viewport["width"], "height": viewport["height"]},
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: hear(page, message.text, expected))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto("/sign-in")
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
