"""The two filings that a reviewer compares, the returns between them, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from engine import answering, judging
from engine.model.base import table_of
from engine.model.returns import TaskReturn
from engine.model.tasks import SubmissionRow
from engine.standing import TASK
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from host.filing import Desk
from host.publishing.form_library import form_of
from host.web.batching import is_short
from host.web.form.reading import retyped
from host.web.round.view import Compared

FILED, RETURN = table_of(SubmissionRow), table_of(TaskReturn)
MOST = 60


@dataclass(frozen=True)
class Reviewed:
    """The form that a task reviews, as it was filed last. round: held against the round before, None in a first one."""

    task_id: UUID
    definition: FormDefinition
    raw: Mapping[str, Any]
    round: Compared | None


def reviewed(uow: UnitOfWork, task: Any) -> Reviewed | None:
    """Return the form that a task reviews; None if none was filed before it.

    task: a row of `ledger.inbox`. The form is the one filed last in the instance that is too long for the inbox itself.
    """
    filed = _filings(uow, task.instance_id)
    here = (task.definition_key, task.element_id)
    last = next((one for one in filed if _step(one) != here and not is_short(uow, one.form_key)), None)
    if last is None:
        return None
    rounds = [one for one in filed if _step(one) == _step(last) and one.form_key == last.form_key]
    before = next((one for one in rounds if one.round < last.round), None)
    definition = form_of(uow.session, last.form_key)
    values = _values(uow, definition, [last.id, *([before.id] if before is not None else [])])
    if before is None:
        return Reviewed(last.task_id, definition, values[last.id], None)
    between = RETURN.c.round.between(before.round + 1, last.round)
    at_step = (RETURN.c.to_definition_key == last.definition_key, RETURN.c.to_element_id == last.element_id)
    found = select(RETURN).where(RETURN.c.instance_id == task.instance_id, *at_step, between)
    returns = uow.session.execute(found.order_by(RETURN.c.id)).mappings().all()
    compared = _compared(uow, definition, returns, values[before.id], values[last.id])
    return Reviewed(last.task_id, definition, values[last.id], compared)


def last_round(uow: UnitOfWork, task: Any) -> Compared | None:
    """Return the last two rounds of the form that a task reviews, held against each other; None in a first round."""
    found = reviewed(uow, task)
    return found.round if found is not None else None


def open_round(uow: UnitOfWork, desk: Desk, raw: Mapping[str, Any]) -> Compared | None:
    """Return the returns that opened the step of a form again, held against what stands in it now; None without any."""
    open_again = exists().where(
        TASK.c.instance_id == RETURN.c.instance_id,
        TASK.c.definition_key == RETURN.c.to_definition_key,
        TASK.c.element_id == RETURN.c.to_element_id,
        TASK.c.round == RETURN.c.round,
        TASK.c.form_key == desk.definition.key,
        TASK.c.status == "open",
    )
    found = select(RETURN).where(RETURN.c.instance_id == desk.place.instance_id, open_again)
    returns = uow.session.execute(found.order_by(RETURN.c.id)).mappings().all()
    if not returns:
        return None
    step = (returns[0]["to_definition_key"], returns[0]["to_element_id"])
    filed = [one for one in _filings(uow, desk.place.instance_id) if _step(one) == step]
    before = next((one for one in filed if one.round < returns[0]["round"]), None)
    values = _values(uow, desk.definition, [before.id])[before.id] if before is not None else {}
    return _compared(uow, desk.definition, returns, values, raw)


def filed_last(uow: UnitOfWork, instance_id: UUID, step: tuple[str, str], form_key: str) -> Mapping[str, Any]:
    """Return what was filed last at a step, as typed: what a remark of a return is about; nothing if it never was."""
    found = [one for one in _filings(uow, instance_id) if _step(one) == step and one.form_key == form_key]
    return _values(uow, form_of(uow.session, form_key), [found[0].id])[found[0].id] if found else {}


def _filings(uow: UnitOfWork, instance_id: UUID) -> Sequence[Any]:
    """Return what was filed in an instance and not taken back, the last first, without the values."""
    found = (
        select(
            FILED.c.id,
            FILED.c.task_id,
            FILED.c.form_key,
            TASK.c.definition_key,
            TASK.c.element_id,
            TASK.c.round,
        )
        .join(TASK, TASK.c.id == FILED.c.task_id)
        .where(FILED.c.instance_id == instance_id, ~FILED.c.withdrawn)
        .order_by(FILED.c.id.desc())
        .limit(MOST)
    )
    return uow.session.execute(found).all()


def _values(uow: UnitOfWork, definition: FormDefinition, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found = uow.session.execute(select(FILED.c.id, FILED.c["values"]).where(FILED.c.id.in_(ids)))
    return {row.id: retyped(definition, row[1]) for row in found}


def _compared(
    uow: UnitOfWork,
    definition: FormDefinition,
    returns: Sequence[Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Compared:
    ids = {row["id"] for row in returns}
    answers, verdicts = answering.given(uow, ids), judging.given(uow, ids)
    return Compared(definition, [dict(row) for row in returns], answers, verdicts, before, after)


def _step(row: Any) -> tuple[str, str]:
    return row.definition_key, row.element_id
