"""Judge what became of the remarks of a return (复核意见): the reviewer of the next round calls each settled or not.

Nothing is overwritten: whoever changes his mind adds another row, and the last one of a remark counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from engine.access import Actor
from engine.errors import InvalidInput
from engine.events import Event
from engine.model.base import table_of
from engine.model.returns import RemarkVerdict, TaskReturn
from engine.standing import read, require_mine, require_open
from engine.uow import UnitOfWork

VERDICT, RETURN = table_of(RemarkVerdict), table_of(TaskReturn)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one remark. number: of the remark in its return, from 0."""

    return_id: int
    number: int
    settled: bool

    @property
    def place(self) -> Place:
        """Which remark it is about."""
        return self.return_id, self.number


def judge(uow: UnitOfWork, task_id: UUID, verdicts: Sequence[Verdict], *, by: Actor) -> int:
    """Keep what a reviewer says of remarks, at the open task in his hands; return how many verdicts changed.

    Raises NotFound; WrongState unless open; NotAllowed; InvalidInput for a remark that was never made on what the
    task reviews (`verdict.unknown`).
    """
    task = read(uow, task_id, stays=True)
    require_open(uow, task)
    require_mine(task, by)
    _require_known(uow, task["instance_id"], verdicts)
    stood = given(uow, {one.return_id for one in verdicts})
    said = [one for one in verdicts if one.place not in stood or stood[one.place]["settled"] != one.settled]
    if said:
        uow.session.execute(insert(VERDICT), [_row(uow, task, one, by) for one in said])
        _tell(uow, task, said, by)
    return len(said)


def given(uow: UnitOfWork, return_ids: Collection[int]) -> Mapping[Place, Mapping[str, Any]]:
    """Return the last verdict on each remark of these returns that has one, by (return, number of the remark)."""
    if not return_ids:
        return {}
    found = select(VERDICT).where(VERDICT.c.return_id.in_(sorted(return_ids))).order_by(VERDICT.c.id)
    return {(row["return_id"], row["number"]): dict(row) for row in uow.session.execute(found).mappings()}


def _require_known(uow: UnitOfWork, instance_id: UUID, verdicts: Sequence[Verdict]) -> None:
    found = select(RETURN.c.id, RETURN.c.remarks).where(RETURN.c.instance_id == instance_id)
    rows = uow.session.execute(found)
    known = {(row.id, number) for row in rows for number in range(len(row.remarks))}
    if any(one.place not in known for one in verdicts):
        raise InvalidInput("所选的意见不是这件事项退回时写的意见;请刷新页面后再选。", code="verdict.unknown")


def _row(uow: UnitOfWork, task: Mapping[str, Any], one: Verdict, by: Actor) -> dict[str, Any]:
    return {
        "return_id": one.return_id,
        "number": one.number,
        "instance_id": task["instance_id"],
        "task_id": task["id"],
        "settled": one.settled,
        "judged_by_id": by.person_id,
        "judged_by_name": by.name,
        "judged_at": uow.now(),
    }


def _tell(uow: UnitOfWork, task: Mapping[str, Any], said: Sequence[Verdict], by: Actor) -> None:
    settled = sum(one.settled for one in said)
    facts = {"settled": settled, "unsettled": len(said) - settled}
    uow.record(
        Event(
            "remark.judged", task["instance_id"], task["campaign_id"], task["id"], task["element_id"], facts
        ),
        by=by,
    )
    uow.audit("task.judge", by=by, subject=str(task["id"]), instance_id=task["instance_id"], data=facts)
