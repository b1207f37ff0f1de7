"""Every kind of page, as each role of the demonstration sees it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page

from host.demo.accounts import titles
from tests.browser.conftest import PHONE, SignIn
from tests.browser.counties import ROOT

AXE = ROOT / "host" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
Shot = Callable[[Page, str], None]
with_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make frontend (needs node)")


def violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds wrong on a page, one line each. only: the rules to apply, all without."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    wanted = {"resultTypes": ["violations"]} | (
        {"runOnly": {"type": "rule", "values": list(only)}} if only else {}
    )
    found: dict[str, Any] = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        f"{page.url} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("login", sorted(titles()))
def test_each_role_signs_in_and_finds_its_work(sign_in: SignIn, shot: Shot, login: str) -> None:
    page = sign_in(login)

    assert page.locator("h1").count() >= 1
    shot(page, f"home-{login}")


@with_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_the_way_to_a_filed_form(sign_in: SignIn, shot: Shot, dark: bool) -> None:
    page = sign_in("preparer", dark=dark)
    found = violations(page)
    page.goto("/inbox?view=mine")
    if page.get_by_role("link", name="填写").count() == 0:
        page.goto("/inbox")
        page.get_by_role("button", name="认领").first.click()
    found += violations(page)
    shot(page, f"inbox-{'dark' if dark else 'light'}")
    page.locator("a[href$='/form']").first.click()
    page.wait_for_url("**/form")
    found += violations(page)
    shot(page, f"form-{'dark' if dark else 'light'}")

    assert not found, "\n".join(found)


def test_the_inbox_fits_a_phone(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("preparer", viewport=PHONE)

    wide = page.evaluate("document.documentElement.scrollWidth")
    shot(page, "inbox-phone")
    assert wide <= PHONE["width"]
