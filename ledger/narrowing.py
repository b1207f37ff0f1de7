"""What somebody wants to see of a queue, and how little of the queue is read for it: no more than its front.

A text or an organisation is looked up in the index first (`ledger.searching`): if few instances can be meant, only their tasks
are read. If they are many, or the text may be the name of a step, the queue is walked from its front, `WALKED` tasks at most.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)

from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from ledger.model.register import Organisation

View = Literal["all", "mine", "group", "done", "sent", "copies", "office", "watch", "put_off"]
State = Literal["", "late", "returned", "delegated", "signing"]
MOST, WALKED = 1000, 5000
NEWEST_FIRST = ("done", "sent", "copies")
TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)
WHOSE, CAMPAIGN = table_of(Organisation), table_of(Campaign)
OPEN = TASK.c.status == "open"
NOW = bindparam("now", type_=DateTime(timezone=True))
"""Tells what is late; whoever asks gives it."""
NAMED = bindparam("named", type_=ARRAY(Uuid))
"""The instances that are meant; see `Wanted.named`."""
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see. text, unit: part of a title, code, organisation or step; page counts from 1.

    named: the instances whose title, code or organisation fits are known and given as NAMED; walked: others may fit too.
    """

    view: View = "all"
    text: str = ""
    stage: str = ""
    unit: str = ""
    year: int | None = None
    state: State = ""
    page: int = 1
    named: bool = False
    walked: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is asked for."""
        return bool(self.text or self.stage or self.unit or self.year or self.state)


def narrowed(found: Select[Any], wanted: Wanted) -> Iterator[Select[Any]]:
    """Yield what is wanted of a queue, the front of it only: one statement, or one for each way it is looked for.

    found: id, stage, at, why and who of tasks.
    """
    found = filtered(found, wanted)
    if not wanted.named and not wanted.walked:
        yield _front(found, wanted, MOST)
    if wanted.named:
        meant = func.unnest(NAMED).table_valued("id").render_derived()
        yield _front(found.join(meant, meant.c.id == TASK.c.instance_id), wanted, MOST)
    if wanted.walked:
        columns = found.add_columns(TASK.c.instance_id, TASK.c.name.label("step"))
        walk = _front(columns, wanted, WALKED).subquery()
        said = select(walk.c.id, walk.c.stage, walk.c.at, walk.c.why, walk.c.who).where(_says(walk, wanted))
        at = walk.c.at.desc() if wanted.view in NEWEST_FIRST else walk.c.at
        yield said.order_by(at).limit(MOST)


def _front(found: Select[Any], wanted: Wanted, most: int) -> Select[Any]:
    at = found.selected_columns.at.element
    order = (at.desc(), TASK.c.id.desc()) if wanted.view in NEWEST_FIRST else (at, TASK.c.id)
    return found.order_by(*order).limit(most)


def filtered(found: Select[Any], wanted: Wanted) -> Select[Any]:
    """Return what is left of a queue by stage, year and state, which are read off the tasks themselves."""
    if wanted.stage:
        found = found.where(TASK.c.stage == wanted.stage)
    if wanted.year:
        of_year = select(CAMPAIGN.c.id).where(CAMPAIGN.c.year == wanted.year)
        found = found.where(TASK.c.campaign_id.in_(of_year))
    return found.where(_in_state(wanted)) if wanted.state else found


def _in_state(wanted: Wanted) -> Condition:
    return {
        "late": or_(TASK.c.late, and_(OPEN, TASK.c.due_at < NOW)),
        "returned": TASK.c.round > 1,
        "delegated": TASK.c.owner_id.is_not(None),
        "signing": TASK.c.counter_sign.is_not(None),
    }[wanted.state]


def _says(walk: Any, wanted: Wanted) -> Condition:
    """Return what a task of the walk must say: its instance or its step the text, its instance the organisation.

    A scalar subquery, which the planner leaves alone: it is asked along the walk and ends with it, no join of everything.
    """
    step = holds(walk.c.step, wanted.text) if wanted.text else true()
    if wanted.named and not wanted.unit:
        return step  # the instances that say it are named
    titled = [holds(one, wanted.text) for one in (INSTANCE.c.title, INSTANCE.c.subject_code, WHOSE.c.name)]
    fits = and_(
        or_(step, *titled) if wanted.text else true(),
        holds(WHOSE.c.name, wanted.unit) if wanted.unit else true(),
    )
    says = select(fits).join_from(INSTANCE, WHOSE, WHOSE.c.id == INSTANCE.c.organisation_id, isouter=True)
    return says.where(INSTANCE.c.id == walk.c.instance_id).correlate(walk).scalar_subquery()


def holds(column: ColumnElement[Any], text: str) -> Condition:
    """Return the condition that a column holds a text in capitals or not; without either it is much cheaper to ask."""
    plain = text.lower() == text.upper()
    return column.contains(text, autoescape=True) if plain else column.icontains(text, autoescape=True)
