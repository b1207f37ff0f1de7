"""The expert panel: one opinion per member, judged together."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import Evaluation, PanelOpinion
from ledger.operations.writing import amend, place

ACCEPTING = ("通过", "修改后通过")
PASS_SHARE = Fraction(2, 3)


def record_panel_opinion(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write one member's verdict on the version of the report that lies before the panel."""
    row = {
        **place(step),
        "member_kind": step.values["member_kind"],
        "recused": step.values["recused"],
        "verdict": step.values["verdict"],
        "comment": step.values.get("comment"),
    }
    table = PanelOpinion.__table__
    version = (
        select(func.coalesce(func.max(Evaluation.submitted_count), literal_column("1")))
        .where(Evaluation.instance_id == step.instance_id)
        .scalar_subquery()
    )
    values: dict[str, Any] = {**{name: bindparam(name) for name in row}, "evaluation_round": version}
    opinion = insert(table).values(values).on_conflict_do_nothing(index_elements=["task_id"])  # type: ignore[arg-type]
    uow.connection().execute(opinion, row)
    return {"verdict": row["verdict"]}


def judge_panel(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Judge the report by its panel: enough members accept it and every required kind spoke (D14)."""
    current = select(func.max(PanelOpinion.evaluation_round)).where(
        PanelOpinion.instance_id == step.instance_id
    )
    opinions = select(PanelOpinion.member_kind, PanelOpinion.recused, PanelOpinion.verdict).where(
        PanelOpinion.instance_id == step.instance_id,
        PanelOpinion.evaluation_round == current.scalar_subquery(),
    )
    panel = step.parameters.policy.get("expert_panel", {})
    votes = list(uow.connection().execute(opinions))
    passed, missing = judge(votes, panel.get("composition") or (), panel.get("pass_share"))
    amend(uow, step, Evaluation, {"panel_passed": passed}, returned=not passed)
    return {"passed": passed, "members": len(votes), "missing_kinds": missing}


def judge(
    votes: Iterable[tuple[str, bool, str]], composition: Iterable[str], pass_share: Any = None
) -> tuple[bool, list[str]]:
    """Return whether the panel passes a report, and the required kinds of members that did not vote.

    votes: (member kind, recused, verdict); a recused member does not count.
    """
    counted = [(kind, verdict) for kind, recused, verdict in votes if not recused]
    missing = [kind for kind in composition if kind not in {voter for voter, _ in counted}]
    if not counted or missing:
        return False, missing
    needed = PASS_SHARE if pass_share is None else Fraction(Decimal(str(pass_share)))
    accepted = sum(1 for _, verdict in counted if verdict in ACCEPTING)
    return Fraction(accepted, len(counted)) >= needed, missing
