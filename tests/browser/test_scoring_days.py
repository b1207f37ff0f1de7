"""The days of the bureau at the desk: a section scores what a unit evaluated, the centre plans and procures an evaluation."""

from playwright.sync_api import Page, expect

from tests.browser.at_work import code_of, completed, decide, open_form, read_before, receipt, sign_out, take
from tests.browser.conftest import SignIn
from tests.browser.test_pages import Shot, violations, with_axe

FIRST_POINTS, FIRST_REASON = "[name='lines[0].points']", "[name='lines[0].comment']"


def look_at_evidence(page: Page) -> None:
    """Open beside the form what the unit filed, and close it again."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="填报自评表").click()
    filed = opened.value
    expect(filed.locator("main")).to_contain_text("绩效指标")
    expect(filed.locator("dt", has_text="校验码")).to_be_visible()
    filed.close()


def score_one_lower(page: Page) -> None:
    """Take a point off the first indicator, say why, and write the total that the card expects."""
    points, reckoned = page.locator(FIRST_POINTS), page.locator("[data-computed=reckoned]")
    before = float(reckoned.inner_text())
    points.fill(f"{float(points.input_value()) - 1:g}")
    reason = page.locator(FIRST_REASON)
    expect(reason).to_be_visible()
    reason.fill("佐证材料只到十一月。")
    expect(reckoned).to_have_text(f"{before - 1:.2f}")
    page.fill("[name=score]", reckoned.inner_text())


@with_axe
def test_a_section_scores_indicator_by_indicator_and_goes_on_to_the_next(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("section")
    about = take(page, "审核打分")
    shot(page, "day-scoring")
    open_form(page)
    look_at_evidence(page)
    expect(page.locator(FIRST_POINTS)).not_to_have_value("")
    score_one_lower(page)
    page.select_option("[name=conclusion]", "通过")
    expect(page.locator("#rail")).to_contain_text("0 条提示")
    found = violations(page)
    shot(page, "day-scoring-form")
    page.get_by_role("button", name="检查并提交").click()
    page.wait_for_url("**/answers")
    page.get_by_role("button", name="提交").last.click()
    completed(page, last=True)
    expect(page.locator("#case h1")).not_to_have_text(about)

    receipt(page, about, "佐证材料只到十一月。")
    shot(page, "day-scoring-receipt")
    assert not found, "\n".join(found)
    sign_out(page)


def test_the_centre_plans_an_evaluation_and_procures_its_firm(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("performance", at="key_evaluation")
    take(page, "制定评价方案")
    code = code_of(page)
    page.fill("#review [name=method]", "成本效益分析法、公众评判法")
    page.fill("#review [name=plan]", "五月进场核查，六月上旬交换意见，中旬出报告。")
    shot(page, "day-plan")
    decide(page)
    shot(page, "day-plan-next")

    about = take(page, "采购第三方机构", code)
    read_before(page, "制定评价方案")
    expect(page.locator("main")).to_contain_text("五月进场核查")
    page.go_back()
    page.fill("#review [name=firm]", "沙湾信衡会计师事务所")
    page.fill("#review [name=method]", "竞争性磋商")
    page.select_option("#review [name=conflict_free]", "是")
    shot(page, "day-procurement")
    decide(page)

    receipt(page, about, "沙湾信衡会计师事务所")
    firm = sign_in("third_party", at="key_evaluation")
    take(firm, "独立评价", code)
    read_before(firm, "采购第三方机构")
    expect(firm.locator("main")).to_contain_text("竞争性磋商")
    sign_out(page)


def test_a_firm_with_a_conflict_of_interest_is_not_procured(sign_in: SignIn) -> None:
    page = sign_in("performance", at="key_evaluation", expected="422 (UNPROCESSABLE")
    take(page, "采购第三方机构")
    page.fill("#review [name=firm]", "沙湾信衡会计师事务所")
    page.fill("#review [name=method]", "竞争性磋商")
    page.select_option("#review [name=conflict_free]", "否")
    page.locator(".bh-acts [data-key=e]").click()

    expect(page.get_by_role("alert").first).to_contain_text("请另选机构")
