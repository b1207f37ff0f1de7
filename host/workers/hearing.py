"""What other systems call is applied: each call once, in one transaction, within its source's jurisdiction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from procrastinate import App, JobContext

from engine import messages
from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import BihuanError
from engine.scope import Scope
from engine.storage.errors import is_lost
from engine.uow import UnitOfWork
from host.workers.jobs import Opening, as_bihuan_error, stop_if_told
from host.workers.queueing import AfterALoss
from ledger import payments, project_list
from webhooks.inbound import applying
from webhooks.inbound.applying import Call, Misfit

Within = Callable[[Scope], AbstractContextManager[UnitOfWork]]
Misfits = list[Misfit]
log = logging.getLogger(__name__)


def register(queue: App, opening: Opening, within: Within) -> None:
    """Register the job. within: opens a unit of work that sees one scope."""

    @queue.task(name=applying.HEAR_JOB, pass_context=True, retry=AfterALoss())
    def hear_calls(context: JobContext) -> None:
        while hear_some(opening, within):
            stop_if_told(context)


def hear_some(opening: Opening, within: Within) -> bool:
    """Apply some of the calls that wait, each by itself; tell whether there may be more."""
    with opening() as uow:
        found = applying.claim(uow)
    for row in found:
        _hear(within, Scope(row.jurisdiction_id), row.id, row.attempts)
    return bool(found)


def _hear(within: Within, scope: Scope, call_id: int, attempt: int) -> None:
    try:
        if attempt > applying.MOST_ATTEMPTS:
            raise BihuanError("处理这封来信时后台多次中断,已停下等人核对。", code="call.ends_workers")
        with within(scope) as uow:
            call = applying.take(uow, call_id)
            if call is not None:
                by = Actor(None, call.source, system=True)
                misfits = HANDLERS[call.type](uow, call, by)
                applying.settle(uow, call, len(call.raw.get("rows", (1,))) - len(misfits), misfits, by=by)
    except Exception as error:  # a worker's loop: one bad call must not stop the others
        if is_lost(error):
            raise
        log.warning("call %s failed", call_id, exc_info=True)
        with within(scope) as uow:
            applying.fail(uow, call_id, attempt, as_bihuan_error(error))


def _payments(uow: UnitOfWork, call: Call, by: Actor) -> Misfits:
    if call.data["as_of"] > local_date(uow.now()):
        raise BihuanError(f"截至日期 {call.data['as_of']} 还没有到;请对方核对后重发。", code="call.future")
    fitting, misfits = _of_projects(uow, call)
    common = {
        "as_of": call.data["as_of"],
        "jurisdiction_id": call.jurisdiction_id,
        "source": call.source,
        "sent_at": call.sent_at,
    }
    rows = {
        project.id: common
        | {"project_id": project.id, "organisation_id": project.organisation_id}
        | {name: row[name] for name in payments.AMOUNTS}
        for row, project in fitting
    }
    payments.feed(uow, list(rows.values()))
    return misfits


def _projects(uow: UnitOfWork, call: Call, by: Actor) -> Misfits:
    refused = project_list.take(uow, call.jurisdiction_id, call.data["year"], call.data["rows"], call.meant)
    return [Misfit(call.raw["rows"][one.place], one.kind, one.key, one.reason) for one in refused]


def _approved(uow: UnitOfWork, call: Call, by: Actor) -> Misfits:
    said = {name: call.data[name] for name in ("approved_on", "meeting", "document")}
    return _correlated(uow, call, "budget_approved", lambda row: said, by)


def _scored(uow: UnitOfWork, call: Call, by: Actor) -> Misfits:
    return _correlated(
        uow, call, "upper_score", lambda row: {"passed": row["passed"], "score": row["score"]}, by
    )


def _message(uow: UnitOfWork, call: Call, by: Actor) -> Misfits:
    key = call.meant("key", call.data["key"])
    payload = {name: _number(value) for name, value in call.data["payload"].items()}
    reason = _hand_over(uow, call, call.data["name"], key, payload, by)
    return [Misfit(call.raw, "key", call.data["key"], reason)] if reason else []


HANDLERS: Mapping[str, Callable[[UnitOfWork, Call, Actor], Misfits]] = {
    "payment.progress": _payments,
    "project.list": _projects,
    "budget.approved": _approved,
    "upper.scored": _scored,
    "message.sent": _message,
}


def _of_projects(uow: UnitOfWork, call: Call) -> tuple[list[tuple[Mapping[str, Any], Any]], Misfits]:
    """Return the rows with their projects, and those whose project is not known."""
    rows: Sequence[Mapping[str, Any]] = call.data["rows"]
    codes = {call.meant("project", row["project"]) for row in rows}
    year = call.data["year"]
    known = payments.registered(uow.session, call.jurisdiction_id, year, codes)
    fitting, misfits = list[tuple[Mapping[str, Any], Any]](), Misfits()
    for row, raw in zip(rows, call.raw["rows"], strict=True):
        code = call.meant("project", row["project"])
        if code in known:
            fitting.append((row, known[code]))
        else:
            reason = f"{year} 年度没有编码为“{code}”的项目"
            misfits.append(Misfit(raw, "project", row["project"], reason))
    return fitting, misfits


def _correlated(
    uow: UnitOfWork, call: Call, name: str, said: Callable[[Mapping[str, Any]], Mapping[str, Any]], by: Actor
) -> Misfits:
    """Hand each row to the instance that waits for its project."""
    fitting, misfits = _of_projects(uow, call)
    raws = {raw["project"]: raw for raw in call.raw["rows"]}
    for row, project in fitting:
        reason = _hand_over(uow, call, name, project.code, said(row), by, about=("project", project.id))
        if reason:
            misfits.append(Misfit(raws[row["project"]], "project", row["project"], reason))
    return misfits


def _hand_over(
    uow: UnitOfWork,
    call: Call,
    name: str,
    key: str,
    payload: Mapping[str, Any],
    by: Actor,
    about: tuple[str, int] | None = None,
) -> str:
    """Hand one message over; return why it could not be, or ""."""
    try:
        with uow.savepoint():
            messages.correlate(
                uow, name, key, payload, jurisdiction_id=call.jurisdiction_id, by=by, about=about
            )
    except BihuanError as error:
        return error.text
    return ""


def _number(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else value
