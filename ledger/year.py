"""Open a fiscal year: plan its stages from the policy's dates and start the diagram of the year."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import campaigns, definitions
from engine.access import Actor
from engine.calendar.local_time import end_of_day, start_of_day
from engine.campaigns import Plan
from engine.errors import InvalidInput
from engine.instances import Order, start
from engine.parameters import Parameters
from engine.uow import UnitOfWork
from ledger.model.register import Jurisdiction, Organisation

YEAR = "year"
PARTIES = {
    "bureau": "bureau",
    "agency": "agency",
    "panel": "panel",
    "upper": "upper",
    "government": "government",
}


def open_year(
    uow: UnitOfWork, jurisdiction_id: int, parameters: Parameters, *, stages: Collection[str], by: Actor
) -> Mapping[tuple[str, int], int]:
    """Plan the named stages of a year and start its diagram; return campaign ids by (stage, round).

    Stages that are not named are never opened. Raises InvalidInput if the policy has no dates for a stage;
    Conflict if the year is open already.
    """
    unknown = sorted(set(stages) - set(parameters.dates))
    if unknown:
        known = "、".join(sorted(parameters.dates))
        raise InvalidInput(
            f"政策包没有阶段“{unknown[0]}”的日期;可用的阶段:{known}。", code="year.unknown_stage"
        )
    parameter_hash = definitions.keep_parameters(uow, parameters)
    parties = _parties(uow.session, jurisdiction_id)
    planned = campaigns.plan(
        uow,
        list(plans(parameters, {*stages, YEAR})),
        jurisdiction_id=jurisdiction_id,
        year=parameters.year,
        parameter_hash=parameter_hash,
        parties=parties,
    )
    _start(uow, jurisdiction_id, parameters, planned[YEAR, 1], parties, by)
    packs = {one["id"]: one["version"] for one in parameters.body.get("packs", ())}
    facts = {"stages": sorted(stages), "parameter_hash": parameters.hash, "packs": packs}
    uow.audit("year.open", by=by, subject=f"{jurisdiction_id}/{parameters.year}", data=facts)
    return planned


def plans(parameters: Parameters, stages: Collection[str]) -> Iterator[Plan]:
    """Yield the campaigns of these stages as the policy dates them."""
    for stage in sorted(stages):
        dates = parameters.dates[stage]
        for number, one in enumerate(dates if isinstance(dates, list) else [dates], 1):
            closes_at = end_of_day(one["closes"])
            due_at = end_of_day(one["due"]) if "due" in one else closes_at
            yield Plan(stage, one.get("round", number), start_of_day(one["opens"]), due_at, closes_at)


def _parties(session: Session, jurisdiction_id: int) -> dict[str, int]:
    """Return the organisation that plays each party: the first of its kind."""
    organisation = Organisation
    found = session.execute(
        select(organisation.kind, organisation.id)
        .where(organisation.jurisdiction_id == jurisdiction_id, organisation.kind.in_(PARTIES.values()))
        .order_by(organisation.id.desc())
    )
    by_kind = dict(found.all())
    if "bureau" not in by_kind:
        raise InvalidInput("这个区划还没有登记财政局;请先导入组织机构。", code="year.no_bureau")
    return {party: by_kind.get(kind, by_kind["bureau"]) for party, kind in PARTIES.items()}


def _start(
    uow: UnitOfWork,
    jurisdiction_id: int,
    parameters: Parameters,
    campaign_id: int,
    parties: dict[str, int],
    by: Actor,
) -> None:
    jurisdiction = uow.session.get_one(Jurisdiction, jurisdiction_id)
    order: dict[str, Any] = {
        "business_key": f"{jurisdiction.code}/{parameters.year}",
        "title": f"{jurisdiction.name}{parameters.year}年度预算绩效管理",
        "process_key": parameters.slots.get("annual", "annual"),
        "bundle_hash": definitions.bind(uow, parameters.slots.get("annual", "annual"), parameters.slots),
        "parameter_hash": parameters.hash,
        "jurisdiction_id": jurisdiction_id,
        "organisation_id": parties["bureau"],
        "stage": YEAR,
        "subject_kind": "jurisdiction",
        "subject_id": jurisdiction_id,
        "subject_code": jurisdiction.code,
        "parties": parties | {"subject": parties["bureau"]},
        "campaign_id": campaign_id,
    }
    start(uow, Order(**order), by=by)
