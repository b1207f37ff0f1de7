"""The policy in the browser: what is open is marked, the bureau confirms it, and every reader then says so."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from engine import definitions
from engine.access import SYSTEM
from engine.model.journal import AuditRow
from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.publishing.factory import publish_factory
from host.web.words import english
from ledger.confirmations import recorded
from ledger.model.confirming import PolicyConfirmation
from ledger.policies_in_force import in_force, places
from ledger.policy.groups import GROUPS, grouped
from ledger.policy.pack import available, load
from ledger.policy.schema import FIELDS
from ledger.year import open_year
from tests.integration.engine.committee import statements
from tests.web.small_county import TOKEN, post, sign_in

KEY = "dept_eval.min_amount_share"


@pytest.fixture
def open_key() -> str:
    """A key that the common pack leaves to the bureau."""
    return next(iter(load("cn-default").resolve(2022).inferred))


@pytest.fixture(autouse=True)
def _nothing_confirmed(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(PolicyConfirmation))


def entered(county: Flask, login: str) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def asked(page: str) -> list[str]:
    """Return the keys that the page says are open."""
    return re.findall(r"<code>([\w.]+)</code>", page[page.index('id="open"') : page.index("bh-jump")])


def test_every_key_is_in_one_group_and_every_group_has_its_english() -> None:
    assert sorted(key for keys in grouped().values() for key in keys) == sorted(FIELDS)
    assert set(GROUPS) <= set(english())


@pytest.mark.parametrize("login", ["performance", "process", "audit"])
def test_readers_see_each_value_and_what_the_bureau_must_confirm(
    county: Flask, login: str, open_key: str
) -> None:
    page = entered(county, login).get("/studio/policy?year=2022").text

    assert "待本局确认" in page and open_key in asked(page)
    assert page.count('<th scope="row">') == len(FIELDS)
    assert ("确认这个取值" in page) == (login == "performance")
    assert "style=" not in page


def test_a_confirmed_value_reads_so_names_who_when_and_why_and_is_audited(
    county: Flask, bihuan: Bihuan, open_key: str
) -> None:
    client = entered(county, "performance")

    answer = post(client, "/studio/policy", key=open_key, year=2022, note="局长办公会  纪要 3 号")
    page = client.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert open_key not in asked(page)
    assert "局长办公会 纪要 3 号" in page and "已确认，记入审计。" in page
    with bihuan.unit_of_work() as uow:
        entries = select(AuditRow).where(AuditRow.action == "policy.confirm").order_by(AuditRow.id.desc())
        entry = uow.session.scalars(entries.limit(1)).one()
        assert entry.data["key"] == open_key and entry.data["year"] == 2022
        pack = recorded(uow.session, 1, load("cn-default").resolve(2023))
        assert open_key not in pack.inferred, "it holds in later years while the value is the same"
        assert open_key in recorded(uow.session, 1, load("cn-default").resolve(2021)).inferred


def test_a_confirmation_does_not_speak_of_another_value(county: Flask, bihuan: Bihuan, open_key: str) -> None:
    post(entered(county, "performance"), "/studio/policy", key=open_key, year=2022, note="纪要")
    with bihuan.unit_of_work() as uow:
        row = uow.session.scalars(select(PolicyConfirmation)).one()
        row.value = "another"
        uow.session.flush()

        assert open_key in recorded(uow.session, 1, load("cn-default").resolve(2022)).inferred


def test_a_confirmation_is_taken_back_by_a_new_record(county: Flask, bihuan: Bihuan, open_key: str) -> None:
    client = entered(county, "performance")
    post(client, "/studio/policy", key=open_key, year=2022, note="纪要")

    answer = post(client, "/studio/policy", key=open_key, year=2022, note="弄错了", back="yes")

    assert answer.status_code == 303
    assert open_key in asked(client.get("/studio/policy?year=2022").text)
    with bihuan.unit_of_work() as uow:
        stands = select(PolicyConfirmation.stands).order_by(PolicyConfirmation.id)
        assert list(uow.session.scalars(stands)) == [True, False]


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"note": ""}, 422, "请写明依据"),
        ({"note": "x" * 501}, 422, "最多 500 字"),
        ({"key": "grading.bands", "note": "纪要"}, 409, "没有待确认的事项"),
        ({"key": "grading.band", "note": "纪要"}, 422, "grading.bands"),
        ({"note": "纪要", "back": "yes"}, 409, "没有确认过"),
        ({"note": "纪要", "place": "nowhere"}, 404, "没有这个地区"),
    ],
)
def test_what_cannot_be_confirmed_is_refused_with_the_reason(
    county: Flask, open_key: str, form: dict[str, str], status: int, said: str
) -> None:
    answer = post(entered(county, "performance"), "/studio/policy", **{"key": open_key, "year": 2022, **form})

    assert answer.status_code == status and said in answer.text


@pytest.mark.parametrize("login", ["process", "audit", "section"])
def test_nobody_else_confirms(county: Flask, bihuan: Bihuan, open_key: str, login: str) -> None:
    answer = post(entered(county, login), "/studio/policy", key=open_key, year=2022, note="纪要")

    assert answer.status_code == 403
    with bihuan.unit_of_work() as uow:
        assert not uow.session.scalars(select(PolicyConfirmation)).all()


def test_packs_and_years_are_compared_in_sentences(county: Flask) -> None:
    client = entered(county, "performance")
    local = next(one for one in available() if one != "cn-default")

    page = client.get(f"/studio/policy?year=2022&against={local}").text
    years = client.get("/studio/policy?year=2023&against=2018").text

    assert re.search(r"不同的有 [1-9]\d* 处", page) and "比的那一个" in page
    assert "2018 年度”不同的有" in years
    assert 'id="differences"' not in client.get("/studio/policy?year=2022&against=nothing").text
    assert client.get("/studio/policy?year=12345&against=../x").status_code == 200


def opened(uow: UnitOfWork) -> None:
    """Open 2021 with one value set for this year alone."""
    body = load("cn-default").resolve(2021, {KEY: 0.3}).parameters()
    chosen = parameters({**body, "jurisdiction": "riverside"})
    definitions.keep_parameters(uow, chosen)
    open_year(uow, 1, chosen, stages=["self_evaluation"], by=SYSTEM)


def test_an_opened_year_shows_what_it_was_opened_with(county: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        publish_factory(uow, by=SYSTEM)
        opened(uow)
        place = places(uow.session)[0]
        assert in_force(uow.session, place, 2021).values[KEY] == 0.3

    page = entered(county, "performance").get("/studio/policy").text

    assert "2021 年度的制度" in page
    assert "政策包改过" in page and "本年度保持" in page and "30%" in page


def test_the_page_takes_a_fixed_number_of_statements(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county, "performance")
    client.get("/studio/policy?year=2022")
    with statements(bihuan, scopes=True) as said:
        client.get("/studio/policy?year=2022&against=2021")

    assert len(said) <= 10, "\n".join(said)


def test_a_program_reads_the_policy_and_confirms_for_the_bureau(county: Flask, open_key: str) -> None:
    client = entered(county, "performance")
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    headers = {"X-Form-Token": found[1]}
    body = {"year": 2022, "key": open_key, "note": "纪要 3 号"}

    before = client.get("/api/v1/policy?year=2022").json
    done = client.post("/api/v1/policy/confirmations", json=body, headers=headers)
    after = client.get("/api/v1/policy?year=2022").json
    again = client.post("/api/v1/policy/confirmations", json=body, headers=headers)

    assert before is not None and after is not None
    assert before["to_confirm"] == after["to_confirm"] + 1 and len(after["values"]) == len(FIELDS)
    assert done.json == {"id": open_key, "command": "policy.confirm"}
    assert "纪要 3 号" in next(one["confirmed"] for one in after["values"] if one["key"] == open_key)
    assert again.status_code == 409 and again.json and again.json["code"] == "policy.not_open"
