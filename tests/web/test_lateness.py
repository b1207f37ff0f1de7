"""迟报和通报: the bureau sees all of a year, a unit what is its own and the circulars that were issued."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from engine.model.base import table_of
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.composition import Bihuan
from ledger.model.circulars import Circular
from ledger.model.lateness import LateSubmission
from tests.integration.engine.stage import UNIT
from tests.web.results_county import YEAR
from tests.web.small_county import OTHER_UNIT, sign_in, task_of
from tests.web.test_annual_report import settle_year

PAGE = f"/reports/lateness?year={YEAR}"


@pytest.fixture
def lived(county: Flask, bihuan: Bihuan) -> Flask:
    """Each department was late once; a circular lists the first and leaves out the other; another waits."""
    with bihuan.unit_of_work() as uow:
        settle_year(uow)
        if not uow.session.query(LateSubmission).count():
            circular = settle_circulars(uow)
            settle_late(uow, UNIT, "A1", circular, None)
            settle_late(uow, OTHER_UNIT, "B1", circular, "系统故障")
    return county


def settle_circulars(uow: UnitOfWork) -> int:
    common = {"jurisdiction_id": 1, "campaign_id": 1, "year": YEAR, "stage": "target", "checkpoint": 1}
    more = {"body": "请尽快补报。", "drafted_at": uow.now()}
    first, second = (task_of(uow, UNIT), task_of(uow, UNIT))
    places = {uow.session.get_one(UserTask, one).instance_id for one in (first, second)}
    issued, waiting = sorted(places)
    told = {"number": "财绩通3号", "issued_at": uow.now(), "issued_by": "人107"}
    uow.session.execute(insert(Circular).values(**common, **more, title="待定的通报", instance_id=waiting))
    made = insert(Circular).values(**common, **more, **told, title="迟报通报", instance_id=issued)
    found: int = uow.session.scalars(made.returning(Circular.id)).one()
    return found


def settle_late(uow: UnitOfWork, unit: int, code: str, circular: int, left_out: str | None) -> None:
    task_id, task = task_of(uow, unit), table_of(UserTask)
    due = uow.now() - timedelta(days=4)
    uow.session.execute(update(task).where(task.c.id == task_id).values(due_at=due))
    instance_id = uow.session.get_one(UserTask, task_id).instance_id
    facts = {"task_id": task_id, "instance_id": instance_id, "year": YEAR, "stage": "target", "checkpoint": 1}
    more = {"organisation_id": unit, "subject_code": code, "name": "填报绩效目标", "round": 1}
    listed = {"circular_id": circular, "line_no": unit, "left_out": left_out}
    days = {"due_on": date(2021, 2, 25), "found_at": uow.now(), "jurisdiction_id": 1}
    uow.session.execute(insert(LateSubmission).values(**facts, **more, **listed, **days))


def page(app: Flask, login: str, address: str = PAGE) -> str:
    client = app.test_client()
    sign_in(client, login)
    return client.get(address).text


def test_the_bureau_sees_each_unit_s_counts_the_circulars_and_every_late_submission(lived: Flask) -> None:
    found = page(lived, "performance")

    assert all(
        word in found for word in ("农业农村局", "水利局", "A1", "B1", "未列入：", "系统故障", "还没报")
    )
    assert "迟报通报（财绩通3号）" in found and "待绩效管理科核定" in found
    assert "考核对象：部门" in found


def test_a_unit_sees_its_own_and_what_was_issued(lived: Flask) -> None:
    found = page(lived, "preparer")

    assert "A1" in found and "B1" not in found and "水利局" not in found
    assert "迟报通报（财绩通3号）" in found and "待定的通报" not in found


def test_what_no_circular_lists_yet_or_one_that_waits_for_its_decision_says_so(
    lived: Flask, bihuan: Bihuan
) -> None:
    late, circular = table_of(LateSubmission), table_of(Circular)

    def put(number: int | None) -> None:
        with bihuan.unit_of_work() as uow:
            uow.session.execute(update(late).where(late.c.subject_code == "A1").values(circular_id=number))

    with bihuan.unit_of_work() as uow:
        listed = uow.session.scalar(select(late.c.circular_id).where(late.c.subject_code == "A1"))
        waiting = uow.session.scalar(select(circular.c.id).where(circular.c.issued_at.is_(None)))
    put(None)
    nowhere = page(lived, "preparer")
    put(waiting)
    bureau, unit = rows_of(page(lived, "performance")), rows_of(page(lived, "preparer"))
    put(listed)

    assert "还没有通报" in nowhere
    assert "待核定" in bureau and f"#circular-{waiting}" not in bureau
    assert "还没有通报" in unit and "待核定" not in unit, "a draft is the bureau's own business"
    assert f"#circular-{listed}" in rows_of(page(lived, "preparer"))


def rows_of(text: str) -> str:
    return text[text.index('id="rows"') :]


def test_a_number_leads_to_its_rows_and_a_circular_to_its_list(lived: Flask) -> None:
    of_unit = page(lived, "performance", f"{PAGE}&unit={OTHER_UNIT}")
    rows = of_unit[of_unit.index('id="rows"') :]
    assert "B1" in rows and "A1" not in rows

    found = page(lived, "performance")
    number = found.split("circular=")[1].split("#")[0]
    listed = page(lived, "performance", f"{PAGE}&circular={number}")
    rows = listed[listed.index('id="rows"') :]
    assert "A1" in rows and "B1" not in rows


def test_programs_read_the_same(lived: Flask) -> None:
    client = lived.test_client()
    sign_in(client, "performance")

    said = client.get(f"/api/v1/years/{YEAR}/lateness").json
    of_unit = client.get(f"/api/v1/years/{YEAR}/lateness?unit={OTHER_UNIT}").json

    assert said and of_unit and not said["more"]
    assert {(one["subject_code"], one["left_out"]) for one in said["late"]} == {
        ("A1", None),
        ("B1", "系统故障"),
    }
    assert [one["subject_code"] for one in of_unit["late"]] == ["B1"]
    assert {one["title"]: one["number"] for one in said["circulars"]} == {
        "迟报通报": "财绩通3号",
        "待定的通报": None,
    }
    assert {one["unit_id"]: one["late"] for one in said["units"]} == {UNIT: 1, OTHER_UNIT: 1}
