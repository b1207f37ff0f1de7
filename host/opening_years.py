"""Open a year for somebody: find the place, publish what an empty installation lacks, plan and start."""

from collections.abc import Collection, Mapping
from datetime import date

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, NotFound
from engine.uow import UnitOfWork
from host.publishing.factory import publish_missing
from ledger.policies_in_force import Place, places
from ledger.year import open_year
from ledger.year_plan import YearPlan, plan_year


def place_of(uow: UnitOfWork, code: str) -> Place:
    """Return a place by its code. Raises NotFound."""
    listed = places(uow.session)
    found = next((one for one in listed if one.code == code), None)
    if found is None:
        known = "、".join(one.code for one in listed) or "还没有"
        raise NotFound(f"没有登记地区“{code}”;已登记的:{known}。", code="jurisdiction.not_found")
    return found


def looked_at(uow: UnitOfWork, place: Place, year: int, pack_id: str = "") -> YearPlan:
    """Return the plan of a year before it is opened. Raises InvalidInput for an unknown pack."""
    if pack_id and pack_id not in place.packs.ids:
        raise InvalidInput(f"没有政策包“{pack_id[:40]}”;请从列表里选择。", code="policy.not_found")
    return plan_year(uow.session, place, year, pack_id, today(uow))


def opened(
    uow: UnitOfWork, place: Place, year: int, pack_id: str, stages: Collection[str], *, by: Actor
) -> Mapping[tuple[str, int], int]:
    """Open a year with these stages; return campaign ids by (stage, round).

    Raises InvalidInput without a stage or with an unknown one; Conflict if the year is open already.
    """
    if not stages:
        raise InvalidInput("请至少选择一个阶段。", code="year.no_stage")
    plan = looked_at(uow, place, year, pack_id)
    publish_missing(uow, by=by)
    return open_year(uow, place.id, plan.parameters, stages=stages, by=by)


def today(uow: UnitOfWork) -> date:
    """Return the local day of a unit of work."""
    return local_date(uow.now())
