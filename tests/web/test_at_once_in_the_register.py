"""Two write the same into the register at once, neither sees the other's row: the second is refused as if he had come later."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from time import sleep
from typing import Any

import pytest
from flask import Flask
from psycopg.errors import UniqueViolation
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine.access import SYSTEM
from engine.errors import Conflict
from engine.uow import UnitOfWork
from host.accounts import making
from host.composition import Bihuan
from ledger.holidays.versions import keep
from ledger.roster import jurisdictions, organisations, people
from tests.integration.engine.stage import UNIT
from tests.web.small_county import PEOPLE

WAITING = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)
WHO, FROM = PEOPLE["preparer"], date(2031, 1, 1)
OFFICE = organisations.Entry("D77", "林业局", "department")
Act = Callable[[UnitOfWork], Any]
ACTS: dict[str, Act] = {
    "jurisdiction.exists": lambda uow: jurisdictions.add(uow, "downstream", "下游县", by=SYSTEM),
    "organisation.exists": lambda uow: organisations.add(uow, 1, OFFICE, by=SYSTEM),
    "person.exists": lambda uow: people.add(uow, 1, UNIT, "新来的", "N-77", by=SYSTEM),
    "role.overlaps": lambda uow: people.assign(uow, 1, WHO, "finance", UNIT, FROM, by=SYSTEM),
    "account.exists": lambda uow: making.make(uow, "twice", "重复", stored="x"),
    "calendar.newer": lambda uow: keep(uow, 1, 2031, "", "", "通知", seen=0, by=SYSTEM),
}


def await_lock(bihuan: Bihuan, later: Future[str]) -> None:
    """Return when the other one waits: asked in a transaction each time, within one the server's answer never changes."""
    waits = False
    while not waits and not later.done():
        with bihuan.database.owner_engine.connect() as watching:
            waits = bool(watching.scalar(WAITING))
        sleep(0.01)


@pytest.mark.parametrize("code", ACTS)
def test_the_second_of_two_at_once_is_refused_by_the_same_code(
    county: Flask, bihuan: Bihuan, code: str
) -> None:
    def second() -> str:
        with bihuan.unit_of_work() as uow:
            with pytest.raises(Conflict) as refused:
                ACTS[code](uow)
            uow.session.scalar(select(1))  # and his transaction goes on
        return refused.value.code

    with ThreadPoolExecutor(1) as threads, bihuan.unit_of_work() as first:
        ACTS[code](first)
        first.flush()
        later = threads.submit(second)
        await_lock(bihuan, later)
        first.session.commit()
        assert later.result() == code


def test_what_no_command_foresaw_is_told_in_general_words(county: Flask) -> None:
    with county.test_request_context("/api/v1/places", headers={"Accept": "application/json"}):
        answer = county.make_response(
            county.handle_user_exception(IntegrityError("insert", None, UniqueViolation()))
        )

    assert answer.status_code == 409 and "刚才有人先登记了同样的内容" in answer.get_data(as_text=True)
