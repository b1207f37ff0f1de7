"""The pages in Debian's Chromium; `make browser-test`. Needs chromium and a CJK font."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIServer, make_server

import pytest
from playwright.sync_api import Page, sync_playwright

from host.accounts import making
from host.composition import Bihuan
from host.web.application import create_app

PASSWORD = "a long password"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: apt-get install chromium"),
]


@pytest.fixture
def address(bihuan: Bihuan) -> Iterator[str]:
    with bihuan.unit_of_work() as uow:
        if making.nobody_yet(uow):
            making.make(uow, "lin", "林岚", PASSWORD, duties=["system"])
    server: WSGIServer = make_server("127.0.0.1", 0, create_app(bihuan, secret="s" * 40))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(locale="zh-CN")
        browser.close()


def test_signing_in_says_nothing_to_the_console(address: str, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"{address}/sign-in")
    page.fill("#login", "lin")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")

    page.screenshot(path=SHOTS / "home.png")
    assert not said
