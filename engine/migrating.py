"""Carry running instances over to another version of their diagrams, with everything people see of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from engine import advance, ladder, library
from engine.access import Actor
from engine.bpmn.fates import Crossing, Fate
from engine.bpmn.run import LiveTask, Run
from engine.comparing import due_of, recipient_office
from engine.errors import InvalidInput, NotFound, WrongState
from engine.freezing import freeze, thaw
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.messages import MessageSubscription
from engine.model.papers import Draft
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.turn import Turn
from engine.uow import UnitOfWork

TABLE = table_of(ProcessInstance)
MISSING = "找不到流程实例 {};请从列表重新打开。"
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Passage:
    """Where to, and how. parameter_hash: other parameters too, or None; crossing: the plan per element.

    crossing.recompute: work out due dates and timers anew; by default they stay.
    """

    bundle_hash: str
    crossing: Crossing = Crossing()  # noqa: RUF009 (immutable)
    parameter_hash: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for a bulk command."""
        crossing = {**asdict(self.crossing), "dropped": sorted(self.crossing.dropped)}
        return {"bundle_hash": self.bundle_hash, "parameter_hash": self.parameter_hash, "crossing": crossing}

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Passage":
        """Read what `as_json` wrote."""
        plan = body.get("crossing", {})
        crossing = Crossing(
            dict(plan.get("mapped", {})),
            dict(plan.get("moved", {})),
            frozenset(plan.get("dropped", ())),
            bool(plan.get("recompute", False)),
        )
        return cls(body["bundle_hash"], crossing, body.get("parameter_hash"))


def plan(uow: UnitOfWork, instance_id: UUID, passage: Passage) -> list[Fate]:
    """Say what would become of each live token, refusals included; change nothing. Raises NotFound, WrongState."""
    row = uow.session.execute(select(TABLE).where(TABLE.c.id == instance_id)).mappings().first()
    if row is None:
        raise NotFound(MISSING.format(instance_id), code="instance.not_found")
    _require_running(row)
    turn = advance.turned(uow, row, by=uow.actor)
    return turn.run.fates(library.binding(uow.session, passage.bundle_hash).bundle, passage.crossing)


def migrate(uow: UnitOfWork, instance_id: UUID, passage: Passage, reason: str, *, by: Actor) -> list[Fate]:
    """Carry one instance over and run it to its next wait; return what became of each live token.

    Tasks keep id, assignee, drafts, votes and due date; role and organisation follow the new diagram while a task is
    unclaimed. A suspended instance stays suspended. One that is there already is left alone: safe to repeat.
    Raises InvalidInput without a reason; NotFound; WrongState if it has ended; CrossingRefused.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"迁移请写明原因(1–{LONGEST_REASON} 字)。", code="migration.reason_missing")
    locked = select(TABLE).where(TABLE.c.id == instance_id).with_for_update()
    row = uow.session.execute(locked).mappings().first()
    if row is None:
        raise NotFound(MISSING.format(instance_id), code="instance.not_found")
    _require_running(row)
    parameter_hash = passage.parameter_hash or row["parameter_hash"]
    if (row["bundle_hash"], row["parameter_hash"]) == (passage.bundle_hash, parameter_hash):
        return []
    suspension = row["suspension"]
    if suspension is not None:
        thaw(uow, [instance_id])
    with advance.opened(uow, locked, by, missing=MISSING.format(instance_id)) as turn:
        fates = _carry(uow, turn, passage, parameter_hash)
        turn.record("instance.migrated", bundle=passage.bundle_hash, reason=reason.strip())
    if suspension is not None:
        freeze(uow, [instance_id], suspension)
    facts = {
        "from": row["bundle_hash"],
        "to": passage.bundle_hash,
        "parameters": parameter_hash,
        "reason": reason.strip(),
        "fates": [[fate.kind, fate.element_id, fate.target] for fate in fates],
    }
    uow.audit("instance.migrate", by=by, subject=row["business_key"], instance_id=instance_id, data=facts)
    return fates


def _require_running(row: Mapping[str, Any]) -> None:
    if row["status"] not in ("active", "suspended"):
        raise WrongState(f"“{row['title']}”已经结束,不能迁移;无需处理。", code="instance.wrong_state", found=row["status"])


def _carry(uow: UnitOfWork, turn: Turn, passage: Passage, parameter_hash: str) -> list[Fate]:
    """Put the new version into the turn, and bring rows and waits up to it."""
    bundle = library.binding(uow.session, passage.bundle_hash)
    row = {**turn.row, "bundle_hash": bundle.hash, "parameter_hash": parameter_hash}
    row["definition_key"] = bundle.bundle.root.key
    before, undo = turn.run, turn.row["undo"]
    turn.row, turn.hands = row, advance.hands_of(uow, row, turn.hands.actor)
    turn.run, fates = advance.seen(turn, before).carried(bundle.bundle, passage.crossing)
    changed = {name: row[name] for name in ("bundle_hash", "parameter_hash", "definition_key")}
    uow.session.execute(update(TABLE).where(TABLE.c.id == turn.instance_id).values(**changed))
    return fates
