"""What people read about one task: the rule of its date, what follows, why it is theirs, what they may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from engine import library, returning, telling
from engine.access import Actor
from engine.bpmn.element import Element
from engine.bpmn.following import following
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.model.journal import EventRow
from engine.standing import TASK
from engine.uow import UnitOfWork
from engine.voting import ADDED
from host.web.due_rule import due_rule
from host.web.filings import filed_before
from host.web.words import role_name
from host.web.words import translate as _
from ledger import extensions
from ledger.roles import overseers

ITEM = table_of(SignItem)
LIVE = ("open", "queued")


@dataclass(frozen=True)
class About:
    """What the diagram says of a task. rule: of its due date; follows: names of the next steps; role: in words."""

    rule: str
    follows: Sequence[str]
    role: str

    @property
    def next(self) -> str:
        """The next step in a few words."""
        return (
            _("或").join(self.follows[:2]) + ("…" if len(self.follows) > 2 else "")
            if self.follows
            else _("这件事项办结")
        )


@dataclass(frozen=True)
class Case:
    """A task with everything its pane shows. why: how it came to the reader; verbs: what he may do now.

    filed: what others filed before, see `host.web.filings`.
    """

    about: About
    why: str
    verbs: frozenset[str]
    returns: Sequence[Mapping[str, Any]]
    comments: Sequence[Any]
    signers: Sequence[Any]
    filed: Sequence[Any]


def about(uow: UnitOfWork, row: Any) -> About:
    """Return what the diagram of a task says; it was read once per process."""
    bundle = library.binding(uow.session, row.bundle_hash).bundle
    element: Element = bundle.element(row.definition_key, row.element_id)
    parameters = library.parameter_set(uow.session, row.parameter_hash)
    follows = [one.name or one.id for one in following(bundle, row.definition_key, row.element_id)]
    return About(due_rule(element, parameters, row.round), follows, role_name(row.role))


def case_of(uow: UnitOfWork, row: Any, actor: Actor) -> Case:
    """Return the pane of a task that `ledger.inbox.one` gave to the actor."""
    signers = _signers(uow, row)
    found = about(uow, row)
    return Case(
        found,
        _why(uow, row, actor, found, signers),
        _verbs(uow, row, actor, signers) | _extendable(uow, row, actor),
        [
            one
            for one in returning.returns(uow, row.id)
            if one["returned_at"] <= row.created_at or row.round > 1
        ],
        telling.comments(uow, row.instance_id),
        signers,
        filed_before(uow, row) if _judges(row, actor, signers) else (),
    )


def _signers(uow: UnitOfWork, row: Any) -> Sequence[Any]:
    if row.counter_sign is None:
        return ()
    found = select(ITEM).where(ITEM.c.task_id == row.id, ITEM.c.state != "removed")
    return uow.session.execute(found.order_by(ITEM.c.position, ITEM.c.id)).all()


def _judges(row: Any, actor: Actor, signers: Sequence[Any]) -> bool:
    """Tell whether a task is the actor's to do, or was; whoever only sent it does not read what others wrote since."""
    named = actor.person_id in (row.assignee_id, row.owner_id, *(one.person_id for one in signers))
    return named or actor.may_act(row.role, row.organisation_id) or my_seat(actor, signers) is not None


def my_seat(actor: Actor, signers: Sequence[Any]) -> Any:
    """Return the signer's row that waits for the actor, by name before by role; None if there is none."""
    waiting = [one for one in signers if one.state in LIVE and one.kind != "main"]
    named = [one for one in waiting if one.person_id is not None and one.person_id == actor.person_id]
    by_role = [
        one for one in waiting if one.person_id is None and (one.role, one.organisation_id) in actor.roles
    ]
    return next(iter([*named, *by_role]), None)


