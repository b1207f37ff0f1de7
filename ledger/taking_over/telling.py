"""What a take-over would do, for programs and for the terminal."""

from typing import Any

from engine.access import Actor
from engine.uow import UnitOfWork
from ledger.holidays.foreseeing import tasks_that_move
from ledger.policies_in_force import Place
from ledger.taking_over.foreseeing import TakeOver


def told(uow: UnitOfWork, place: Place, found: TakeOver, *, by: Actor) -> dict[str, Any]:
    """Return it as JSON values. seen: what a command that does it must name."""
    tasks = tasks_that_move(uow, place.id, found.moves.batches, by=by)
    return {
        "year": found.year,
        "seen": found.chosen.hash,
        "packs": found.chosen.body["packs"],
        "taken": [one.as_json() for one in found.taken],
        "kept": [one.difference.as_json() | {"stages": list(one.stages)} for one in found.kept],
        "days": [
            *(
                _day(one.row.stage, one.row.round, "opens", one.old, one.new) | {"at_once": one.at_once}
                for one in found.openings
            ),
            *(_day(one.stage, one.round, "due", one.old, one.new) for one in found.moves.shifts if one.moves),
        ],
        "tasks": [
            {"stage": one.stage, "name": one.name, "from": one.old, "to": one.new, "tasks": one.tasks}
            for one in tasks
        ],
    }


def _day(stage: str, number: int, what: str, old: Any, new: Any) -> dict[str, Any]:
    return {"stage": stage, "round": number, "what": what, "from": old, "to": new}
