"""The manual says what stands on the pages: every word in 【】 is looked for where its picture is taken.

`make pictures` keeps the pictures taken here for the manual itself.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from host.demo.moments import usual
from host.web.manual import CHAPTERS, chapters
from tests.browser.conftest import SHOTS, SignIn
from tests.browser.counties import ROOT
from tests.browser.test_days import form_in_hand

KEPT = ROOT / "host" / "static" / "manual"
SIZE = {"width": 1180, "height": 740}
WEBP = {"format": "webp", "quality": 60}
Way = Callable[[Page], object]


def at(address: str) -> Way:
    """Return a way that opens an address."""
    return lambda page: page.goto(address)


def signed_out(page: Page) -> None:
    """Show the page before anybody has signed in."""
    page.context.clear_cookies()
    page.goto("/sign-in")


def held(page: Page) -> None:
    """Show a review in hand."""
    page.goto("/inbox?view=group&q=审核打分")
    page.locator(".bh-acts").get_by_role("button", name="认领", exact=True).click()
    page.wait_for_url("**did=claimed**")
    page.goto("/inbox?view=mine&q=审核打分")


def signing(page: Page) -> None:
    """Show a self-evaluation that waits for its signature: something was filed before it."""
    page.goto("/inbox?q=负责人签字")
    filed = page.locator("#case h2", has_text="前面提交的材料")
    rows = page.locator("a.bh-task")
    for number in range(rows.count()):
        if filed.count():
            return
        rows.nth(number).click()
        page.wait_for_load_state("networkidle")


def send_back(page: Page) -> None:
    """Show what a return would do."""
    held(page)
    page.goto(page.locator(".bh-acts a", has_text="退回").first.get_attribute("href") or "")


def where(page: Page) -> None:
    """Show where a review stands."""
    held(page)
    page.goto(page.locator("#case a[href*='/instances/']").first.get_attribute("href") or "")
    expect(page.locator(".bjs-container svg").first).to_be_visible()


def beside(page: Page) -> None:
    """Show a form whose money somebody of finance fills in."""
    page.goto("/beside")
    page.locator("main a.bh-task").first.click()
    page.wait_for_url("**/form")


def unfinished(page: Page) -> None:
    """Let a form that is not finished be checked."""
    page.goto(form_in_hand(page))
    page.get_by_role("button", name="检查并提交").click()
    expect(page.get_by_role("alert").first).to_be_visible()


def office(page: Page) -> None:
    """Show an office of the register."""
    page.goto("/manage/organisations")
    page.get_by_role("link", name="城市管理局").first.click()


def overdue(page: Page) -> None:
    """Show the first of what is late."""
    page.goto("/inbox?view=watch")
    page.locator(".bh-late a").first.click()
    page.wait_for_url("**unit=**")
    page.locator(".bh-task").first.click()
    expect(page.locator(".bh-acts").get_by_role("link", name="催办")).to_be_visible()


WAYS: Mapping[str, tuple[str, Way]] = {
    "sign-in": ("preparer", signed_out),
    "inbox": ("preparer", at("/inbox")),
    "me": ("preparer", at("/me")),
    "preparer-claim": ("preparer", at("/inbox?q=填报自评表")),
    "preparer-form": ("preparer", lambda page: page.goto(form_in_hand(page))),
    "finance-form": ("finance", beside),
    "preparer-problems": ("preparer", unfinished),
    "preparer-done": ("preparer", at("/inbox?view=done")),
    "head-task": ("unit_head", signing),
    "head-office": ("unit_head", at("/inbox?view=office")),
    "reviewer-task": ("section", held),
    "reviewer-return": ("section", send_back),
    "where": ("section", where),
    "department-task": ("department", at("/inbox?q=撰写评价报告")),
    "firm-task": ("third_party", at("/inbox?q=独立评价")),
    "expert-task": ("expert", at("/inbox?q=出具评审意见")),
    "watch": ("leading_group", overdue),
    "year-map": ("leading_group", at("/year")),
    "projects": ("performance", at("/manage/projects")),
    "year-new": ("performance", at("/manage/years/new")),
    "years": ("performance", at("/manage/years")),
    "calendar": ("performance", at("/manage/calendar")),
    "public": ("section", at("/public/shawan/2020/results/")),
    "congress": ("section", at("/reports/congress")),
    "annual": ("section", at("/reports/annual")),
    "telling": ("preparer", at("/me/telling")),
    "robots": ("admin", at("/manage/robots")),
    "systems": ("admin", at("/manage/systems")),
    "health": ("process", at("/manage/health")),
    "policy": ("performance", at("/studio/policy")),
    "organisations": ("admin", office),
    "accounts": ("admin", at("/manage/accounts")),
    "processes": ("process", at("/studio/processes")),
    "incidents": ("process", at("/manage/incidents")),
    "audit": ("audit", at("/manage/audit")),
}
"""Picture → who takes it, and how he gets there."""
LATER = {"firm-task", "expert-task", "watch", "year-map"}
"""Pictures of what is only to be seen later in the year."""


def sections() -> Iterator[tuple[str, str, str]]:
    """Yield the chapter, the picture and the text of every section that has a picture."""
    for chapter in chapters().values():
        for section in chapter.text.split("\n## ")[1:]:
            for picture in re.findall(r"\]\(\.\./static/manual/([\w-]+)\.webp\)", section):
                yield chapter.name, picture, section


def seat(picture: str) -> tuple[str, str]:
    """Return who takes a picture, and at which moment of the year."""
    return WAYS[picture][0], "key_evaluation" if picture in LATER else usual().name


SECTIONS = {picture: text for _, picture, text in sections()}


def photograph(page: Page, path: Path) -> None:
    """Keep what is seen, small."""
    page.wait_for_load_state("networkidle")
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", WEBP)
    path.write_bytes(base64.b64decode(taken["data"]))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_words_of_the_manual_stand_on_the_pages(sign_in: SignIn, chapter: str) -> None:
    missing = list[str]()
    pictures = [picture for name, picture, _ in sections() if name == chapter]
    for login, moment in dict.fromkeys(map(seat, pictures)):
        page = sign_in(login, viewport=SIZE, expected="422 (UNPROCESSABLE", at=moment)
        mine = (one for one in pictures if seat(one) == (login, moment))
        for picture in sorted(mine, key=list(WAYS).index, reverse=True):
            WAYS[picture][1](page)
            seen = page.locator("body").inner_text()
            missing += [
                f"{picture}: {word}"
                for word in re.findall(r"【(.+?)】", SECTIONS[picture])
                if word not in seen
            ]
            photograph(page, SHOTS / "manual" / f"{picture}.webp")

    assert not missing, "\n".join(missing)


def test_every_picture_of_the_manual_is_taken_here_and_kept() -> None:
    assert set(SECTIONS) == set(WAYS) == {one.stem for one in KEPT.glob("*.webp")}
