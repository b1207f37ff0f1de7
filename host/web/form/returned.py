"""The form that a return would open again: what was filed there, and whether remarks are about something in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from engine import library
from engine.bpmn.run import Place
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from host.publishing.form_library import form_of
from host.web.context import acting_now
from host.web.remark_places import require_known
from host.web.round.rows import filed_last
from ledger import inbox as queue


def form_at(uow: UnitOfWork, task: Any, place: Place) -> tuple[FormDefinition | None, Mapping[str, Any]]:
    """Return the form of a step and what was filed there last, as typed; None for a step without a form.

    task: a row of `ledger.inbox`. Raises KeyError for a place that is not in its diagrams.
    """
    form_key = library.binding(uow.session, task.bundle_hash).bundle.element(*place).form
    if form_key is None:
        return None, {}
    return form_of(uow.session, form_key), filed_last(
        uow, task.instance_id, (place.definition_key, place.element_id), form_key
    )


def require_remarks(uow: UnitOfWork, task_id: UUID, place: Place, remarks: Sequence[tuple[str, str]]) -> None:
    """Raise InvalidInput unless every remark is about something in the form as it was filed at a step.

    Raises NotFound for a task that does not concern the reader. A place that is none is left to `returning.send_back`.
    """
    if not remarks:
        return
    task = queue.one(uow, acting_now().actor, task_id)
    try:
        definition, filed = form_at(uow, task, place)
    except KeyError:
        return
    require_known(definition, filed, [path for path, _text in remarks])
