"""A look at what a command would do: it is done, described, and undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.access import Actor
from engine.bpmn.run import Returned
from engine.effects import Effects, effects
from engine.notices import Notice, notices, rows
from engine.turn import Turn
from engine.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Plan:
    """What a return or move does, and who is told."""

    effects: Effects
    told: Sequence[Notice]


Then = Callable[[Turn, Plan], None]


class _Seen(Exception):
    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


def planned(turn: Turn, returned: Returned, kind: str, reason: str) -> Plan:
    """Describe what changed in an opened instance, once it is compared and before it is written."""
    found = effects(turn, returned)
    turn.changes.gone_failures += [one.id for one in returned.withdrawn if one.kind == "timer"]
    sender: Actor = turn.hands.actor
    return Plan(found, notices(turn.hands.uow, found, kind, reason, sender=sender))


def tell(turn: Turn, done: Plan) -> None:
    """Let the notices be written with what changed."""
    for row in rows(done.told, turn.hands.uow.now(), sender=turn.hands.actor):
        turn.changes.add("notices", row)


def looked_at(uow: UnitOfWork, act: Callable[[Then], object]) -> Plan:
    """Do what `act` does, and undo it: rows, events, operations of automatic steps, locks. `act` must call its
    argument."""

    def look(turn: Turn, plan: Plan) -> None:
        raise _Seen(plan)

    try:
        with uow.savepoint():
            act(look)
    except _Seen as seen:
        return seen.plan
    raise AssertionError("expected a look to end by itself, found an act that did not show what it did")
