"""Files beside a form and its Excel sheet: taken with care, handed out safely, compared before they are written."""

import io
import re
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook

from host.composition import Bihuan
from tests.archives import archive, bomb
from tests.web.desks import SELF_EVALUATION, Browser, Unit
from tests.web.test_form_pages import FILLED

PDF = b"%PDF-1.7\n"
LINK = re.compile(r"/tasks/[0-9a-f-]+/attachments/[0-9a-f-]+")


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "preparer2")


BOMB = bomb(a=bytes(1000))


def upload(page: Browser, task_id: Any, name: str, content: bytes) -> Any:
    return page.post(f"/tasks/{task_id}/attachments", file=(io.BytesIO(content), name))


def test_a_file_is_listed_and_handed_out_only_to_be_saved(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()

    assert upload(page, task_id, "验收单.pdf", PDF).status_code == 303

    shown = page.get(f"/tasks/{task_id}/form").text
    found = LINK.search(shown)
    assert found and "验收单.pdf" in shown
    answer = page.get(found[0])
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="___.pdf"; filename*=UTF-8')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.getlist("Content-Security-Policy") == ["sandbox; default-src 'none'"]


def test_a_file_is_taken_away_again(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    upload(page, task_id, "验收单.pdf", PDF)
    found = LINK.search(page.get(f"/tasks/{task_id}/form").text)
    assert found

    page.post(f"{found[0]}/remove")

    assert "验收单.pdf" not in page.get(f"/tasks/{task_id}/form").text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("程序.exe", b"MZ", "attachment.kind"),
        ("改名.pdf", b"MZ not a pdf", "attachment.kind"),
        ("宏.xlsx", archive(xl__vbaProject_dot_bin=b"x"), "attachment.macro"),
        ("炸弹.docx", BOMB, "attachment.bomb"),
        ("空.pdf", b"", "attachment.empty"),
    ],
    ids=["program", "wrong type", "macro", "bomb", "empty"],
)
def test_a_harmful_file_is_refused_and_says_why(unit: Unit, name: str, content: bytes, code: str) -> None:
    task_id, page = unit.task(), unit.browser()

    answer = upload(page, task_id, name, content)

    assert answer.status_code == 422
    assert code in answer.text
    assert name not in page.get(f"/tasks/{task_id}/form").text


def sent_raw(page: Browser, address: str, size: int, said: int | None = None) -> Any:
    """Send a file of a size; said: the size the request claims."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    body = head + bytes(size) + b"\r\n--x--\r\n"
    return page.client.post(
        address,
        data=body,
        headers={"X-Form-Token": page.form_token()},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(said or len(body))},
    )


def test_fifty_megabytes_are_refused_before_they_are_read(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()

    answer = sent_raw(page, f"/tasks/{task_id}/attachments", 10, said=50 * 1024 * 1024)

    assert answer.status_code == 413
    assert "内容太大" in answer.text


def test_only_the_routes_for_files_take_more_than_a_form_holds(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    size = 2 * 1024 * 1024

    assert sent_raw(page, f"/tasks/{task_id}/attachments", size).status_code == 200
    assert sent_raw(page, f"/tasks/{task_id}/draft", size).status_code == 413


def test_nobody_else_adds_opens_or_takes_away_a_file(unit: Unit) -> None:
    task_id, page, other = unit.task(), unit.browser(), unit.browser("preparer2")
    upload(page, task_id, "验收单.pdf", PDF)
    found = LINK.search(page.get(f"/tasks/{task_id}/form").text)
    assert found

    assert upload(other, task_id, "塞入.pdf", PDF + b"2").status_code == 403
    assert other.get(found[0]).status_code == 403
    assert other.post(f"{found[0]}/remove").status_code == 403


def edited(content: bytes, sheet: int, **cells: str) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book.worksheets[sheet][place] = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def imported(page: Browser, task_id: Any, content: bytes) -> Any:
    return page.post(f"/tasks/{task_id}/sheet/import", sheet=(io.BytesIO(content), "表.xlsx"))


def packed(text: str) -> dict[str, str]:
    found = dict(re.findall(r'name="(revision|packed|signed)" value="([^"]*)"', text))
    return {name: unescape(value) for name, value in found.items()}


def test_a_filled_sheet_is_compared_cell_by_cell_and_then_written(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "revision": "0"})
    sheet = page.get(f"/tasks/{task_id}/sheet")
    assert sheet.status_code == 200 and "attachment" in sheet.headers["Content-Disposition"]

    shown = imported(page, task_id, edited(sheet.data, 0, B6="96"))

    assert "全年执行数" in shown.text and "<b>96</b>" in shown.text
    assert "写入 1 处改动" in shown.text
    assert 'value="97"' in page.get(f"/tasks/{task_id}/form").text  # nothing is written yet
    assert page.send(f"/tasks/{task_id}/sheet/take", packed(shown.text)).status_code == 303
    assert 'value="96"' in page.get(f"/tasks/{task_id}/form").text


def test_what_was_not_shown_is_not_written(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "revision": "0"})
    shown = imported(page, task_id, edited(page.get(f"/tasks/{task_id}/sheet").data, 0, B6="96"))
    sent = packed(shown.text)

    answer = page.send(f"/tasks/{task_id}/sheet/take", {**sent, "packed": sent["packed"].replace("96", "99")})

    assert answer.status_code == 403 and "sheet.altered" in answer.text


def test_a_stale_sheet_says_so_and_a_moved_draft_is_not_overwritten(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "revision": "0"})
    sheet = page.get(f"/tasks/{task_id}/sheet").data
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "executed_amount": "95", "revision": "1"})

    shown = imported(page, task_id, edited(sheet, 0, B6="96"))
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "executed_amount": "94", "revision": "2"})
    answer = page.send(f"/tasks/{task_id}/sheet/take", packed(shown.text))

    assert "下载之后，系统里的内容又改过" in shown.text
    assert answer.status_code == 409
    assert 'value="94"' in page.get(f"/tasks/{task_id}/form").text


def test_a_wrong_file_says_what_to_do(unit: Unit, bihuan: Bihuan) -> None:
    task_id, page = unit.task(), unit.browser()
    other = Unit(bihuan)
    foreign = other.browser().get(f"/tasks/{other.task(SELF_EVALUATION)}/sheet").data

    no_sheet = imported(page, task_id, b"not an xlsx")
    of_another_task = imported(page, task_id, foreign)

    assert no_sheet.status_code == of_another_task.status_code == 422
    assert "sheet.not_xlsx" in no_sheet.text and "下载填报表" in no_sheet.text
    assert "sheet.other_task" in of_another_task.text and "另一项任务" in of_another_task.text
