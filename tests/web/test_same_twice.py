"""Two people enter the same thing at once: one is registered, the other is told so and nothing breaks."""

from threading import Thread
from time import sleep

from flask import Flask
from psycopg.errors import UniqueViolation
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from host.composition import Bihuan
from ledger.model.register import Jurisdiction
from tests.web.small_county import post, sign_in

WAITING = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


def test_who_registers_a_place_a_moment_later_is_told_that_it_is_there(county: Flask, bihuan: Bihuan) -> None:
    client, answers = county.test_client(), list[TestResponse]()
    sign_in(client, "system")
    second = Thread(
        target=lambda: answers.append(post(client, "/manage/places", code="upstream", name="上游县"))
    )
    with bihuan.database.owner_engine.connect() as first:
        first.execute(insert(Jurisdiction).values(code="upstream", name="上游县"))
        second.start()
        while not first.scalar(WAITING) and second.is_alive():
            sleep(0.01)
        first.commit()
    second.join()

    [answer] = answers
    assert answer.status_code == 409 and "地区代码“upstream”已经登记过" in answer.text


def test_what_no_command_foresaw_is_told_in_general_words(county: Flask) -> None:
    with county.test_request_context("/api/v1/places", headers={"Accept": "application/json"}):
        answer = county.make_response(
            county.handle_user_exception(IntegrityError("insert", None, UniqueViolation()))
        )

    assert answer.status_code == 409 and "刚才有人先登记了同样的内容" in answer.get_data(as_text=True)
