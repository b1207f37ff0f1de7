"""Substitution during leave (代理): arrange it, end it, and who acts in whose place today (ADR 0022)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import Conflict, InvalidInput, NotFound
from engine.hands import FILED, TASK
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from ledger.model.register import Person
from ledger.model.substituting import Substitution
from ledger.roster.people import person
from ledger.standing_in import PERSONAL, Roles, roles_on

LONGEST_DAYS = 366
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A substitution to arrange. roles: none for all. onward: the substitute's own substitute may act too."""

    person_id: int
    substitute_id: int
    valid_from: date
    valid_to: date
    roles: Roles
    onward: bool
    reason: str


def arrange(uow: UnitOfWork, jurisdiction_id: int, wanted: Wanted, *, by: Actor) -> int:
    """Let somebody act for a person for a while, and tell both.

    Raises InvalidInput; NotFound; Conflict if the person has another substitute then (`substitute.overlaps`), or if the
    substitute is away himself (`substitute.chain`).
    """
    who = person(uow, jurisdiction_id, wanted.person_id)
    other = person(uow, jurisdiction_id, wanted.substitute_id)
    _check_dates(uow, wanted)
    _check_roles(uow, who, wanted)
    if other.left_on is not None and other.left_on < wanted.valid_to:
        raise InvalidInput(f"{other.name}已离岗或将离岗;请另选代理人。", code="substitute.left")
    _check_free(uow, who, other, wanted)
    made = Substitution(
        jurisdiction_id=jurisdiction_id,
        person_id=who.id,
        substitute_id=other.id,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        roles=[list(one) for one in sorted(wanted.roles)],
        onward=wanted.onward,
        reason=wanted.reason.strip(),
        created_at=uow.now(),
        created_by=by.name,
    )
    uow.session.add(made)
    uow.session.flush()
    days = f"{wanted.valid_from} 至 {wanted.valid_to}"
    _tell(uow, who, f"{days} 由{other.name}代您办理", by)
    _tell(uow, other, f"{days} 请您代{who.name}办理", by)
    facts = {"person_id": who.id, "substitute_id": other.id, "onward": wanted.onward}
    uow.audit("substitute.arrange", by=by, subject=str(made.id), data=facts)
    return made.id


def end(
    uow: UnitOfWork, jurisdiction_id: int, substitution_id: int, *, by: Actor, all_of: bool = False
) -> None:
    """End a substitution now and tell both. all_of: anybody's; else only one's own. Raises NotFound."""
    one = Substitution
    mine = one.jurisdiction_id == jurisdiction_id
    if not all_of:
        mine = and_(mine, or_(one.person_id == by.person_id, one.substitute_id == by.person_id))
    ended = update(one).where(one.id == substitution_id, mine, one.ended_at.is_(None))
    row = uow.session.execute(
        ended.values(ended_at=uow.now()).returning(one.person_id, one.substitute_id)
    ).first()
    if row is None:
        raise NotFound("找不到这项代理,它可能已经结束;请刷新页面。", code="substitute.not_found")
    who, other = (person(uow, jurisdiction_id, number) for number in row)
    _tell(uow, who, f"{other.name}不再代您办理", by)
    _tell(uow, other, f"您不再代{who.name}办理", by)
    uow.audit("substitute.end", by=by, subject=str(substitution_id))


def listed(uow: UnitOfWork, person_id: int) -> Sequence[Any]:
    """Return what concerns somebody, given and received: those that are not over first."""
    who, other = aliased(Person), aliased(Person)
    one = Substitution
    over = or_(one.ended_at.is_not(None), one.valid_to < local_date(uow.now()))
    wanted = (
        select(one, who.name.label("name"), other.name.label("substitute"), over.label("over"))
        .join(who, who.id == one.person_id)
        .join(other, other.id == one.substitute_id)
        .where(or_(one.person_id == person_id, one.substitute_id == person_id))
        .order_by(over, one.valid_from.desc(), one.id.desc())
        .limit(50)
    )
    return uow.session.execute(wanted).all()


def concerns(uow: UnitOfWork, person_id: int, substitute_id: int) -> list[str]:
    """Return what to think of before arranging it: instances in which both already have a hand."""
    theirs = select(FILED.c.instance_id).where(
        FILED.c.withdrawn.is_(False), func.coalesce(FILED.c.hand_id, FILED.c.actor_id) == substitute_id
    )
    held = select(func.count()).where(
        TASK.c.status == "open", TASK.c.assignee_id == person_id, TASK.c.instance_id.in_(theirs)
    )
    number = uow.session.scalar(held) or 0
    text = f"有 {number} 件待办是代理人自己经手过的事项,代理人不能代办,需本人或他人办理"
    return [text] if number else []


def _check_dates(uow: UnitOfWork, wanted: Wanted) -> None:
    today = local_date(uow.now())
    days = (wanted.valid_to - wanted.valid_from).days
    if wanted.valid_to < today or days < 0 or days >= LONGEST_DAYS:
        raise InvalidInput(
            f"代理应有开始和结束日期,结束不早于今天,最长 {LONGEST_DAYS} 天;请更正日期。",
            code="substitute.dates",
        )
    if not 0 < len(wanted.reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"请写明代理原因(1–{LONGEST_REASON} 字)。", code="substitute.reason")
    if wanted.person_id == wanted.substitute_id:
        raise InvalidInput("代理人不能是本人;请另选。", code="substitute.self")


def _check_roles(uow: UnitOfWork, who: Person, wanted: Wanted) -> None:
    held = roles_on(uow, who.id, wanted.valid_from)
    allowed = {pair for pair in held if pair[0] not in PERSONAL}
    if not allowed or not wanted.roles <= allowed:
        raise InvalidInput(
            f"{who.name}届时没有所选的、可以由人代理的岗位(评审专家不能代理);请核对岗位。",
            code="substitute.roles",
        )


def _check_free(uow: UnitOfWork, who: Person, other: Person, wanted: Wanted) -> None:
    one = Substitution
    during = and_(
        one.ended_at.is_(None), one.valid_from <= wanted.valid_to, one.valid_to >= wanted.valid_from
    )
    others = uow.session.scalars(select(one).where(one.person_id == who.id, during)).all()
    if any(_overlap(wanted.roles, row.roles) for row in others):
        raise Conflict(
            f"{who.name}这段时间已有代理人;请先结束原来的代理,或按岗位分开委托。", code="substitute.overlaps"
        )
    away = uow.session.scalar(select(one.id).where(one.person_id == other.id, during).limit(1))
    if away and not wanted.onward:
        raise Conflict(
            f"{other.name}这段时间自己也委托了别人;请另选代理人,或勾选允许转代理。", code="substitute.chain"
        )


def _overlap(wanted: Collection[tuple[str, int]], kept: Sequence[Any]) -> bool:
    return not wanted or not kept or bool(set(wanted) & {(role, place) for role, place in kept})


def _tell(uow: UnitOfWork, who: Person, text: str, by: Actor) -> None:
    uow.session.execute(
        insert(Notification).values(
            jurisdiction_id=who.jurisdiction_id,
            kind="substitution",
            recipient="assignee",
            organisation_id=who.organisation_id,
            person_id=who.id,
            created_at=uow.now(),
            text=text,
            sender_id=by.doer_id,
            sender_name=by.name,
        )
    )
