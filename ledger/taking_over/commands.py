"""Take over what was published since a year was opened: the year, its stages that are not over, their instances."""

from sqlalchemy import update

from engine import advance, campaigns, definitions
from engine.access import Actor
from engine.calendar.local_time import end_of_day, start_of_day
from engine.errors import Conflict
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.suspending import require_reason, shift_timers
from engine.turn import Undo
from engine.uow import UnitOfWork
from ledger.holidays import moving
from ledger.policies_in_force import Place
from ledger.stage_days import diagram_of
from ledger.taking_over.foreseeing import TakeOver, foreseen
from ledger.year import YEAR

INSTANCE = table_of(ProcessInstance)


def take_over(uow: UnitOfWork, place: Place, year: int, reason: str, *, seen: str, by: Actor) -> list[int]:
    """Let a year go on under the newest versions of its pack, as `foreseen` says; return the orders by which instances follow.

    seen: the hash of what was looked at. Raises InvalidInput without a reason; Conflict if it would be something else
    by now; as `foreseen`.
    """
    text = require_reason(reason)
    of_year = {"jurisdiction_id": place.id, "year": year}
    found = foreseen(uow, place, year)
    if found.chosen.hash != seen:
        raise Conflict(
            "在您查看之后,政策包、日历或阶段有了变化;请重新查看后再改用。", code="take_over.changed"
        )
    campaign = campaigns.locked(uow, campaigns.find(uow.session, **of_year, stage=YEAR, round=1).id)
    definitions.keep_parameters(uow, found.chosen)
    orders = moving.move(uow, found.moves, text, audited="year.move", by=by)
    for one in found.openings:
        one.row.opens_at = start_of_day(one.new)
    campaign.parameter_hash = found.chosen.hash
    campaign.closes_at = max(campaign.closes_at, end_of_day(found.chosen.dates[YEAR]["closes"]))
    _redate_year(uow, place.id, found, text, by)
    facts = {
        "reason": text,
        "packs": {one["id"]: one["version"] for one in found.chosen.body["packs"]},
        "taken": [one.key for one in found.taken],
        "kept": [one.difference.key for one in found.kept],
        "parameter_hash": found.chosen.hash,
    }
    uow.audit("year.take_over", by=by, subject=f"{place.id}/{year}", data=facts)
    return orders


def _redate_year(uow: UnitOfWork, jurisdiction_id: int, found: TakeOver, reason: str, by: Actor) -> None:
    """Give the diagram of the year, unless all stages have begun, the policy and the opening days of those to come."""
    uow.session.flush()
    driving = diagram_of(jurisdiction_id, found.year, YEAR).where(INSTANCE.c.status == "active")
    row = uow.session.execute(driving).first()
    if row is None:
        return
    opens = {
        (f"{one.row.stage}_opens", start_of_day(one.old)): start_of_day(one.new) for one in found.openings
    }
    with advance.opened(
        uow, driving.with_for_update(of=INSTANCE), by, missing="年度的流程刚才结束了;请刷新。"
    ) as turn:
        turn.undo = Undo.of(turn.row)
        shift_timers(uow, turn, lambda timer: opens.get((timer.element_id, timer.due_at), timer.due_at))
        turn.record("instance.redated", reason=reason, tasks=[])
    chosen = update(INSTANCE).where(INSTANCE.c.id == row.id)
    uow.session.execute(chosen.values(parameter_hash=found.chosen.hash))
