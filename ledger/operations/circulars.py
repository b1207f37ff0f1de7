"""Circulars (通报) on late submissions: drafted when a stage's days are over, then issued or withheld by the performance section."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from engine.errors import InvalidInput, NotFound
from engine.events import Event
from engine.model.base import table_of
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.lateness import LATE, lines, stands
from ledger.model.circulars import Circular
from ledger.operations.deciding import begin, tell
from ledger.stage_names import STAGES

PROCESS: Final = "circular"
ISSUED: Final = "印发"
MOST: Final = 500
"""Lines of one circular: as many as a form holds. Of more there are several."""
CIRCULAR = table_of(Circular)


def draft_circular(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """List who is late in this stage and round, and let the performance section decide; nothing if nobody is.

    Returns {"late": how many}.
    """
    found = lines(
        uow.session, LATE.c.campaign_id == step.campaign_id, LATE.c.circular_id.is_(None), stands(step.now)
    )
    parts = [found[first : first + MOST] for first in range(0, len(found), MOST)]
    for number, rows in enumerate(parts, 1):
        _draft(uow, step, rows, f"({number})" if len(parts) > 1 else "")
    return {"late": len(found)}


def _draft(uow: UnitOfWork, step: Step, rows: Sequence[Any], part: str) -> None:
    title = _title(step) + part
    values = {
        "jurisdiction_id": step.jurisdiction_id,
        "instance_id": begin(uow, step, PROCESS, title, part),
        "campaign_id": step.campaign_id,
        "year": step.parameters.year,
        "stage": step.stage,
        "checkpoint": step.round,
        "title": title,
        "body": _body(step, rows),
        "drafted_at": step.now,
    }
    circular_id = uow.session.scalar(insert(CIRCULAR).values(values).returning(CIRCULAR.c.id))
    numbered = update(LATE).where(LATE.c.task_id == bindparam("task")).values(circular_id=circular_id)
    numbers = [{"task": row.task_id, "number": number} for number, row in enumerate(rows, 1)]
    uow.session.connection().execute(numbered.values(line_no=bindparam("number")), numbers)
    uow.record(Event("circular.drafted", step.instance_id, step.campaign_id, data={"lines": len(rows)}))


def _title(step: Step) -> str:
    known = step.parameters.dates.get(step.stage)
    of_round = f"第{step.round}轮" if isinstance(known, list) and len(known) > 1 else ""
    return f"{step.parameters.year}年度{STAGES.get(step.stage, step.stage)}{of_round}迟报情况的通报"


def _body(step: Step, rows: Sequence[Any]) -> str:
    units, open_ones = {row.organisation_id for row in rows}, sum(row.delivered_on is None for row in rows)
    return (
        f"{step.parameters.year}年度{STAGES.get(step.stage, step.stage)}已过报送截止日。"
        f"截至起草时，{len(units)}个单位的{len(rows)}项没有按期报送，其中{open_ones}项仍未报送，名单附后。"
        "请有关单位尽快补报，并查明原因，今后按期报送。"
    )


def issue_circular(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Issue the circular of this flow and tell those it lists; or note why it is withheld.

    Lines that stand no longer are taken out. Raises InvalidInput if none is left to issue.
    """
    of_flow = select(CIRCULAR).where(CIRCULAR.c.instance_id == step.instance_id).with_for_update()
    drafted = uow.session.execute(of_flow).first()
    if drafted is None:
        raise NotFound("找不到这份通报;请刷新待办列表。", code="circular.not_found")
    issued = step.values["outcome"] == ISSUED
    rows = _kept(uow, step, drafted.id) if issued else []
    listing = update(LATE).where(LATE.c.circular_id == drafted.id)
    staying = [row.task_id for row in rows]
    uow.session.execute(listing.where(LATE.c.task_id.not_in(staying)).values(circular_id=None, line_no=None))
    decided: dict[str, Any] = (
        {
            **{name: step.values[name] for name in ("number", "title", "body")},
            "issued_at": step.now,
            "issued_by": step.actor.name,
        }
        if issued
        else {"withheld": step.values["reason"]}
    )
    uow.session.execute(update(CIRCULAR).where(CIRCULAR.c.id == drafted.id).values(decided))
    named = [row for row in rows if row.left_out is None]
    _tell(uow, step, named)
    units = len({row.organisation_id for row in named})
    facts = {"lines": len(named), "units": units} if issued else {"reason": step.values["reason"]}
    uow.record(
        Event(
            "circular.issued" if issued else "circular.withheld",
            step.instance_id,
            drafted.campaign_id,
            data=facts,
        ),
        by=step.actor,
    )
    uow.audit(
        "circular.decide", by=step.actor, subject=str(drafted.id), instance_id=step.instance_id, data=facts
    )
    return {"issued": issued}


def _kept(uow: UnitOfWork, step: Step, circular_id: int) -> Sequence[Any]:
    """Write why lines are left out, and return all that stand."""
    reasons = {line["no"]: line["left_out"] for line in step.values["lines"] if line.get("left_out")}
    for number, reason in reasons.items():
        mine = update(LATE).where(LATE.c.circular_id == circular_id, LATE.c.line_no == number)
        uow.session.execute(mine.values(left_out=reason))
    rows = lines(uow.session, LATE.c.circular_id == circular_id, stands(step.now))
    if all(row.left_out is not None for row in rows):
        raise InvalidInput("名单里没有要通报的了;请选“不印发”并写明理由。", code="circular.empty")
    return rows


def _tell(uow: UnitOfWork, step: Step, rows: Iterable[Any]) -> None:
    """Tell the units that are listed how many of theirs are."""
    numbers: dict[int, int] = {}
    for row in rows:
        numbers[row.organisation_id] = numbers.get(row.organisation_id, 0) + 1
    heading = f"{step.values.get('title')}（{step.values.get('number')}）已印发"
    tell(uow, step, {unit: f"{heading}，本单位有{count}项迟报在列。" for unit, count in numbers.items()})
