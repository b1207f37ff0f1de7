"""What a return or a move does to an instance, thing by thing: for a look before, and for telling people after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.bpmn.run import Place, Returned, Wait
from engine.model.base import table_of
from engine.model.timers import LadderRung
from engine.standing import TASK
from engine.turn import Turn

RUNG = table_of(LadderRung)
DueRule = Literal["none", "kept", "return_days", "diagram"]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing an instance waits for, or an activity that runs.

    kind: `task`, `timer`, `message`, `signal`, `condition`, `failure`, or `process` for a subprocess or called process.
    row: of a task, its columns.
    """

    kind: str
    place: Place
    name: str
    due_at: datetime | None = None
    row: Mapping[str, Any] | None = None

    @property
    def holder(self) -> str | None:
        """Who has the task."""
        found: str | None = self.row["assignee_name"] if self.row else None
        return found


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that is opened. people: who may work on it now, as (person, name, role, organisation); no person: a group.

    rule: why it is due then: `return_days` after its date (or today, if that is over), `kept` as the last time,
    `diagram` worked out anew.
    """

    task_id: UUID
    place: Place
    name: str
    round: int
    people: Sequence[tuple[int | None, str | None, str, int]]
    old_due_at: datetime | None
    due_at: datetime | None
    rule: DueRule


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder or escalation that is dropped, planned, or skipped because its moment has passed."""

    task_name: str
    kind: str
    offset_days: int
    at: datetime
    fate: Literal["dropped", "planned", "skipped"]


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything a return or move does. Of a plan the ids of `opened` are examples."""

    target: Place
    target_name: str
    cancelled: Sequence[Part]
    kept: Sequence[Part]
    opened: Sequence[Opened]
    started: Sequence[Part]
    rungs: Sequence[Rung]
    status: str


def effects(turn: Turn, returned: Returned) -> Effects:
    """Describe what changed, once it is compared and before it is written."""
    now = {wait.id: wait for wait in turn.run.waits}
    waited = [*returned.withdrawn, *returned.kept]
    rows = _rows(turn)
    known = {wait.id for wait in waited}
    gone = [_part(turn, wait, rows) for wait in waited if wait.id not in now]
    gone += [Part("process", place, name_of(turn, place)) for place in returned.left]
    return Effects(
        target=returned.target,
        target_name=name_of(turn, returned.target),
        cancelled=gone,
        kept=[_part(turn, wait, rows) for wait in waited if wait.id in now],
        opened=[_opened(turn, row, rows) for row in turn.changes.new.get("tasks", ())],
        started=[_part(turn, one, {}) for one in now.values() if one.id not in known and one.kind != "task"],
        rungs=_rungs(turn),
        status=turn.status(),
    )


def name_of(turn: Turn, place: Place) -> str:
    """Return what the diagram calls an element; its id if it has no name."""
    return turn.hands.binding.bundle.element(*place).name or place.element_id


def _rows(turn: Turn) -> dict[UUID, Mapping[str, Any]]:
    """Return by id the instance's open tasks and the last of each place, the last made last; those that end now still
    as they were."""
    place = (TASK.c.definition_key, TASK.c.element_id)
    number = func.row_number().over(partition_by=place, order_by=TASK.c.created_at.desc())
    all_of_them = (
        select(TASK, number.label("number")).where(TASK.c.instance_id == turn.instance_id).subquery()
    )
    columns = [all_of_them.c[column.name] for column in TASK.c]
    wanted = or_(all_of_them.c.number == 1, all_of_them.c.status == "open")
    found = select(*columns).where(wanted).order_by(all_of_them.c.created_at)
    return {row["id"]: dict(row) for row in turn.hands.uow.session.execute(found).mappings()}


def _part(turn: Turn, wait: Wait, rows: Mapping[UUID, Mapping[str, Any]]) -> Part:
    place = Place(wait.definition_key, wait.element_id)
    row = rows.get(wait.id)
    due_at: datetime | None = row["due_at"] if row else None
    if wait.kind == "timer":
        timers = {**turn.row["waits"]["timers"], **turn.waits["timers"]}
        due_at = datetime.fromisoformat(timers[str(wait.id)])
    return Part(wait.kind, place, name_of(turn, place), due_at, row)


def _opened(turn: Turn, new: Mapping[str, Any], rows: Mapping[UUID, Mapping[str, Any]]) -> Opened:
    place = Place(new["definition_key"], new["element_id"])
    before = [one for one in rows.values() if (one["definition_key"], one["element_id"]) == place]
    old: datetime | None = before[-1]["due_at"] if before else None
    return Opened(
        new["id"],
        place,
        new["name"],
        new["round"],
        _people(turn, new),
        old,
        new["due_at"],
        _rule(turn, old, new),
    )


def _people(turn: Turn, new: Mapping[str, Any]) -> list[tuple[int | None, str | None, str, int]]:
    """Return the holder or group of a new task; of a counter-signed one the signers whose turn it is."""
    role, office = new["role"], new["organisation_id"]
    signers = [row for row in turn.changes.new.get("items", ()) if row["task_id"] == new["id"]]
    if not signers:
        return [(new["assignee_id"], new["assignee_name"], role, office)]
    return [
        (row["person_id"], row["person_name"], row["role"] or role, row["organisation_id"] or office)
        for row in signers
        if row["state"] == "open"
    ]


def _rule(turn: Turn, old: datetime | None, new: Mapping[str, Any]) -> DueRule:
    if new["due_at"] is None:
        return "none"
    if new["id"] in turn.extended:
        return "return_days"
    return "kept" if new["due_at"] == old else "diagram"


def _rungs(turn: Turn) -> list[Rung]:
    ended = [task_id for ids in turn.changes.ended_tasks.values() for task_id in ids]
    dropped = (
        select(TASK.c.name, RUNG.c.kind, RUNG.c.offset_days, RUNG.c.at)
        .join(RUNG, RUNG.c.task_id == TASK.c.id)
        .where(RUNG.c.task_id.in_(ended), RUNG.c.status == "planned")
        .order_by(RUNG.c.at, RUNG.c.id)
    )
    found = [Rung(*row, "dropped") for row in turn.hands.uow.session.execute(dropped)] if ended else []
    names = {row["id"]: row["name"] for row in turn.changes.new.get("tasks", ())}
    for row in turn.changes.new.get("rungs", ()):
        fate: Literal["planned", "skipped"] = "planned" if row["status"] == "planned" else "skipped"
        found.append(Rung(names[row["task_id"]], row["kind"], row["offset_days"], row["at"], fate))
    return found
