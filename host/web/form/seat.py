"""Where somebody sits at a form: at all of it, or at the part that his role fills in while another holds the task."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine import drafts, parts
from engine.access import Actor
from engine.calendar.local_time import SHANGHAI
from engine.drafts import Found
from engine.parts import Part
from engine.standing import read
from engine.uow import UnitOfWork
from forms.prefilling import prefilled
from host.filing import FINANCE, Desk
from host.web.form.reading import retyped

Raw = Mapping[str, Any]
NOT_FINANCE = frozenset({"business", "any"})


@dataclass(frozen=True)
class Standing:
    """What somebody goes on with. revision: of the draft, 0 if there is none; saved: local time, "" if never."""

    raw: dict[str, Any]
    revision: int
    saved: str


@dataclass(frozen=True)
class Seat:
    """A place at a form. part: what this person fills in, "" for the holder of the task; others: parts others fill in.

    raw: the whole form as it stands, both halves; revision and saved are those of one's own paper.
    """

    part: str
    others: frozenset[str]
    raw: dict[str, Any]
    revision: int
    saved: str
    partner: str
    signed_by: str
    stamp: str

    @property
    def shared(self) -> bool:
        """Whether two people fill in this form."""
        return bool(self.others)


def seat_of(uow: UnitOfWork, task_id: UUID, desk: Desk, by: Actor) -> Seat:
    """Return where somebody sits: the holder at all that no other fills in, a person of finance at the money.

    Raises NotFound, WrongState, NotAllowed as `drafts.load` and `parts.save`.
    """
    if not desk.finance:
        found = standing_of(uow, task_id, desk, by)
        return Seat("", frozenset(), found.raw, found.revision, found.saved, "", "", "")
    task = read(uow, task_id)
    at_money = by.person_id not in (task["assignee_id"], task["owner_id"])
    if (
        at_money
        and not by.may_act(FINANCE, task["organisation_id"])
        and by.may_act(task["role"], task["organisation_id"])
    ):
        drafts.require_fillable(uow, task_id, by)  # raises: it is a colleague's, or nobody's yet
    if at_money:
        parts.require_role(uow, task_id, FINANCE, by)
    holder = by if not at_money else Actor(task["assignee_id"], task["assignee_name"] or "")
    theirs = parts.load(uow, task_id, FINANCE)
    if holder.person_id is None:
        base = Standing(prefilled(desk.definition, context=desk.context, functions=desk.functions), 0, "")
    else:
        base = standing_of(uow, task_id, desk, holder)
    money = theirs.values if theirs else {k: v for k, v in base.raw.items() if k in desk.finance}
    raw = {**{k: v for k, v in base.raw.items() if k not in desk.finance}, **money}
    stamp = f"{base.revision}.{theirs.revision if theirs else 0}.{bool(theirs and theirs.signed_by)}"
    signed_by = theirs.signed_by if theirs else ""
    if at_money:
        saved = _clock(theirs) if theirs else ""
        revision = theirs.revision if theirs else 0
        return Seat(FINANCE, NOT_FINANCE, raw, revision, saved, holder.name, signed_by, stamp)
    partner = theirs.saved_by if theirs else ""
    return Seat("", frozenset({FINANCE}), raw, base.revision, base.saved, partner, signed_by, stamp)


def save(
    uow: UnitOfWork, task_id: UUID, desk: Desk, seat: Seat, typed: Raw, *, revision: int, by: Actor
) -> Seat:
    """Keep what somebody typed into his part, and return where he sits now. Raises as `drafts.save`, `parts.save`."""
    mine = {k: v for k, v in typed.items() if (k in desk.finance) == (seat.part == FINANCE)}
    if seat.part == FINANCE:
        kept = parts.save(uow, task_id, FINANCE, FINANCE, mine, revision=revision, by=by)
    else:
        rest = {k: v for k, v in seat.raw.items() if k in desk.finance}
        kept = drafts.save(uow, task_id, {**rest, **mine}, revision=revision, by=by)
    now = seat_of(uow, task_id, desk, by)
    return replace(now, revision=kept)


def standing_of(uow: UnitOfWork, task_id: UUID, desk: Desk, by: Actor) -> Standing:
    """Return the draft; else what was filed at this step before (taken back or returned); else what is known before.

    Raises NotFound, WrongState, NotAllowed as `drafts.load`.
    """
    found = drafts.load(uow, task_id, by=by)
    if found is not None:
        return Standing(dict(found.values), found.revision, _clock(found))
    filed = drafts.earlier_submission(uow, task_id, by=by)
    if filed is not None:
        return Standing(retyped(desk.definition, filed.values), 0, "")
    return Standing(prefilled(desk.definition, context=desk.context, functions=desk.functions), 0, "")


def _clock(found: Part | Found) -> str:
    return f"{found.saved_at.astimezone(SHANGHAI):%H:%M}"
