"""Which tasks may be done together: same step, same short form, nothing to fix; the others are held out, with the reason."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engine.access import Actor
from engine.bulk import Result, failed
from engine.calendar.local_time import start_of_day
from engine.errors import BihuanError, NotFound
from engine.model.base import table_of
from engine.model.papers import TaskComment
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from forms.errors import FormInvalid
from host.filing import file_task
from host.publishing.form_library import form_of
from host.web.context import acting_now, system
from host.web.day import today
from host.web.words import translate as _
from ledger import inbox as queue
from ledger.narrowing import Wanted

FILED, COMMENT = table_of(SubmissionRow), table_of(TaskComment)
LONGEST_FORM = 6
MOST = 200
MOST_AT_ONCE = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alike:
    """Tasks of one step in hand. key: as the address names it; odd: those held out, each with the reason."""

    key: str
    name: str
    clean: Sequence[Any]
    odd: Sequence[tuple[Any, str]]


def is_short(uow: UnitOfWork, form_key: str | None) -> bool:
    """Tell whether a form is short enough to be filled in once for many."""
    if form_key is None:
        return False
    fields = form_of(uow.session, form_key).fields
    return len(fields) <= LONGEST_FORM and not any(field.type == "table" for field in fields)


def alike(uow: UnitOfWork, actor: Actor, *, least: int = 2) -> list[Alike]:
    """Return the actor's held tasks with short forms by step, most first; steps with less than `least` are left out."""
    found = queue.page(uow, actor, Wanted("mine"), start_of_day(today().day), size=MOST).rows
    steps: dict[str, list[Any]] = {}
    for row in found:
        if row.why == "held" and is_short(uow, row.form_key):
            steps.setdefault(f"{row.definition_key}:{row.element_id}:{row.form_key}", []).append(row)
    many = {key: rows for key, rows in steps.items() if len(rows) >= least}
    reasons = _reasons(uow, [row for rows in many.values() for row in rows])
    groups = [
        Alike(
            key,
            rows[0].name,
            [row for row in rows if row.id not in reasons],
            [(row, reasons[row.id]) for row in rows if row.id in reasons],
        )
        for key, rows in many.items()
    ]
    return sorted(groups, key=lambda one: -len(one.clean))


def _reasons(uow: UnitOfWork, rows: Sequence[Any]) -> dict[UUID, str]:
    """Return why a task is not like the others; a task that is missing has nothing to look at."""
    ids = [row.instance_id for row in rows]
    filed = select(func.max(FILED.c.id)).where(FILED.c.instance_id.in_(ids), FILED.c.withdrawn.is_(False))
    last = filed.group_by(FILED.c.instance_id)
    latest = select(FILED.c.instance_id, func.jsonb_array_length(FILED.c.warnings)).where(
        FILED.c.id.in_(last)
    )
    words = select(COMMENT.c.instance_id, func.count()).where(COMMENT.c.instance_id.in_(ids))
    warnings: Mapping[UUID, int] = dict(uow.session.execute(latest).all())
    comments: Mapping[UUID, int] = dict(uow.session.execute(words.group_by(COMMENT.c.instance_id)).all())
    reasons = {row.id: _reason(row, warnings, comments) for row in rows}
    return {task_id: reason for task_id, reason in reasons.items() if reason}


def _reason(row: Any, warnings: Mapping[UUID, int], comments: Mapping[UUID, int]) -> str:
    if row.round > 1:
        return _("退回后重报，请看这一轮改了什么")
    if row.counter_sign is not None:
        return _("另有加签人")
    if row.owner_id is not None:
        return _("别人委派的，办好后交回")
    if warnings.get(row.instance_id):
        return _("上一步的表有 {count} 条提示", count=warnings[row.instance_id])
    if comments.get(row.instance_id):
        return _("有 {count} 条留言", count=comments[row.instance_id])
    return ""


def form_key_of(step: str) -> str:
    """Return the form of a step, as `Alike.key` names it."""
    return step.rpartition(":")[2]


def filed_alike(step: str, wanted: Sequence[UUID], raw: Mapping[str, Any]) -> list[tuple[Any, Result]]:
    """File the same form in each of these tasks, a transaction and a result for each; return the tasks with them.

    raw: values as typed. A task that is not clean any more is refused; one that is not to be seen is None.
    """
    actor, scope = acting_now().actor, acting_now().scope
    with system().bihuan.unit_of_work(scope) as uow:
        groups = [one for one in alike(uow, actor, least=1) if one.key == step]
    clean = {row.id: row for one in groups for row in one.clean}
    return [(clean.get(one) or _named(one), _filed(one, raw, one in clean)) for one in wanted]


def _named(task_id: UUID) -> Any:
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            return queue.one(uow, acting_now().actor, task_id)
    except NotFound:
        return None


def _filed(task_id: UUID, raw: Mapping[str, Any], is_clean: bool) -> Result:
    if not is_clean:
        text = "这件刚有变化,不再和其他任务一样;请单独打开办理。"
        return Result(str(task_id), "failed", "batch.not_alike", text)
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            file_task(uow, task_id, raw, by=acting_now().actor)
    except FormInvalid as invalid:
        return Result(str(task_id), "failed", invalid.code, invalid.text)
    except (BihuanError, SQLAlchemyError) as error:
        log.info("batch completion failed", exc_info=True, extra={"task_id": str(task_id)})
        return failed(str(task_id), error)
    return Result(str(task_id), "ok")
