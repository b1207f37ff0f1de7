"""The spot-check sample: drawn once for a year and stage, kept with its frame and seed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_result import SampleDraw
from ledger.population_rows import Scope
from ledger.populations import selectable
from ledger.sampling import drawn_in_order, spot_check


def draw_sample(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Draw the sample of the stage, or find the one drawn before; tell whether the subject is in it.

    arguments: seed (default: jurisdiction, year and stage), stage (default: the step's).
    """
    stage = str(arguments.get("stage") or step.stage)
    kept = select(SampleDraw.drawn, SampleDraw.frame_count).where(
        SampleDraw.jurisdiction_id == step.jurisdiction_id,
        SampleDraw.year == step.parameters.year,
        SampleDraw.stage == stage,
    )
    found = uow.session.execute(kept).first()
    codes, frame_count = found or _draw(uow, step, stage, str(arguments.get("seed") or _seed(step, stage)))
    return {"drawn": len(codes), "frame": frame_count, "sampled": step.subject_code in codes}


def _seed(step: Step, stage: str) -> str:
    return f"{step.parameters.jurisdiction}/{step.parameters.year}/{stage}"


def _draw(uow: UnitOfWork, step: Step, stage: str, seed: str) -> tuple[list[str], int]:
    frame = selectable(Scope(uow.session, step.jurisdiction_id, step.parameters.year, step.parameters))
    drawn = spot_check({row["code"]: row["budget_amount"] for row in frame}, step.parameters.policy, seed)
    codes = list(drawn_in_order(drawn))
    row = {
        "jurisdiction_id": step.jurisdiction_id,
        "year": step.parameters.year,
        "stage": stage,
        "seed": seed,
        "algorithm": drawn.algorithm,
        "frame_hash": drawn.frame_hash,
        "frame_count": drawn.frame_count,
        "drawn": codes,
        "facts": {"instance_id": str(step.instance_id)},
        "drawn_at": step.now,
    }
    uow.session.execute(insert(SampleDraw).on_conflict_do_nothing(), row)
    return codes, drawn.frame_count
