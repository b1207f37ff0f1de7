"""The main day of those who come after the units: departments, firms, experts, the bureau's other sections, leaders."""

import re

from playwright.sync_api import Page, expect

from tests.browser.at_work import code_of, decide, file, open_form, read_before, receipt, sign_out, take
from tests.browser.conftest import SignIn
from tests.browser.test_pages import Shot, violations, with_axe

SUMMARY = "项目按计划完成，资金使用规范，主要指标达到预期。"


def report(page: Page, score: str) -> None:
    """Write an evaluation report."""
    page.fill("[name=budget_amount]", "120.00")
    page.fill("[name=executed_amount]", "118.50")
    page.fill("[name=completion_rate]", "98")
    page.fill("[name=score]", score)
    page.fill("[name=summary]", SUMMARY)
    page.fill("[name=problems]", "个别支出凭证归档不及时。")
    page.fill("[name=suggestions]", "下年度按季度归档。")


def test_a_department_evaluates_one_of_its_projects(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("department")
    about = take(page, "撰写评价报告")
    shot(page, "day-department")
    open_form(page)
    report(page, "91.5")
    shot(page, "day-department-form")
    file(page)

    receipt(page, about, "91.5 分")
    shot(page, "day-department-receipt")
    sign_out(page)


def test_a_firm_evaluates_by_what_was_planned_and_procured(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("third_party", at="key_evaluation")
    about = take(page, "独立评价")
    read_before(page, "制定评价方案")
    shot(page, "day-firm-plan")
    page.go_back()
    open_form(page)
    report(page, "88")
    file(page)
    shot(page, "day-firm-next")

    receipt(page, about, "88 分")
    sign_out(page)


def test_an_expert_reads_the_report_and_gives_an_opinion(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("expert", at="key_evaluation")
    about = take(page, "出具评审意见")
    read_before(page, "独立评价")
    expect(page.locator("main")).to_contain_text("评价得分")
    shot(page, "day-expert-report")
    page.go_back()
    page.select_option("#review [name=member_kind]", "绩效评价专家")
    page.select_option("#review [name=recused]", "否")
    page.select_option("#review [name=verdict]", "修改后通过")
    page.fill("#review [name=comment]", "补充受益对象满意度的调查样本。")
    shot(page, "day-expert")
    decide(page)

    receipt(page, about, "修改后通过")
    sign_out(page)


def test_the_performance_section_settles_the_result(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("performance", at="key_evaluation")
    about = take(page, "确定评价结果")
    read_before(page, "出具评审意见")
    page.go_back()
    page.fill("#review [name=score]", "86.5")
    page.fill("#review [name=summary]", SUMMARY)
    shot(page, "day-performance")
    decide(page, last=True)
    shot(page, "day-performance-next")

    receipt(page, about, "86.5 分")
    sign_out(page)


def test_the_budget_section_approves_and_the_government_agrees(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("budget", at="approval")
    about = take(page, "批复预算")
    code = code_of(page)
    page.fill("#review [name=approved_amount]", "93.5")
    page.fill("#review [name=document_no]", "沙财预〔2021〕7号")
    shot(page, "day-budget")
    decide(page)
    receipt(page, about, "93.50")
    sign_out(page)

    leader = sign_in("government", at="approval")
    about = take(leader, "政府审定", code)
    read_before(leader, "批复预算")
    expect(leader.locator("main")).to_contain_text("93.50")
    leader.go_back()
    leader.select_option("#review [name=agreed]", "是")
    leader.fill("#review [name=minutes_no]", "政府常务会议纪要第 3 期")
    shot(leader, "day-government")
    decide(leader, last=True)

    receipt(leader, about, "政府常务会议纪要第 3 期")
    shot(leader, "day-government-receipt")
    sign_out(leader)


def passes(page: Page, step: str) -> str:
    """Let the first waiting task of a short review pass."""
    about = take(page, step)
    page.select_option("#review [name=conclusion]", "通过")
    return about


def test_the_economic_section_reviews_a_track(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("economic_construction", at="track_target")
    about = passes(page, "审核国资、PPP")
    shot(page, "day-economic")
    decide(page, last=True)
    shot(page, "day-economic-next")

    receipt(page, about, "通过")
    sign_out(page)


def test_the_social_insurance_section_reviews_a_fund(sign_in: SignIn) -> None:
    page = sign_in("social_insurance", at="track_target")
    about = passes(page, "审核社保基金绩效")
    decide(page, last=True)

    receipt(page, about, "通过")
    sign_out(page)


def test_the_upper_level_scores_direct_funds(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("upper_finance", at="track_target")
    about = take(page, "上级评分")
    read_before(page, "报送专项目标")
    page.go_back()
    page.select_option("#review [name=passed]", "是")
    page.fill("#review [name=score]", "92.5")
    shot(page, "day-upper")
    expect(page.locator(".bh-acts")).to_contain_text("办结后不能拿回")
    decide(page, last=True)

    receipt(page, about, "92.5 分")
    sign_out(page)


@with_axe
def test_the_leading_group_sees_what_is_late_and_urges_it(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("leading_group", at="key_evaluation")
    expect(page).to_have_url(re.compile("view=watch"))
    expect(page.locator(".bh-late")).to_contain_text("逾期未办")
    page.locator(".bh-late a").first.click()
    page.wait_for_url("**unit=**")
    page.locator(".bh-task").first.click()
    urge = page.locator(".bh-acts").get_by_role("link", name="催办")
    expect(urge).to_be_visible()
    found = violations(page)
    shot(page, "day-leading-group")
    page.locator("#case").get_by_role("link", name="走到哪一步").click()
    page.wait_for_url("**/instances/**")
    expect(page.locator("#diagram")).to_be_visible()
    shot(page, "day-leading-group-where")
    page.go_back()

    urge.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("领导小组督办：请本周内办结。")
    dialog.get_by_role("button", name="催办").click()
    page.wait_for_url("**did=urged**")
    expect(page.locator("#toast")).to_contain_text("已催办")
    shot(page, "day-leading-group-urged")
    assert not found, "\n".join(found)
    sign_out(page)