def _why(uow: UnitOfWork, row: Any, actor: Actor, found: About, signers: Sequence[Any]) -> str:
    seat = my_seat(actor, signers)
    if seat is not None and seat.added_by_name:
        return _("{name}请我加签", name=seat.added_by_name)
    if seat is not None:
        return _("我是会签人")
    if row.owner_id is not None and row.owner_id == actor.person_id:
        return _("我委派给了{name}", name=row.assignee_name)
    if row.owner_name:
        return _("{name}委派给我", name=row.owner_name)
    if row.status == "open" and row.assignee_id is None and not actor.may_act(row.role, row.organisation_id):
        return _("还在等“{role}”认领", role=found.role)
    if row.status == "open" and row.assignee_id is None:
        return _("我的岗位“{role}”可以认领", role=found.role)
    if row.assignee_id != actor.person_id:
        return _("现在由{name}办理", name=row.assignee_name or found.role)
    return _came(uow, row, found)


def _came(uow: UnitOfWork, row: Any, found: About) -> str:
    """Return how a task got into the hands of its holder: the last event that put it there."""
    kinds = ("task.transferred", "task.claimed", "task.delegation_resolved")
    event = select(EventRow.type, EventRow.actor_name, EventRow.data).where(
        EventRow.instance_id == row.instance_id, EventRow.task_id == row.id, EventRow.type.in_(kinds)
    )
    last = uow.session.execute(event.order_by(EventRow.id.desc()).limit(1)).first()
    if last is not None and last.type == "task.transferred":
        return _("{name}转办给我：{reason}", name=last.actor_name, reason=last.data.get("reason", ""))
    if row.round > 1 and (last is None or last.type != "task.claimed"):
        return _("退回给我修改")
    if last is not None and last.type == "task.delegation_resolved":
        return _("委派办完，交回给我")
    return _("我以“{role}”岗位认领", role=found.role)


def _verbs(uow: UnitOfWork, row: Any, actor: Actor, signers: Sequence[Any]) -> frozenset[str]:
    mine, lent = row.assignee_id == actor.person_id, row.owner_id is not None
    by_one = row.counter_sign is None or row.counter_sign["rule"] == ADDED
    seat = my_seat(actor, signers)
    if row.status == "completed":
        return frozenset(
            {"comment", *(("cc",) if mine else ()), *(("withdraw",) if mine and untouched(uow, row) else ())}
        )
    if row.status != "open":
        return frozenset({"comment"})
    found = {"comment"}
    if (
        row.assignee_id is None
        and by_one
        and row.counter_sign is None
        and actor.may_act(row.role, row.organisation_id)
    ):
        found.add("claim")
    if mine and not lent:
        found |= {"release", "transfer", "delegate", "return", "sign", "cc"}
        found |= {"fill"} if row.form_key else set()
    if lent and actor.person_id in (row.assignee_id, row.owner_id):
        found |= {"resolve"} | ({"cc"} if mine else set())
    if not mine and any((role, row.organisation_id) in actor.roles for role in overseers(row.role)):
        found |= {"transfer", "return"}
    if not mine and seat is None and "claim" not in found:
        found.add("urge")
    if seat is not None and seat.state == "open":
        found |= {"cc"} | ({"fill", "sign"} if seat.kind == "signer" else {"opine"})
        found |= {"claim_seat"} if seat.person_id is None else set()
        found |= {"release_seat"} if seat.person_id is not None and seat.role is not None else set()
    return frozenset(found)


def _extendable(uow: UnitOfWork, row: Any, actor: Actor) -> frozenset[str]:
    chosen = library.parameter_set(uow.session, row.parameter_hash)
    return frozenset({"extension"} if extensions.may_ask(chosen, row, actor) else ())


def untouched(uow: UnitOfWork, row: Any) -> bool:
    """Tell whether nobody has opened or finished anything since a task was completed, so that it may be taken back."""
    later = TASK.alias()
    touched = exists().where(
        later.c.instance_id == row.instance_id,
        later.c.created_at >= row.ended_at,
        later.c.id != row.id,
        later.c.opened_at.is_not(None) | later.c.claimed_at.is_not(None) | (later.c.status == "completed"),
    )
    going = row.instance_status == "active" and row.counter_sign is None
    return going and not uow.session.scalar(select(touched))
