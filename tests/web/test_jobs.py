"""The page of jobs and timers: what failed is done again once, by who keeps the system; the words fit the queue."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from engine.errors import NotFound, WrongState
from engine.model.journal import AuditRow
from host.composition import Bihuan
from host.health import queued
from tests.web.small_county import post, sign_in

STATUS = text("select status::text from queue.procrastinate_jobs where id = :id")
FAIL = text("update queue.procrastinate_jobs set status = 'failed', attempts = 20 where id = :id")
NEWEST = text("select max(id) from queue.procrastinate_jobs")


def failed(bihuan: Bihuan, name: str = "send_rungs", **how: str) -> int:
    """Put a job into the queue and let it have failed; return its number."""
    with bihuan.unit_of_work() as uow:
        uow.defer(name, **how)
    with bihuan.unit_of_work() as uow:
        number = int(uow.session.scalars(NEWEST).one())
        uow.session.execute(FAIL, {"id": number})
    return number


def status(bihuan: Bihuan, number: int) -> str:
    with bihuan.unit_of_work() as uow:
        return str(uow.session.scalar(STATUS, {"id": number}))


def test_a_failed_job_is_done_again_once_and_that_is_audited(county: Flask, bihuan: Bihuan) -> None:
    number, client = failed(bihuan), county.test_client()
    sign_in(client, "system")
    page = client.get("/manage/jobs").text
    assert "发出提醒和催办" in page and f"/manage/jobs/{number}/retry" in page

    assert post(client, f"/manage/jobs/{number}/retry").status_code == 303
    again = post(client, f"/manage/jobs/{number}/retry")

    assert status(bihuan, number) == "todo"
    assert again.status_code == 409 and "没有失败" in again.text
    with bihuan.unit_of_work() as uow:
        [kept] = uow.session.scalars(select(AuditRow).where(AuditRow.action == "job.retry"))
    assert (kept.subject, kept.data) == (str(number), {"name": "send_rungs"})


def test_a_job_that_waits_already_is_not_put_beside_itself(bihuan: Bihuan) -> None:
    number = failed(bihuan, queueing_lock="send_rungs")
    with bihuan.unit_of_work() as uow:
        uow.defer("send_rungs", queueing_lock="send_rungs")

    with bihuan.unit_of_work() as uow, pytest.raises(WrongState) as refused:
        queued.retry(uow, number, by=uow.actor)
    assert refused.value.code == "job.waits" and status(bihuan, number) == "failed"
    with bihuan.unit_of_work() as uow, pytest.raises(NotFound):
        queued.retry(uow, 10**9, by=uow.actor)


def test_programs_of_administrators_read_and_retry_too(county: Flask, bihuan: Bihuan) -> None:
    number, client = failed(bihuan), county.test_client()
    sign_in(client, "system")
    items = client.get("/api/v1/jobs").get_json()["items"]
    assert (number, "send_rungs", "failed") in [(one["id"], one["name"], one["status"]) for one in items]
    assert client.get("/api/v1/timers").get_json() == {"items": []}


def test_every_job_of_the_queue_has_words(bihuan: Bihuan) -> None:
    assert {name for name in bihuan.queue.tasks if "builtin" not in name} == set(queued.WORDS)
