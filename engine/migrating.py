"""Carry running instances over to another version of their diagrams, with everything people see of them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import case, insert, select, update

from engine import advance, library, signers
from engine.access import Actor
from engine.bpmn.failing import CrossingRefused
from engine.bpmn.fates import Crossing, Fate
from engine.bpmn.run import LiveTask, Run
from engine.comparing import due_of, plan_rungs_anew
from engine.counting import count
from engine.errors import InvalidInput, NotFound, WrongState
from engine.freezing import freeze, thaw
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.journal import Incident
from engine.model.messages import MessageSubscription
from engine.model.papers import Draft
from engine.model.signals import SignalSubscription
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.turn import Turn, Undo
from engine.uow import UnitOfWork
from engine.voting import ADDED

TABLE = table_of(ProcessInstance)
MISSING = "找不到流程实例 {};请从列表重新打开。"
LONGEST_REASON = 1000
DELEGATED = ("owner_id", "owner_name", "delegated_at")


@dataclass(frozen=True, slots=True)
class Passage:
    """Where to, and how. parameter_hash: other parameters too, or None; crossing: the plan per element.

    crossing.recompute: work out due dates and timers anew; by default they stay.
    """

    bundle_hash: str
    crossing: Crossing = field(default_factory=Crossing)
    parameter_hash: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for a bulk command."""
        plan = self.crossing
        crossing = {"mapped": dict(plan.mapped), "moved": dict(plan.moved), "recompute": plan.recompute}
        crossing["dropped"] = sorted(plan.dropped)
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
    found = dict(row)
    _require_running(found)
    hands = advance.hands_of(uow, found, uow.actor)
    run = Run.restore(hands.binding.bundle, row["image"], **advance.view(hands))
    parameter_hash = passage.parameter_hash or row["parameter_hash"]
    there = advance.hands_of(uow, _arrived(uow, found, passage, parameter_hash), uow.actor)
    bundle = there.binding.bundle
    try:
        return run.carried(bundle, passage.crossing, advance.view(there))[1]
    except CrossingRefused as refusal:
        every = [*run.fates(bundle, passage.crossing), *refusal.fates]
        return list({fate.token_id: fate for fate in every}.values())


def migrate(uow: UnitOfWork, instance_id: UUID, passage: Passage, reason: str, *, by: Actor) -> list[Fate]:
    """Carry one instance over and run it to its next wait; return what became of each live token.

    Tasks keep id, assignee, drafts, votes and due date; role and organisation follow the new diagram while a task is
    unclaimed, and votes are counted by its rule. A suspended instance stays suspended. One that is there already is left alone: safe to repeat.
    Raises InvalidInput without a reason; NotFound; WrongState if it has ended; CrossingRefused.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"迁移请写明原因(1–{LONGEST_REASON} 字)。", code="migration.reason_missing")
    locked = select(TABLE).where(TABLE.c.id == instance_id).with_for_update()
    row = uow.session.execute(locked).mappings().first()
    if row is None:
        raise NotFound(MISSING.format(instance_id), code="instance.not_found")
    _require_running(dict(row))
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
        raise WrongState(
            f"“{row['title']}”已经结束,不能迁移;无需处理。", code="instance.wrong_state", found=row["status"]
        )


def _carry(uow: UnitOfWork, turn: Turn, passage: Passage, parameter_hash: str) -> list[Fate]:
    """Put the new version into the turn, and bring rows and waits up to it."""
    row = _arrived(uow, turn.row, passage, parameter_hash)
    old_run, old_hands, undo = turn.run, turn.hands, Undo.of(turn.row)
    turn.row, turn.hands = row, advance.hands_of(uow, row, old_hands.actor)
    view, bundle = advance.view(turn.hands), turn.hands.binding.bundle
    turn.run, fates = old_run.carried(bundle, passage.crossing, view)
    changed = {name: row[name] for name in ("bundle_hash", "parameter_hash", "definition_key")}
    uow.session.execute(update(TABLE).where(TABLE.c.id == turn.instance_id).values(**changed))
    names = _names(passage.crossing)
    turn.waits = _renamed(turn.waits, names)
    before = {task.id: task.element for task in old_run.user_tasks}
    for task in turn.run.user_tasks:
        if str(task.id) in turn.waits["tasks"]:
            _follow(uow, turn, task, recompute=passage.crossing.recompute)
            if task.element.countersign not in (None, before[task.id].countersign):
                _follow_signers(uow, turn, task)
    _events(uow, turn)
    _rename_done(uow, turn.instance_id, passage.crossing.mapped)
    if undo and undo.image and undo.waits:
        kept = Run.restore(old_hands.binding.bundle, undo.image, **advance.view(old_hands))
        with suppress(CrossingRefused):  # then the last form cannot be taken back any more
            image = kept.carried(bundle, passage.crossing, view)[0].image()
            turn.undo = Undo(undo.task_id, image, _renamed(undo.waits, names))
    return fates


def _arrived(
    uow: UnitOfWork, row: Mapping[str, Any], passage: Passage, parameter_hash: str
) -> dict[str, Any]:
    """Return the row of an instance as it is after its passage."""
    bundle = library.binding(uow.session, passage.bundle_hash)
    key = bundle.bundle.root.key
    return {**row, "bundle_hash": bundle.hash, "parameter_hash": parameter_hash, "definition_key": key}


def _names(crossing: Crossing) -> dict[str, str]:
    """Return new element ids by old ones, whatever process they are in."""
    return {old.rsplit("/", 1)[-1]: new for old, new in crossing.mapped.items()}


def _renamed(waits: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return what an instance waits for, under the new ids of its elements."""
    found = {kind: dict(value) for kind, value in waits.items()}
    found["tasks"] = {token: names.get(one, one) for token, one in found["tasks"].items()}
    for kind in ("rounds", "due"):
        found[kind] = {_renamed_path(one, names): value for one, value in found[kind].items()}
    return found


