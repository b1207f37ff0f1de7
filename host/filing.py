"""The way of a filled-in form: what was typed → the one validator → the command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import countersigning, library, standing, tasks
from engine.access import Actor
from engine.errors import InvalidInput, NotFound
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from forms.library import load
from forms.validation import validate
from ledger.form_context import CONTEXT, Place, form_functions


@dataclass(frozen=True)
class Desk:
    """What is needed to fill in a task's form: its definition, what its rules read, what they call."""

    definition: FormDefinition
    context: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    counter_signed: bool
    place: Place


def desk_of(uow: UnitOfWork, task_id: UUID) -> Desk:
    """Return the desk of a task. Raises NotFound, and InvalidInput if the diagram names no form."""
    task, instance = UserTask, ProcessInstance
    place = uow.session.execute(
        select(
            task.form_key,
            task.name,
            task.counter_sign,
            instance.id,
            instance.subject_kind,
            instance.subject_id,
            instance.jurisdiction_id,
            instance.parameter_hash,
        )
        .join(instance, instance.id == task.instance_id)
        .where(task.id == task_id)
    ).first()
    if place is None:
        raise NotFound(standing.MISSING, code="task.not_found")
    if place.form_key is None:
        raise InvalidInput(f"任务“{place.name}”没有配置表单;请管理员检查流程图。", code="task.no_form")
    parameters = library.parameter_set(uow.session, place.parameter_hash)
    definition = load(place.form_key)
    where = Place(place.id, place.subject_kind, place.subject_id, place.jurisdiction_id, parameters.year)
    context: dict[str, Any] = {"policy": parameters.policy}
    for name in definition.optional_context:
        context[name] = CONTEXT[name](uow.session, where)
    signed = place.counter_sign is not None
    return Desk(definition, context, form_functions(parameters.policy), signed, where)


def file_task(uow: UnitOfWork, task_id: UUID, raw: Mapping[str, Any], *, by: Actor) -> None:
    """Validate what was typed into a task's form and complete the task with it (or vote, if several sign it).

    raw: values by field name as typed; money in 万元.
    Raises FormInvalid with every place to correct; what `tasks.complete` raises.
    """
    desk = desk_of(uow, task_id)
    submission = validate(desk.definition, raw, context=desk.context, functions=desk.functions)
    if desk.counter_signed:
        countersigning.vote(uow, task_id, submission, by=by)
    else:
        tasks.complete(uow, task_id, submission, by=by)
