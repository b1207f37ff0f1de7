"""Figures down to their rows, and a citizen's visit with a phone, without script and without an account."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, SignIn
from tests.browser.counties import Counties
from tests.browser.test_pages import Shot, violations, with_axe

QUESTIONS = ("花了多少钱？", "办成了什么？", "群众满意吗？", "哪里没做好？", "谁评的？")


def bar_lengths(page: Page) -> list[tuple[float, float]]:
    """Return of every drawn bar its share of a whole bar on the screen, and the number beside it."""
    found: list[list[float]] = page.evaluate(
        """() => [...document.querySelectorAll(".bh-bars dd")].map((one) => {
          const [all, part] = one.querySelectorAll("rect");
          const length = part ? part.getBoundingClientRect().width / all.getBoundingClientRect().width : 0;
          return [length, parseFloat(one.querySelector("b").textContent.replace(",", ""))];
        })"""
    )
    return [(share, number) for share, number in found if number == number]


def test_a_number_of_a_chart_opens_its_rows(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("section")
    page.get_by_role("link", name="报表").first.click()
    page.get_by_role("link", name="自评与财政评分").click()
    drawn = bar_lengths(page)
    assert len(drawn) > 10 and all(abs(share - number / 100) < 0.01 for share, number in drawn)
    shot(page, "figures")

    page.get_by_text("看表格").click()
    row = page.locator("tbody tr").first
    count = int(row.locator("td").first.inner_text())
    row.get_by_role("link").click()
    expect(page.get_by_text(f"{count} 行").first).to_be_visible()
    assert page.locator("tbody tr").count() == min(count, 50)


def test_a_figure_of_the_annual_report_opens_its_query_and_its_rows(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("performance")
    page.goto("/reports/annual")
    shot(page, "annual-report")
    page.locator("article .bh-figure").first.click()
    expect(page.get_by_text("怎样算：")).to_be_visible()
    page.get_by_text("看查询语句").click()
    expect(page.locator("pre").first).to_contain_text("select")
    assert page.locator("tbody tr").count() >= 1
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载 Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")


@with_axe
def test_a_citizen_finds_a_project_with_a_phone(
    browser: Browser, counties: Counties, county: str, shot: Shot
) -> None:
    context = browser.new_context(
        base_url=county, locale="zh-CN", viewport={"width": PHONE["width"], "height": PHONE["height"]}
    )
    page, found = context.new_page(), list[str]()
    page.goto("/public/")
    page.get_by_role("link", name="2020 年度：办得怎么样").click()
    for name in ("results", "department", "project"):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        found += violations(page)
        shot(page, f"public-{name}")
        if name != "project":
            page.locator("tbody th a").first.click()
    for question in QUESTIONS:
        expect(page.get_by_text(question)).to_be_visible()
    title = page.locator("h1").inner_text()
    page.get_by_role("link", name="办得怎么样").click()
    page.fill("#q", title)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#found").get_by_role("link", name=title).first).to_be_visible()
    assert not context.cookies()
    context.close()

    assert not found, "\n".join(found)
