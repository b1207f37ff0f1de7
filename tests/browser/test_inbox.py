"""The inbox in a browser: dialogs, optional keys, a batch with its progress."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_pages import Shot, violations, with_axe


def _held(page: Page, most: int) -> None:
    """Claim the first tasks of the queue."""
    for _ in range(most):
        page.goto("/inbox?view=group")
        claim = page.locator(".bh-acts").get_by_role("button", name="认领", exact=True)
        if claim.count() == 0:
            return
        claim.click()
        page.wait_for_url("**did=claimed**")


@with_axe
def test_a_return_is_looked_at_in_a_dialog_and_left_by_escape(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("section")
    _held(page, 1)
    page.goto("/inbox?view=mine")

    page.keyboard.press("r")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading", name="退回前，先看看会发生什么")).to_be_focused()
    expect(dialog).to_contain_text("会取消")
    found = violations(page)
    shot(page, "return")
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert not found, "\n".join(found)


def test_keys_are_off_while_typing_and_can_be_turned_off(sign_in: SignIn) -> None:
    page = sign_in("section")
    page.locator("input[type=search]").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("h1").first.click()

    page.keyboard.press("?")
    page.locator("dialog[open]").get_by_role("button", name="关掉快捷键").click()
    page.wait_for_url("**/keys")
    page.keyboard.press("?")

    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="打开快捷键").click()


def test_keys_select_for_a_batch_and_do_nothing_while_an_input_method_composes(sign_in: SignIn) -> None:
    page = sign_in("unit_head")
    _held(page, 3)
    page.goto("/inbox?view=mine")
    compose = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, isComposing: true, bubbles: true}))"
    page.evaluate(compose, "x")
    assert "/batch" not in page.url

    page.keyboard.press("x")
    page.wait_for_url("**/inbox/batch")
    boxes = page.locator("input[name=task]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")

    expect(boxes.nth(1)).to_be_focused()
    expect(boxes.nth(1)).not_to_be_checked()
    expect(boxes.nth(0)).to_be_checked()
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(lambda url: url.endswith("/inbox"))


@with_axe
def test_alike_tasks_are_completed_together(sign_in: SignIn, shot: Shot) -> None:
    page = sign_in("unit_head")
    _held(page, 3)
    page.goto("/inbox/batch")
    found = violations(page)
    chosen = page.locator("input[name=task]:checked").count()
    page.locator("form[data-batch] select").first.select_option("是")

    page.get_by_role("button", name="办结勾选的").click()

    expect(page.locator("#batch-results tbody tr")).to_have_count(chosen)
    shot(page, "batch")
    assert chosen > 1 and not found, "\n".join(found)


def test_later_puts_a_task_off_for_oneself_and_shows_the_next(sign_in: SignIn) -> None:
    page = sign_in("section")
    page.goto("/inbox?view=group")
    first = page.locator("#case h1").inner_text()
    code = page.locator("#case .bh-title p").inner_text()

    page.keyboard.press("s")
    page.locator("dialog[open]").get_by_role("button", name="暂缓", exact=True).click()
    page.wait_for_url("**did=**")

    assert (page.locator("#case h1").inner_text(), page.locator("#case .bh-title p").inner_text()) != (
        first,
        code,
    )
    assert "已暂缓" in page.locator("#main").inner_text()
