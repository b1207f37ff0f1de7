"""The way of a filled-in form: what was typed → the one validator → the command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from engine import countersigning, library, parts, standing, tasks
from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, NotFound, WrongState
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from forms.validation import validate
from host.publishing.form_library import form_at, in_force
from ledger.form_context import CONTEXT, form_functions
from ledger.model.register import RoleAssignment
from ledger.place import Place

FINANCE = "finance"
"""The role of the finance people of a unit, the part they fill in, and the mark of its sections."""
TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)
PLACE = (
    select(
        *(TASK.c[name] for name in ("form_key", "name", "counter_sign", "organisation_id")),
        *(
            INSTANCE.c[name]
            for name in ("id", "subject_kind", "subject_id", "jurisdiction_id", "parameter_hash")
        ),
        in_force(TASK.c.form_key).label("form_hash"),
    )
    .join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
    .where(TASK.c.id == bindparam("task_id"))
)


@dataclass(frozen=True)
class Desk:
    """What is needed to fill in a task's form: its definition, what its rules read, what they call.

    finance: the fields that the finance people of the unit fill in and sign; none if it has no such people.
    """

    definition: FormDefinition
    context: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    counter_signed: bool
    place: Place
    finance: frozenset[str]


def desk_of(uow: UnitOfWork, task_id: UUID) -> Desk:
    """Return the desk of a task. Raises NotFound, and InvalidInput if the diagram names no form."""
    place = uow.session.execute(PLACE, {"task_id": task_id}).first()
    if place is None:
        raise NotFound(standing.MISSING, code="task.not_found")
    if place.form_key is None:
        raise InvalidInput(f"任务“{place.name}”没有配置表单;请管理员检查流程图。", code="task.no_form")
    parameters = library.parameter_set(uow.session, place.parameter_hash)
    definition = form_at(uow.session, place.form_key, place.form_hash)
    where = Place(place.id, place.subject_kind, place.subject_id, place.jurisdiction_id, parameters.year)
    context: dict[str, Any] = {"policy": parameters.policy}
    for name in definition.optional_context:
        context[name] = CONTEXT[name](uow.session, where)
    signed = place.counter_sign is not None
    finance = _finance(uow, definition, place.organisation_id)
    return Desk(definition, context, form_functions(parameters.policy), signed, where, finance)


def file_task(uow: UnitOfWork, task_id: UUID, raw: Mapping[str, Any], *, by: Actor) -> None:
    """Validate what was typed into a task's form and complete the task with it (or vote, if several sign it).

    raw: values by field name as typed; money in 万元. What finance fills in is taken from its signed part.
    Raises WrongState while finance has not signed its part (`form.part_unsigned`); FormInvalid with every place to
    correct; what `tasks.complete` raises.
    """
    desk = desk_of(uow, task_id)
    if desk.finance:
        raw = _with_signed_money(uow, task_id, desk, raw)
    submission = validate(desk.definition, raw, context=desk.context, functions=desk.functions)
    if desk.counter_signed:
        countersigning.vote(uow, task_id, submission, by=by)
    else:
        tasks.complete(uow, task_id, submission, by=by)


def _finance(uow: UnitOfWork, definition: FormDefinition, organisation_id: int) -> frozenset[str]:
    sections = [one for one in definition.sections if one.filled_by == FINANCE]
    if not sections or len(sections) == len(definition.sections):
        return frozenset()
    today, held = local_date(uow.now()), RoleAssignment
    somebody = exists().where(
        held.role == FINANCE,
        held.organisation_id == organisation_id,
        held.in_force(today),
    )
    found = uow.session.scalar(select(somebody))
    return frozenset(field.name for one in sections for field in one.fields) if found else frozenset()


def _with_signed_money(uow: UnitOfWork, task_id: UUID, desk: Desk, raw: Mapping[str, Any]) -> dict[str, Any]:
    theirs = parts.load(uow, task_id, FINANCE)
    if theirs is None or not theirs.signed_by:
        raise WrongState(
            "资金部分由财务人员填写,还没有确认;请财务人员在这张表上确认后再提交。", code="form.part_unsigned"
        )
    return {**{k: v for k, v in raw.items() if k not in desk.finance}, **theirs.values}
