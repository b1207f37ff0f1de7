"""Answer the remarks a form came back with, one by one (逐条回应).

An answer may change while its step is open, like a draft; what stands when the form is filed is what reviewers read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from engine import parts, returning
from engine.access import Actor
from engine.errors import InvalidInput
from engine.model.base import table_of
from engine.model.returns import RemarkAnswer
from engine.standing import read
from engine.uow import UnitOfWork

ANSWER = table_of(RemarkAnswer)
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one remark. number: of the remark in its return, from 0; done: ticked off."""

    return_id: int
    number: int
    text: str = ""
    done: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Which remark it is about."""
        return self.return_id, self.number


def keep(
    uow: UnitOfWork, task_id: UUID, answers: Sequence[Answer], *, by: Actor, role: str | None = None
) -> int:
    """Keep what is said to the remarks of the return that opened a task; return how many answers changed.

    role: of who fills in a part of the form beside the holder (`engine.parts`). Raises NotFound; WrongState unless
    open; NotAllowed; InvalidInput for a remark of another return (`answer.unknown`) or a long text (`answer.too_long`).
    """
    if not answers:
        return 0
    task = parts.require_seat(uow, task_id, role, by)
    _require_known(answers, open_returns(uow, task_id))
    stood = given(uow, {one.return_id for one in answers})
    said = [one for one in answers if _differs(one, stood.get(one.place))]
    rows = [_row(uow, task, one, by) for one in said]
    if rows:
        new = insert(ANSWER)
        changed = {name: new.excluded[name] for name in rows[0] if name not in ("return_id", "number")}
        uow.session.execute(
            new.on_conflict_do_update(index_elements=["return_id", "number"], set_=changed), rows
        )
    return len(rows)


def open_returns(uow: UnitOfWork, task_id: UUID) -> list[Mapping[str, Any]]:
    """Return the returns whose remarks may be answered at a task: those that opened its round. Raises NotFound."""
    task = read(uow, task_id)
    return [one for one in returning.returns(uow, task_id) if one["round"] == task["round"]]


def given(uow: UnitOfWork, return_ids: Collection[int]) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    """Return what was answered to the remarks of these returns, by (return, number of the remark)."""
    found = select(ANSWER).where(ANSWER.c.return_id.in_(sorted(return_ids)))
    rows = uow.session.execute(found).mappings() if return_ids else ()
    return {(row["return_id"], row["number"]): dict(row) for row in rows}


def _require_known(answers: Sequence[Answer], returns: Sequence[Mapping[str, Any]]) -> None:
    known = {(row["id"], number) for row in returns for number in range(len(row["remarks"]))}
    if any(one.place not in known for one in answers):
        raise InvalidInput(
            "回应的意见不是这一轮退回的意见,可能又退回过;请刷新页面后再填。", code="answer.unknown"
        )
    if any(len(one.text.strip()) > LONGEST_TEXT for one in answers):
        raise InvalidInput(
            f"每条回应最多 {LONGEST_TEXT} 字;请精简,大段材料请用附件。", code="answer.too_long"
        )


def _differs(one: Answer, stood: Mapping[str, Any] | None) -> bool:
    return (one.text.strip(), one.done) != ((stood["text"], stood["done"]) if stood else ("", False))


def _row(uow: UnitOfWork, task: Mapping[str, Any], one: Answer, by: Actor) -> dict[str, Any]:
    return {
        "return_id": one.return_id,
        "number": one.number,
        "instance_id": task["instance_id"],
        "text": one.text.strip(),
        "done": one.done,
        "answered_by_id": by.person_id,
        "answered_by_name": by.name,
        "answered_at": uow.now(),
    }