def _renamed_path(path: str, names: Mapping[str, str]) -> str:
    """Return a task's path (`call/fill#2`) under the new ids."""
    parts = (part.partition("#") for part in path.split("/"))
    return "/".join(f"{names.get(name, name)}{mark}{number}" for name, mark, number in parts)


def _follow(uow: UnitOfWork, turn: Turn, task: LiveTask, *, recompute: bool) -> None:
    """Bring the row of a carried task up to the new diagram; whoever has claimed it keeps it."""
    element, row = task.element, UserTask
    place = {"definition_key": task.definition_key, "element_id": element.id}
    values: dict[str, Any] = {**place, "name": element.name, "form_key": element.form}
    if recompute:
        opened_at = uow.session.scalars(select(row.created_at).where(row.id == task.id)).one()
        values["due_at"] = due_of(turn, task, opened_at=opened_at)
        plan_rungs_anew(turn, task, values["due_at"])
    uow.session.execute(update(row).where(row.id == task.id).values(**values))
    free = update(row).where(row.id == task.id, row.assignee_id.is_(None))
    office = turn.office(element.party)
    turn.offices.add(office)
    uow.session.execute(free.values(role=element.role, organisation_id=office))
    uow.session.execute(update(Draft).where(Draft.task_id == task.id).values(**place, form_key=element.form))


def _follow_signers(uow: UnitOfWork, turn: Turn, task: LiveTask) -> None:
    """Let the signatures so far be counted by the new rule; a task that nobody signed gets its signers, and whoever
    has claimed it leaves it to them. One whose assignee has asked others to sign too stays with him."""
    rule, made = signers.drawn(turn, task)
    rule = dict(rule or {})
    rule["share"] = None if rule["share"] is None else str(rule["share"])
    row, mine = UserTask, UserTask.id == task.id
    known = uow.session.scalar(select(row.counter_sign).where(mine))
    if known is not None and known["rule"] == ADDED:
        return
    uow.session.execute(update(row).where(mine).values(counter_sign=rule))
    if known is None:
        nobody = dict.fromkeys(("assignee_id", "assignee_name", "claimed_at", *DELEGATED))
        uow.session.execute(update(row).where(mine).values(**nobody))
        uow.session.execute(insert(SignItem), made)
        turn.offices |= {one["organisation_id"] for one in made if one["organisation_id"] is not None}
        return
    live = (SignItem.task_id == task.id, SignItem.state.in_(("open", "queued")))
    first = select(SignItem.id).where(*live).order_by(SignItem.position, SignItem.id).limit(1)
    turned = case((SignItem.id == first.scalar_subquery(), "open"), else_="queued")
    uow.session.execute(update(SignItem).where(*live).values(state=turned if rule["in_order"] else "open"))


def _rename_done(uow: UnitOfWork, instance_id: UUID, mapped: Mapping[str, str]) -> None:
    """Give the tasks that were completed their new elements: they may be taken back and returned to."""
    row = UserTask
    ways = []
    for old in sorted(mapped, key=lambda one: "/" not in one):
        key, _, element_id = old.rpartition("/")
        here = row.element_id == element_id
        ways.append((here & (row.definition_key == key) if key else here, mapped[old]))
    if ways:
        done = update(row).where(row.instance_id == instance_id, row.status == "completed")
        uow.session.execute(done.values(element_id=case(*ways, else_=row.element_id)))


def _events(uow: UnitOfWork, turn: Turn) -> None:
    """Bring the rows of carried timers, messages, signals and failures up to the new diagram."""
    count(turn)
    held = MessageSubscription
    for timer in turn.run.timers:
        if str(timer.id) in turn.waits["timers"]:
            turn.waits["timers"][str(timer.id)] = timer.due_at.isoformat()
            mine = (Timer.instance_id == turn.instance_id, Timer.token_id == timer.id)
            row = update(Timer).where(*mine, Timer.status.in_(("planned", "failed")))
            uow.session.execute(row.values(element_id=timer.element_id))
            moved = row.where(Timer.due_at != timer.due_at, Timer.status == "planned")
            uow.session.execute(moved.values(due_at=timer.due_at, next_attempt_at=timer.due_at))
    for message in turn.run.messages:
        if str(message.id) in turn.waits["messages"]:
            waiting = update(held).where(held.instance_id == turn.instance_id, held.token_id == message.id)
            told = {"element_id": message.element_id, "name": message.name, "key": message.key}
            uow.session.execute(waiting.values(**told))
    listening, stands = SignalSubscription, Incident
    for signal in turn.run.signals:
        if str(signal.id) in turn.waits.get("signals", {}):
            mine = (listening.instance_id == turn.instance_id, listening.token_id == signal.id)
            told = {"element_id": signal.element_id, "name": signal.name}
            uow.session.execute(update(listening).where(*mine).values(**told))
    for failure in turn.run.failures:
        mine = (stands.instance_id == turn.instance_id, stands.token_id == failure.task_id)
        still = update(stands).where(*mine, stands.resolved_at.is_(None))
        uow.session.execute(still.values(element_id=failure.element_id))
