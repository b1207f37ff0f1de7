"""The studio: policy, decisions, processes and forms, on a desk and on a phone, light and dark, for their readers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, SHOTS, SignIn
from tests.browser.test_pages import Shot, violations, with_axe

ROOT = Path(__file__).parents[2]
PAGES = {
    "policy": "/studio/policy?against=2018",
    "processes": "/studio/processes",
    "process": "/studio/processes/self_evaluation",
    "decision": "/studio/decisions/target_conclusion",
    "form": "/studio/forms/self_evaluation",
    "pack": "/studio/policies/cn-default",
}


@with_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_the_studio(sign_in: SignIn, shot: Shot, dark: bool) -> None:
    page = sign_in("process", dark=dark)
    assert page.url.endswith("/studio/processes"), "it is the process administrator's home page"
    found: list[str] = []
    for name, address in PAGES.items():
        page.goto(address)
        if name == "process":
            page.wait_for_selector("[data-drawn=yes]")
        found += violations(page)
        shot(page, f"studio-{name}-{'dark' if dark else 'light'}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PAGES)
def test_the_studio_fits_a_phone(sign_in: SignIn, shot: Shot, name: str) -> None:
    for width in (320, PHONE["width"]):
        page = sign_in("process", viewport={**PHONE, "width": width})
        page.goto(PAGES[name])

        assert page.evaluate("document.documentElement.scrollWidth") <= width
    shot(page, f"studio-{name}-phone")


def test_the_bureau_confirms_a_value_and_it_reads_confirmed(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("performance")
    page.goto("/studio/policy")
    before = page.locator("#open .bh-ask").count()

    first = page.locator("#open .bh-ask").first
    first.locator("summary").click()
    first.get_by_label("确认的依据").fill("局长办公会纪要 2022 年第 3 号")
    first.get_by_role("button", name="确认这个取值").click()
    page.wait_for_url("**said=confirmed")

    assert page.locator("#open .bh-ask").count() == before - 1
    assert "局长办公会纪要 2022 年第 3 号" in page.locator("#confirmed").inner_text()
    shot(page, "studio-confirmed")


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """Write a version of a diagram of the program with these changes."""
    text = (ROOT / "workflows" / "processes" / "track_target.bpmn").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    made = tmp_path / "track_target.bpmn"
    made.write_text(text, encoding="utf-8")
    return made


def upload(page: Page, file: Path) -> None:
    page.goto("/studio/processes")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_selector("[data-drawn=yes]")


@with_axe
def test_a_new_version_is_looked_at_painted_published_and_taken_back(
    sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    page = sign_in("process")
    upload(page, changed(tmp_path, ('bihuan:form="track_target"', 'bihuan:form="nowhere"')))
    assert page.locator(".bh-note.is-error").count() == 1
    assert page.get_by_role("button", name="发布").count() == 0
    assert not violations(page)
    shot(page, "studio-refused")

    upload(
        page,
        changed(tmp_path, ('bihuan:form="track_target"', 'bihuan:form="track_target" bihuan:return="none"')),
    )
    assert page.locator(".bh-note.is-warned").count() == 1
    assert not violations(page)
    shot(page, "studio-offer")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url("**said=published")
    assert "第 2 版，线上" in page.locator("#main").inner_text()
    shot(page, "studio-published")

    page.get_by_role("button", name="重新发布这一版").click()
    page.wait_for_url("**said=published_again")
    assert "第 3 版，线上" in page.locator("#main").inner_text()


@with_axe
def test_a_pack_is_taken_away_changed_compared_published_and_taken_back(
    sign_in: SignIn, shot: Shot, tmp_path: Path
) -> None:
    page = sign_in("process")
    page.goto("/studio/policies/cn-default")
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载文件").click()
    text = taken.value.path().read_text(encoding="utf-8")
    file = tmp_path / "cn-default.toml"
    file.write_text(
        text.replace("[rectification.days]\nvalue = 10", "[rectification.days]\nvalue = 15"), "utf-8"
    )

    page.goto("/studio/policies")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传并检查").click()
    assert page.locator("#differences tbody tr").inner_text().split("\t")[1:] == ["10", "15"]
    assert not violations(page)
    shot(page, "studio-pack-offer")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url("**said=published")
    assert "第 1 版，线上" in page.locator("#main").inner_text()

    shot(page, "studio-pack")
    page.goto("/studio/policy")
    assert "15" in page.locator("#newer tbody tr").inner_text()
    assert not violations(page)
    shot(page, "studio-pack-newer")
    lead = sign_in("performance", viewport=PHONE)
    lead.goto("/manage/years#newer")
    assert "线上的政策包比本年度用的新" in lead.locator("#newer").inner_text()
    assert lead.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not violations(lead)
    shot(lead, "studio-pack-newer-phone")

    page.goto("/studio/policies/cn-default")
    page.get_by_role("button", name="重新发布这一版").click()
    page.wait_for_url("**said=published_again")
    assert "第 2 版，线上" in page.locator("#main").inner_text()
    assert not violations(page)


@with_axe
def test_the_rule_that_matched_is_marked_on_the_page_of_an_instance(sign_in: SignIn) -> None:
    page = sign_in("section")
    page.goto("/inbox?view=done&stage=target")
    cases = {one.get_attribute("href") or "" for one in page.locator("a[href*='/instances/']").all()}
    for address in sorted(cases):
        page.goto(address)
        if page.locator("#why .is-hit").count():
            break
    for each in page.locator("#why details").all():
        each.evaluate("one => one.open = true")

    assert page.locator("#why .is-hit").first.is_visible()
    page.locator("#why").screenshot(path=SHOTS / "where-why.png")
    assert not violations(page)
