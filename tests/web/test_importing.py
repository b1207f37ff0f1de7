"""The import of the directory as a job: it can be watched, is whole or not at all, and shows passwords once."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from engine.clock import VirtualClock
from host.accounts import bringing, passwords
from host.composition import Bihuan
from host.imports import life
from host.model.accounts import Account
from host.model.directory_import import DirectoryImport
from host.workers.queueing import drain
from ledger.model.register import Person
from tests.web.small_county import post, sign_in
from tests.web.test_administering import book, send

MANY = 400
OFFICE = ("D80", "乡镇站所", "部门", "")
TRIED = re.compile(r'name="tried" value="([^"]+)"')
BAR = re.compile(r'<progress[^>]* max="(\d+)" value="(\d+)"')


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> FlaskClient:
    client = county.test_client()
    with bihuan.database.owner_engine.begin() as owner:  # the small county has numbered its people by hand
        owner.execute(
            text("select setval(pg_get_serial_sequence('app.person', 'id'), max(id)) from app.person")
        )
    assert sign_in(client, "system").status_code == 302
    return client


def staff(count: int, mark: str) -> list[tuple[str, ...]]:
    return [
        (
            f"{mark}{number:04}",
            f"{mark}某{number}",
            "D80",
            "填报人",
            "2021-02-01",
            "",
            f"{mark}{number}".lower(),
        )
        for number in range(count)
    ]


def ordered(admin: FlaskClient, count: int, mark: str) -> str:
    """Try a file and confirm it; return the address of its progress."""
    tried = TRIED.search(send(admin, book([OFFICE], staff(count, mark))))
    assert tried
    answer = post(admin, "/manage/import", tried=tried[1], sure="yes")
    assert answer.status_code == 303
    return answer.headers["Location"]


def people(bihuan: Bihuan, mark: str) -> int:
    with bihuan.unit_of_work() as uow:
        named = select(func.count()).select_from(Person).where(Person.code.startswith(mark))
        return uow.session.scalar(named) or 0


@pytest.mark.slow
def test_four_hundred_accounts_are_opened_outside_the_request(
    county: Flask, bihuan: Bihuan, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed, made, seen = passwords.hashed, [0], list[tuple[str, str]]()

    def watched(word: str) -> str:
        made[0] += 1
        if made[0] % 100 == 50:
            seen.append(BAR.search(admin.get(place).text).groups())  # type: ignore[union-attr, arg-type]
            assert people(bihuan, "M") == 0
        return hashed(word)

    monkeypatch.setattr(passwords, "hashed", watched)
    place = ordered(admin, MANY, "M")
    assert made == [0], "the request makes no password"
    assert "排在队列里" in admin.get(place).text

    drain(bihuan.queue)

    assert made == [MANY]
    assert seen == [(str(MANY + 1), str(done)) for done in (40, 140, 240, 340)]
    page = admin.get(place).text
    assert page.count("<td>新增</td>") == MANY + 1
    assert people(bihuan, "M") == MANY
    shown = dict(re.findall(r"<td>(m\d+)</td><td><code>(\w+)</code>", post(admin, place).text))
    assert len(shown) == MANY
    assert sign_in(county.test_client(), "m399", shown["m399"]).headers["Location"] == "/"
    assert "<code>" not in post(admin, place).text, "shown once"
    with bihuan.unit_of_work() as uow:
        stored = uow.session.scalars(select(Account).where(Account.login == "m7")).one()
        assert stored.must_change and stored.password_until is not None


def test_passwords_wait_encrypted_and_only_for_who_ordered_the_import(
    county: Flask, bihuan: Bihuan, admin: FlaskClient
) -> None:
    post(admin, "/manage/accounts", name="另一人", login="second", duty="system")
    with bihuan.unit_of_work() as uow:
        second = uow.session.scalars(select(Account).where(Account.login == "second")).one()
        second.must_change = False
        second.password_hash = passwords.hashed("another-word-1")
    place = ordered(admin, 2, "E")
    drain(bihuan.queue)
    other = county.test_client()
    sign_in(other, "second", "another-word-1")

    assert "显示一次性密码" not in other.get(place).text
    assert "<code>" not in post(other, place).text
    with bihuan.unit_of_work() as uow:
        kept = uow.session.execute(
            text("select words::text, file from app.directory_import order by id desc")
        ).first()
    words = re.findall(r"<code>(\w+)</code>", post(admin, place).text)
    assert len(words) == 2 and kept is not None and kept.file is None
    assert not any(word in kept.words for word in words)


def test_what_became_impossible_since_the_trial_imports_nothing_and_says_where(
    bihuan: Bihuan, admin: FlaskClient
) -> None:
    place = ordered(admin, 3, "T")
    post(admin, "/manage/accounts", name="抢先", login="t1", duty="system")

    drain(bihuan.queue)

    page = admin.get(place).text
    assert "没有导入任何内容" in page
    assert "账号“t1”已经有了" in page
    assert people(bihuan, "T") == 0


@pytest.mark.parametrize("error", [RuntimeError("no"), MemoryError()])
def test_a_fault_of_the_program_ends_the_import_and_nothing_is_half_done(
    bihuan: Bihuan, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    mark = type(error).__name__[0]
    place = ordered(admin, 3, f"F{mark}")

    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr(life, "_keep", fails)
    drain(bihuan.queue)

    assert type(error).__name__ in admin.get(place).text
    assert people(bihuan, f"F{mark}") == 0


def test_an_import_that_is_done_again_after_a_crash_happens_once(
    bihuan: Bihuan, admin: FlaskClient, clock: VirtualClock
) -> None:
    place = ordered(admin, 3, "C")
    entry, import_id = bihuan.entry(), int(place.rpartition("/")[2])

    def run() -> None:
        def begin(ordered: life.Ordered) -> life.Act:
            return bringing.begun(bihuan.unit_of_work, entry.vault, entry.hours, ordered)

        life.carry_out(bihuan.unit_of_work, import_id, {bringing.KIND: begin})

    with bihuan.unit_of_work() as uow:
        uow.session.get_one(DirectoryImport, import_id).status = "running"  # a worker died here

    run()
    run()
    drain(bihuan.queue)

    assert people(bihuan, "C") == 3
    assert "已导入" in admin.get(place).text


def test_programs_order_an_import_and_read_what_became_of_each_row(
    bihuan: Bihuan, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(
        r'class="bh-word">([^<]+)<', post(admin, "/me/tokens", name="导入", scope="people", days=30).text
    )
    assert found
    bearer = {"Authorization": f"Bearer {found[1]}"}

    def order(people: list[tuple[str, ...]], **more: str) -> Any:
        sent = {"file": (BytesIO(book([OFFICE], people)), "people.xlsx"), **more}
        return admin.post("/api/v1/directory-imports", headers=bearer, data=sent)

    wrong = order([("R1", "", "没有", "填报人", "2021-02-01", "", "")])
    assert (wrong.status_code, wrong.json["code"]) == (422, "directory.faults") and wrong.json["faults"]
    assert order(staff(2, "R"), dry_run="true").json["total"] == 2

    ordered = order(staff(2, "R"))
    assert (ordered.status_code, ordered.json["status"]) == (202, "waiting")
    drain(bihuan.queue)
    place = f"/api/v1/directory-imports/{ordered.json['id']}"
    told: Any = admin.get(place, headers=bearer).json
    assert (told["status"], told["prepared"]) == ("done", 2)
    assert {row["login"] for row in told["rows"]} >= {"r0", "r1"}
    words: Any = admin.post(f"{place}/passwords", headers=bearer).json
    assert {one["login"] for one in words["items"]} == {"r0", "r1"}
    assert admin.post(f"{place}/passwords", headers=bearer).get_json() == {"items": []}
    assert admin.get("/api/v1/directory-imports/999999", headers=bearer).status_code == 404
