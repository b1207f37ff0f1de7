"""What the system administrator does in the browser: people, organisations, roles, accounts, xlsx; one's own password."""

import io
import re
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from engine.calendar.local_time import local_date
from engine.model.journal import AuditRow
from host.composition import Bihuan
from host.model.accounts import Account
from host.workers.queueing import drain
from ledger.model.register import Organisation, Person, RoleAssignment
from ledger.roster import sheets
from tests.integration.engine.stage import UNIT
from tests.web.small_county import PASSWORD, PEOPLE, TOKEN, post, sign_in

WORD = re.compile(r'class="bh-word">([\w-]+)<')
OFFICE = ("D09", "林业局", "部门", "")
STAFF = ("G01", "江山", "D09", "填报人、单位负责人", "2021-02-01", "", "jiangshan")


@pytest.fixture
def admin(county: Flask) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, "system").status_code == 302
    return client


def book(offices: Sequence[tuple[str, ...]], staff: Sequence[tuple[str, ...]]) -> bytes:
    made = load_workbook(io.BytesIO(sheets.template()))
    for name, rows in (("单位", offices), ("人员", staff)):
        for row in rows:
            made[name].append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def send(client: FlaskClient, data: bytes) -> str:
    found = TOKEN.search(client.get("/manage/import").text)
    assert found
    form = {"file": (io.BytesIO(data), "people.xlsx")}
    return client.post("/manage/import", data=form, headers={"X-Form-Token": found[1]}).text


def count(bihuan: Bihuan, model: type) -> int:
    with bihuan.unit_of_work() as uow:
        return uow.session.scalar(select(func.count()).select_from(model)) or 0


def test_somebody_is_added_gets_an_account_and_must_change_the_one_time_password(
    county: Flask, admin: FlaskClient
) -> None:
    place = post(admin, "/manage/people", id=UNIT, name="何晓", code="7", role="preparer").headers["Location"]
    person_id = re.search(r"/people/(\d+)", place)
    assert person_id
    page = post(admin, "/manage/accounts", person=person_id[1], login="hexiao")
    word = WORD.search(page.text)
    assert word
    client = county.test_client()

    assert sign_in(client, "hexiao", word[1]).status_code == 302
    assert client.get("/inbox").headers["Location"] == "/me/password"
    refused = post(client, "/me/password", old=word[1], new=word[1], again=word[1])
    assert refused.status_code == 422
    other = county.test_client()
    sign_in(other, "hexiao", word[1])
    assert post(client, "/me/password", old=word[1], new=PASSWORD, again=PASSWORD).status_code == 303

    assert client.get("/inbox").status_code == 200
    assert other.get("/me").status_code == 302, "all other sessions have ended"
    assert sign_in(county.test_client(), "hexiao", word[1]).status_code == 422


def test_disabling_ends_sessions_and_tokens_and_nobody_disables_himself(
    county: Flask, bihuan: Bihuan, admin: FlaskClient
) -> None:
    client = county.test_client()
    sign_in(client, "upper_finance")
    made = WORD.search(post(client, "/me/tokens", name="统计", scope="view", days=30).text)
    assert made
    with bihuan.unit_of_work() as uow:
        ids = {one.login: one.id for one in uow.session.scalars(select(Account))}

    post(admin, f"/manage/accounts/{ids['upper_finance']}/disable")

    assert client.get("/me").status_code == 302
    assert sign_in(county.test_client(), "upper_finance").status_code == 422
    assert post(admin, f"/manage/accounts/{ids['system']}/disable").status_code == 422
    post(admin, f"/manage/accounts/{ids['upper_finance']}/enable")
    assert sign_in(county.test_client(), "upper_finance").status_code == 302


def test_nobody_is_two_administrators(bihuan: Bihuan, admin: FlaskClient) -> None:
    answer = post(admin, "/manage/accounts", name="丙", login="bing2", duty="system")

    assert answer.status_code == 409
    assert "三员" in answer.text
    assert (
        post(admin, "/manage/accounts", person=PEOPLE["preparer"], login="x", duty="system").status_code
        == 422
    )


