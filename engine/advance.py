"""The one door: lock an instance, restore it, act, compare what it waits for, write the rows.

Every command that moves an instance goes through here; nothing else touches an image.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select

from engine import library
from engine.access import Actor
from engine.bpmn.run import Run
from engine.changes import Changes
from engine.comparing import compare
from engine.errors import Conflict, NotFound, WrongState
from engine.lifecycle import WORDS
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.standing import suspended
from engine.steps import Hands
from engine.turn import Turn
from engine.uow import UnitOfWork

IDENTITY = (
    "business_key",
    "definition_key",
    "campaign_id",
    "stage",
    "round",
    "subject_kind",
    "subject_id",
    "subject_code",
    "jurisdiction_id",
    "organisation_id",
    "parties",
)
EMPTY_WAITS: Mapping[str, Any] = {
    "tasks": {},
    "timers": {},
    "messages": {},
    "signals": {},
    "rounds": {},
    "walked": {},
    "due": {},
    "failed": {},
}


def hands_of(uow: UnitOfWork, row: Mapping[str, Any], actor: Actor) -> Hands:
    """Return what the run of this instance may reach."""
    binding = library.binding(uow.session, row["bundle_hash"])
    parameters = library.parameter_set(uow.session, row["parameter_hash"])
    identity = {name: row[name] for name in IDENTITY} | {"instance_id": row["id"]}
    return Hands(uow, binding, identity, actor, parameters)


def view(hands: Hands) -> dict[str, Any]:
    """Return what a run sees from outside: the moment, constants, functions, hands."""
    return {
        "now": hands.uow.now(),
        "constants": hands.constants,
        "services": hands,
        "functions": hands.parameters.functions,
    }


def require_active(row: Mapping[str, Any]) -> None:
    """Raise WrongState unless the instance of this row is going on; if it is suspended, say by whom and why."""
    title, status = row["title"], row["status"]
    if status == "suspended":
        raise suspended(title, row["suspension"])
    if status != "active":
        raise WrongState(
            f"“{title}”应在进行中,现在是“{WORDS[status]}”;无需再处理。",
            code="instance.wrong_state",
            found=status,
        )


@contextmanager
def opened(
    uow: UnitOfWork,
    locked: "Select[Any]",
    actor: Actor,
    *,
    missing: str,
    first: Callable[[Mapping[str, Any]], None] = lambda row: None,
    **bound: Any,
) -> Iterator[Turn]:
    """Lock the one instance that `locked` selects (all columns of process_instance, FOR UPDATE), hand it out,
    run it to its next wait and write what changed.

    bound: values of the parameters of `locked`.
    first: looks at the locked row and may refuse it with a better word than that the instance has ended.
    Raises NotFound (with the text `missing`) if nothing is selected; WrongState if the instance has ended.
    """
    turn = look(uow, locked, actor, missing=missing, first=first, **bound)
    yield turn
    compare(turn)
    turn.last()
    write(uow, turn)


def look(
    uow: UnitOfWork,
    selected: "Select[Any]",
    actor: Actor,
    *,
    missing: str,
    first: Callable[[Mapping[str, Any]], None] = lambda row: None,
    **bound: Any,
) -> Turn:
    """Return the instance that is selected (all columns of process_instance) without moving it. Raises as `opened`."""
    asked = _entering(selected, uow.entering(table_of(ProcessInstance).c.jurisdiction_id))
    found = uow.connection().execute(asked, bound).mappings().first()
    if found is None:
        raise NotFound(missing, code="instance.not_found")
    row = cast(Mapping[str, Any], found)
    uow.entered(row["jurisdiction_id"])
    first(row)
    return restored(uow, row, actor)


def restored(uow: UnitOfWork, row: Mapping[str, Any], actor: Actor) -> Turn:
    """Return the instance of a row (all columns of process_instance) as it stands. Raises WrongState if it has ended."""
    require_active(row)
    hands = hands_of(uow, row, actor)
    run = Run.restore(hands.binding.bundle, row["image"], **view(hands))
    return Turn(row=row, run=run, hands=hands, changes=Changes(), waits=_copy(row["waits"]))


@lru_cache(maxsize=64)
def _entering(selected: "Select[Any]", columns: tuple[ColumnElement[Any], ...]) -> "Select[Any]":
    """Return the statement with these columns besides: the same object for the same statement, compiled once."""
    return selected.add_columns(*columns) if columns else selected


def begun(
    uow: UnitOfWork, row: dict[str, Any], data: Mapping[str, Any], actor: Actor, changes: Changes
) -> Turn:
    """Start a new instance described by `row`, run it to its first wait, and add its rows to `changes`."""
    hands = hands_of(uow, row, actor)
    run = Run.start(hands.binding.bundle, data, **view(hands))
    turn = Turn(row=row, run=run, hands=hands, changes=changes, waits=_copy(EMPTY_WAITS))
    compare(turn)
    changes.add("instances", {**row, **turn.state(), "revision": 1})
    return turn


def write(uow: UnitOfWork, turn: Turn) -> None:
    """Write the state and the rows of an instance that was opened, and the journal so far. Raises Conflict if somebody else moved it."""
    kept = {"id": turn.row["id"], "revision": turn.row["revision"]}
    turn.changes.kept = {**turn.state(), "undo": turn.undo, **kept}
    if turn.changes.flush(uow.session, uow.now(), also=uow.pour) != 1:
        raise Conflict("刚才有人先处理了同一事项;请刷新后再试。", code="instance.conflict")


def _copy(waits: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dict(value) for name, value in waits.items()}
