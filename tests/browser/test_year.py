"""From the sentence of the year to a number, its rows, a project, and where its case stands; and the search."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SignIn


def test_a_leader_goes_from_the_sentence_down_to_where_a_case_stands(sign_in: SignIn) -> None:
    section = sign_in("section")
    section.goto("/inbox")
    section.get_by_role("link", name="年度", exact=True).first.click()
    number = section.locator(".bh-says a").first
    asked = int((number.text_content() or "").rpartition("/")[2].replace(",", ""))

    number.click()
    expect(section.locator("main")).to_contain_text(f"共 {asked} 个")
    section.locator("main td a[href*='/projects/']").first.click()
    expect(section.get_by_role("heading", name="各年度的环节")).to_be_visible()
    section.get_by_role("link", name=re.compile("看走到哪一步")).first.click()
    expect(section.get_by_role("heading", name="现在在哪里")).to_be_visible()


def test_the_search_of_the_top_bar_finds_what_a_form_says(sign_in: SignIn) -> None:
    section = sign_in("section")
    section.goto("/year")
    section.keyboard.press("/")
    section.keyboard.type("养护")
    section.keyboard.press("Enter")

    expect(section.get_by_role("heading", name="搜索“养护”")).to_be_visible()
    expect(section.locator("mark").first).to_have_text("养护")
    section.get_by_role("link", name=re.compile("看这个项目")).first.click()
    expect(section.get_by_role("heading", name="得分与结论")).to_be_visible()


def test_a_process_is_drawn_with_its_times(sign_in: SignIn) -> None:
    section = sign_in("section")
    section.goto("/year")
    section.get_by_role("link", name="流程快慢").click()
    section.get_by_role("link", name="项目绩效自评").first.click()

    expect(section.locator(".djs-container .bh-note").first).to_be_visible()
    expect(section.get_by_role("row", name=re.compile("填报自评表"))).to_be_visible()
