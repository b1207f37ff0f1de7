"""The operations by which the diagrams of a year open and close its stages."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from engine import campaigns, definitions
from engine.access import SYSTEM, Actor
from engine.errors import NotFound
from engine.events import Event
from engine.instances import Order, start
from engine.lifecycle import WORDS
from engine.messages import correlate
from engine.operations import Operations, Step
from engine.uow import UnitOfWork
from ledger.populations import POPULATIONS

STAGE_PROCESS = "stage"
WAIVED = "stage.waived"


def register(operations: Operations) -> None:
    """Register the operations of this room by the names diagrams use."""
    for operation in (open_stage, open_population, record_missing, close_stage, waive_stage):
        operations.register(operation.__name__, operation)


def open_stage(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Start the diagram of one stage, if this year has planned it.

    arguments: stage; round (default 1); population and process, named like the stage unless told otherwise.
    Returns {"opened": bool}.
    """
    stage, number = str(arguments["stage"]), int(arguments.get("round") or 1)
    year = step.parameters.year
    try:
        campaign = campaigns.find(
            uow.session, jurisdiction_id=step.jurisdiction_id, year=year, stage=stage, round=number
        )
    except NotFound:
        uow.record(Event("stage.not_planned", step.instance_id, data={"stage": stage, "round": number}))
        return {"opened": False}
    slots = step.parameters.slots
    process_key = slots.get(STAGE_PROCESS, STAGE_PROCESS)
    order = Order(
        business_key=f"{step.business_key}/{stage}.{number}",
        title=f"{year}年度 {stage} 第{number}轮",
        process_key=process_key,
        bundle_hash=definitions.bind(uow, process_key, slots),
        parameter_hash=campaign.parameter_hash,
        jurisdiction_id=step.jurisdiction_id,
        organisation_id=step.organisation_id,
        stage=stage,
        round=number,
        subject_kind="campaign",
        subject_id=campaign.id,
        subject_code=f"{stage}.{number}",
        parties=step.parties,
        campaign_id=campaign.id,
        data={
            "campaign_id": campaign.id,
            "stage": stage,
            "round": number,
            "population": arguments.get("population") or stage,
            "process": arguments.get("process") or stage,
            "due_at": campaign.due_at,
            "closes_at": campaign.closes_at,
            "waived": campaign.status == "waived",
        },
    )
    start(uow, order, by=SYSTEM)
    return {"opened": campaign.status != "waived"}


def open_population(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Select the population of the stage and open it; its members are launched by jobs.

    Returns {"subjects": how many were opened}.
    """
    name, process = str(step.data["population"]), str(step.data["process"])
    population = POPULATIONS.get(name)
    if population is None:
        raise NotFound(f"没有名为“{name}”的对象范围;请管理员检查流程图。", code="population.not_found")
    members = population(uow.session, step.jurisdiction_id, step.parameters.year, step.parameters, step.round)
    process_key = step.parameters.slots.get(process, process)
    campaigns.open_stage(uow, int(step.data["campaign_id"]), process_key, members)
    return {"subjects": sum(member.reason is None for member in members)}


def record_missing(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Journal who has filed nothing at the due moment. Returns {"missing": how many}."""
    return {"missing": len(campaigns.record_missing(uow, int(step.data["campaign_id"])))}


def close_stage(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Close the stage. Returns {"missing": how many filed nothing}."""
    campaign = campaigns.locked(uow, int(step.data["campaign_id"]))
    if campaign.status != "open":
        uow.record(Event("stage.not_closed", step.instance_id, data={"found": WORDS[campaign.status]}))
        return {"missing": 0}
    return {"missing": len(campaigns.close(uow, campaign.id))}


def waive_stage(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Note in the diagram that the stage was waived; the command has done the rest."""
    campaign = campaigns.locked(uow, int(step.data["campaign_id"]))
    uow.record(Event("stage.waived", step.instance_id, campaign.id, data={"reason": campaign.waived_reason}))
    return {"reason": campaign.waived_reason}


def waive(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> None:
    """Waive a stage with a reason and tell its diagram, if it has started.

    Raises InvalidInput without a reason; WrongState if the stage was closed or waived.
    """
    campaigns.waive(uow, campaign_id, reason, by=by)
    campaign = campaigns.locked(uow, campaign_id)
    uow.session.flush()
    with suppress(NotFound):  # not opened yet: the diagram will see it when it starts
        correlate(uow, WAIVED, str(campaign_id), {}, jurisdiction_id=campaign.jurisdiction_id, by=by)
