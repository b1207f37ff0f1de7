"""What whoever sent a form back wants changed, at the fields it is about."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select

from engine.model.base import table_of
from engine.model.returns import TaskReturn
from engine.standing import TASK
from engine.uow import UnitOfWork
from host.filing import Desk

RETURN = table_of(TaskReturn)


def remarks_at(uow: UnitOfWork, desk: Desk) -> Mapping[str, Sequence[str]]:
    """Return the remarks of the last return to an open step of this form, by path.

    A remark about a row stands at the cell that names the row.
    """
    step = and_(
        TASK.c.instance_id == RETURN.c.instance_id,
        TASK.c.definition_key == RETURN.c.to_definition_key,
        TASK.c.element_id == RETURN.c.to_element_id,
    )
    last = (
        select(RETURN.c.remarks)
        .join(TASK, step)
        .where(RETURN.c.instance_id == desk.place.instance_id, TASK.c.status == "open")
        .where(TASK.c.form_key == desk.definition.key)
        .order_by(RETURN.c.id.desc())
    )
    found: dict[str, list[str]] = {}
    for path, text in uow.session.scalar(last.limit(1)) or ():
        table = desk.definition.field_map.get(path.partition("[")[0])
        at_row = path.endswith("]") and table is not None and table.key
        found.setdefault(f"{path}.{table.key}" if at_row and table else path, []).append(text)
    return found