def test_roles_have_days_and_do_not_overlap(bihuan: Bihuan, admin: FlaskClient) -> None:
    place = f"/manage/people/{PEOPLE['government']}/roles"
    form = {"role": "department", "organisation": UNIT, "valid_from": "2021-04-01", "valid_to": "2021-04-30"}

    assert post(admin, place, **form).status_code == 303
    assert post(admin, place, **form | {"valid_from": "2021-04-30", "valid_to": ""}).status_code == 409
    assert (
        post(admin, place, **form | {"valid_from": "2021-05-01", "valid_to": "2021-04-01"}).status_code == 422
    )
    with bihuan.unit_of_work() as uow:
        held = uow.session.scalars(
            select(RoleAssignment).where(
                RoleAssignment.person_id == PEOPLE["government"], RoleAssignment.role == "department"
            )
        ).one()
        assert held.valid_to and held.valid_to.isoformat() == "2021-04-30"
        assert local_date(uow.now()) < held.valid_from, "not yet in force"


def test_an_organisation_does_not_come_to_lie_under_itself(bihuan: Bihuan, admin: FlaskClient) -> None:
    made = post(admin, "/manage/organisations", code="D02-1", name="灌区站", kind="department", parent=UNIT)
    child = re.search(r"id=(\d+)", made.headers["Location"])
    assert child

    answer = post(admin, f"/manage/organisations/{UNIT}", name="农业农村局", parent=child[1])

    assert (answer.status_code, "下级" in answer.text) == (422, True)
    assert post(admin, f"/manage/organisations/{UNIT}/close", on="2021-03-01").status_code == 409


def test_a_trial_writes_nothing_and_the_import_does_what_it_said(
    county: Flask, bihuan: Bihuan, admin: FlaskClient
) -> None:
    before = count(bihuan, Organisation), count(bihuan, Person), count(bihuan, AuditRow)

    page = send(admin, book([OFFICE], [STAFF]))

    assert "将新增单位 1 个、人员 1 名、岗位 2 个" in page
    assert (count(bihuan, Organisation), count(bihuan, Person), count(bihuan, AuditRow)) == before
    tried = re.search(r'name="tried" value="([^"]+)"', page)
    assert tried
    place = post(admin, "/manage/import", tried=tried[1], sure="yes").headers["Location"]
    drain(bihuan.queue)
    assert "已导入" in admin.get(place).text
    word = re.search(r"<td>jiangshan</td><td><code>(\w+)</code>", post(admin, place).text)
    assert word and sign_in(county.test_client(), "jiangshan", word[1]).status_code == 302
    again = send(admin, book([OFFICE], [STAFF]))
    assert "将新增单位 0 个、人员 0 名、岗位 0 个；更新单位 0 个、人员 0 名" in again


def test_errors_are_told_by_row_and_column_and_nothing_is_imported(
    bihuan: Bihuan, admin: FlaskClient
) -> None:
    before = count(bihuan, Organisation), count(bihuan, Person)
    offices = [
        ("D20", "甲局", "部门", ""),
        ("D21", "", "部门", ""),
        ("D22", "乙局", "衙门", ""),
        ("D23", "丙局", "部门", "D99"),
    ]
    staff = [
        ("G20", "王一", "D20", "填表人", "", "", ""),
        ("G21", "王二", "D77", "", "", "", ""),
        ("G22", "王三", "D20", "填报人", "三月", "", ""),
    ]
    staff += [("G23", "王四", "D20", "", "", "", "system"), ("G23", "王五", "D20", "", "", "", "")]

    page = send(admin, book(offices, staff))

    cells = re.findall(r"<tr><td[^>]*>(.+?)</td><td>(\d+)</td><td[^>]*>(.+?)</td>", page)
    assert cells == [
        ("单位", "4", "B 单位名称"),
        ("单位", "5", "C 类别"),
        ("单位", "6", "D 上级编码"),
        ("人员", "3", "D 岗位"),
        ("人员", "4", "C 单位编码"),
        ("人员", "5", "E 开始日期"),
        ("人员", "6", "G 账号"),
        ("人员", "7", "A 工号"),
    ]
    assert (count(bihuan, Organisation), count(bihuan, Person)) == before


def test_a_file_that_is_no_workbook_is_refused(admin: FlaskClient) -> None:
    assert "不是完好的 xlsx" in send(admin, b"PK\x03\x04 not really")
