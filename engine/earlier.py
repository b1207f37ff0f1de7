"""What persons did before in an instance: the steps a task may be sent back to, and who did them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from engine.access import Actor, own_name
from engine.bpmn.run import LiveTask, Place, Run
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow, UserTask
from engine.uow import UnitOfWork

TASK, FILED = table_of(UserTask), table_of(SubmissionRow)
RolesOf = Callable[[int], Collection[tuple[str, int]]]
"""The roles that a person holds now, as (role code, organisation id)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A user task in the last round in which persons completed it. people: number and name of each, the last first."""

    place: Place
    name: str
    role: str
    organisation_id: int
    round: int
    people: tuple[tuple[int, str], ...]
    done_at: datetime
    due_at: datetime | None


def done(uow: UnitOfWork, instance_id: UUID) -> Mapping[Place, Done]:
    """Return the steps that persons have completed in an instance, each in the last round in which one did.

    Earlier rounds are looked at only for a step that was completed last without a person.
    """
    completed = _completed(instance_id)
    found = _filed(uow, select(completed).where(completed.c.round == completed.c.last_round))
    if not all(found.values()):
        found = _filed(uow, select(completed))
    return {place: _last_round(place, filings) for place, filings in found.items() if filings}


def _completed(instance_id: UUID) -> Any:
    places = (TASK.c.definition_key, TASK.c.element_id)
    latest = (TASK.c.ended_at.desc(), TASK.c.round.desc())
    last_round = func.first_value(TASK.c.round).over(partition_by=places, order_by=latest)
    mine = (TASK.c.instance_id == instance_id, TASK.c.status == "completed")
    return select(TASK, last_round.label("last_round")).where(*mine).subquery()


def _filed(uow: UnitOfWork, completed: Any) -> Mapping[Place, list[Any]]:
    """Return what persons filed in these tasks by place, the last first; nothing for a place where none did."""
    task = completed.subquery()
    is_theirs = and_(
        FILED.c.task_id == task.c.id, FILED.c.withdrawn.is_(False), FILED.c.actor_id.is_not(None)
    )
    rows = (
        select(task, FILED.c.actor_id, FILED.c.actor_name, FILED.c.submitted_at)
        .outerjoin(FILED, is_theirs)
        .order_by(FILED.c.submitted_at.desc(), FILED.c.id.desc())
    )
    found: dict[Place, list[Any]] = {}
    for row in uow.session.execute(rows):
        filings = found.setdefault(Place(row.definition_key, row.element_id), [])
        if row.actor_id is not None:
            filings.append(row)
    return found


def _last_round(place: Place, filings: Sequence[Any]) -> Done:
    """filings: the last first."""
    last = filings[0]
    people = dict.fromkeys((one.actor_id, one.actor_name) for one in filings if one.round == last.round)
    return Done(
        place,
        last.name,
        last.role,
        last.organisation_id,
        last.round,
        tuple(people),
        last.submitted_at,
        last.due_at,
    )


def allowed(run: Run, live: LiveTask, steps: Mapping[Place, Done]) -> list[Done]:
    """Return the steps a live task may be sent back to: earlier in the diagram, done by persons, and allowed by
    `bihuan:return`; the nearest first."""
    before = [place for place in run.earlier_tasks(live.id) if place in steps]
    rule = live.element.returns
    if rule == ("none",):
        return []
    if rule == ("previous",):
        before = run.nearest(live.id, before)
    elif rule != ("any",):
        named = {Place(*_named(one, live.definition_key)) for one in rule}
        before = [place for place in before if place in named]
    return [steps[place] for place in before]


def _named(written: str, definition_key: str) -> tuple[str, str]:
    key, _, element_id = written.rpartition(":")
    return key or definition_key, element_id


def offers(step: Done, roles_of: RolesOf) -> Mapping[Place, Actor]:
    """Return who gets the step when it opens again: the one person who did it, if he still holds its role."""
    if len(step.people) != 1:
        return {}
    (person_id, name), roles = step.people[0], roles_of(step.people[0][0])
    if (step.role, step.organisation_id) not in roles:
        return {}
    return {step.place: Actor(person_id, own_name(name), frozenset(roles))}
