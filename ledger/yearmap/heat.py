"""Where a process takes its time: per element how long people waited and worked, what stands there, what passed at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Float, Row, and_, cast, exists, func, or_, select

from engine.model.base import table_of
from engine.model.definitions import DefinitionBundle
from engine.model.returns import TaskReturn
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from ledger.yearmap.members import INSTANCE

TASK, BUNDLE, RETURN = table_of(UserTask), table_of(DefinitionBundle), table_of(TaskReturn)
DAY = 86_400
SHARES = (0.5, 0.9)


def elements(uow: UnitOfWork, key: str, content_hash: str) -> Sequence[Row[Any]]:
    """Return a row for each element of a version where tasks have been: times in days of the calendar, [median, p90].

    waited: from the task's beginning until somebody claimed it; worked: from then until it was done. done, now: tasks.
    first: those done in the first round; passed: of them, those that were never sent back to.
    """
    waited, worked = _days(TASK.c.claimed_at - TASK.c.created_at), _days(TASK.c.ended_at - TASK.c.claimed_at)
    done = TASK.c.status == "completed"
    first = and_(done, TASK.c.round == 1)
    again = exists().where(
        RETURN.c.instance_id == TASK.c.instance_id, RETURN.c.to_element_id == TASK.c.element_id
    )
    found = (
        select(
            TASK.c.element_id,
            func.min(TASK.c.name).label("name"),
            func.count().filter(done).label("done"),
            func.count().filter(TASK.c.status.in_(("open", "suspended"))).label("now"),
            func.percentile_cont(list(SHARES)).within_group(waited).filter(done).label("waited"),
            func.percentile_cont(list(SHARES)).within_group(worked).filter(done).label("worked"),
            func.count().filter(first).label("first"),
            func.count().filter(first, ~again).label("passed"),
        )
        .join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .where(TASK.c.definition_key == key, INSTANCE.c.bundle_hash.in_(_bundles(content_hash)))
        .group_by(TASK.c.element_id)
    )
    return uow.session.execute(found).all()


def _bundles(content_hash: str) -> Any:
    called = func.jsonb_each_text(BUNDLE.c.parts["processes"]).table_valued(
        "key", "value", joins_implicitly=True
    )
    calls = exists(select(called.c.value).where(called.c.value == content_hash).correlate(BUNDLE))
    return select(BUNDLE.c.hash).where(or_(BUNDLE.c.root_hash == content_hash, calls))


def _days(span: Any) -> Any:
    return cast(func.extract("epoch", span), Float) / DAY
