"""Bring in from a file what belongs to a budget year: projects, budgets, payments."""

from dataclasses import asdict

from engine.access import Actor
from engine.errors import InvalidInput
from engine.uow import UnitOfWork
from host.imports.life import Act, Done, Ordered
from ledger.budgeting.bringing_in import bring_in, look
from ledger.budgeting.outcome import Outcome
from ledger.budgeting.sheet import in_order


def begun(ordered: Ordered) -> Act:
    """Return what brings a file in that was ordered."""
    assert ordered.year is not None
    year = ordered.year

    def act(uow: UnitOfWork) -> Done:
        found = at_once(uow, ordered.jurisdiction_id, year, ordered.data, by=ordered.by)
        return Done(in_order(found.faults), [asdict(row) for row in found.rows], found.counts)

    return act


def at_once(uow: UnitOfWork, jurisdiction_id: int, year: int, data: bytes, *, by: Actor) -> Outcome:
    """Bring a file in now, if nothing is wrong with it. Raises InvalidInput if it cannot be read at all."""
    found = look(uow, jurisdiction_id, year, data)
    if not found.faults:
        written(uow, jurisdiction_id, year, found, by=by)
    return found


def written(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome, *, by: Actor) -> Outcome:
    """Write what was found, with its audit. Raises InvalidInput that names every fault."""
    if found.faults:
        raise refused(found)
    bring_in(uow, jurisdiction_id, year, found)
    facts = {"year": year, **found.counts}
    uow.audit(f"{found.kind}.import", by=by, subject=f"{jurisdiction_id}/{year}", data=facts)
    return found


def refused(found: Outcome) -> InvalidInput:
    """Return the refusal that names every fault, for a terminal or a program."""
    rows = "\n".join(f"  第 {one.row} 行 {one.column}:{one.text}" for one in in_order(found.faults))
    return InvalidInput(
        f"表里有 {len(found.faults)} 处要改,没有导入任何内容:\n{rows}",
        code="projects.faults",
        faults=[asdict(one) for one in in_order(found.faults)],
    )
