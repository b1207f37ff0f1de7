"""Put a task off until a day (稍后), and take it up again before."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, request

from engine.calendar.documents import national
from engine.uow import UnitOfWork
from host.web.answering import day
from host.web.context import acting_now, only_looks
from host.web.task_page import Answer, acted, shown
from host.web.words import translate as _
from ledger import inbox as queue
from ledger import putting_off

MONDAY = 0


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/put-off", "put_off_task", put_off, methods=["GET", "POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/take-up", "take_up_task", take_up, methods=["POST"])


def put_off(task_id: UUID) -> Answer:
    """Offer days, and put the task off until one of them."""

    def page(fault: str = "") -> str:
        return shown("put_off", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        chosen = day("other" if request.form.get("until") == "other" else "until")
        task = queue.one(uow, acting_now().actor, task_id)
        putting_off.put_off(uow, task, chosen, by=acting_now().actor)

    return page() if only_looks() else acted("put_off", task_id, act, page)


def take_up(task_id: UUID) -> Answer:
    """Bring a task back into sight and stay on it."""

    def act(uow: UnitOfWork) -> None:
        putting_off.end(uow, queue.one(uow, acting_now().actor, task_id), by=acting_now().actor)

    return acted("taken_up", task_id, act, lambda fault: fault, stay=True)


def _gathered(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    first, last = putting_off.days(uow, task)
    choices: dict[date, str] = {}
    for when, words in _offered(first, last):
        if first <= when <= last:
            choices.setdefault(when, words)
    return {"choices": choices, "first": first, "last": last}


def _offered(first: date, last: date) -> Iterator[tuple[date, str]]:
    calendar = national()
    yield calendar.next_workday(first), _("下一个工作日")
    yield first + timedelta(days=(MONDAY - first.weekday()) % 7), _("下周一")
    yield calendar.workdays_after(last, -1), _("到期前一个工作日")
