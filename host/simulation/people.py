"""The people of a simulated county: who holds which role, and when each of them gets round to a task."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.calendar.local_time import at_time, local_date
from engine.calendar.work_calendar import WorkCalendar
from host.simulation.situation import share_of
from ledger.model.register import Person, RoleAssignment

HOURS = (time(9, 30), time(11, 0), time(14, 30), time(16, 30))
FILERS = frozenset({"preparer", "department"})
LATEST = 6
PATIENCE = 2
SLOWER = 3


@dataclass(frozen=True)
class Waiting:
    """An open task as the planner sees it."""

    task_id: str
    business_key: str
    element_id: str
    role: str
    organisation_id: int
    round: int
    member: int
    created_at: datetime
    due_at: datetime | None

    def parts(self) -> tuple[object, ...]:
        """Return what tells this task from every other, the same in every run."""
        return (self.business_key, self.element_id, self.round, self.member)


class Staff:
    """Who may act for a role at an organisation; the same person always gets the same task."""

    def __init__(self, session: Session, jurisdiction_id: int, seed: int) -> None:
        self._seed = seed
        roles: dict[int, set[tuple[str, int]]] = defaultdict(set)
        names: dict[int, str] = {}
        held = select(Person.id, Person.name, RoleAssignment.role, RoleAssignment.organisation_id)
        held = held.join(RoleAssignment, RoleAssignment.person_id == Person.id)
        for person_id, name, role, organisation_id in session.execute(
            held.where(Person.jurisdiction_id == jurisdiction_id).order_by(Person.id)
        ):
            names[person_id] = name
            roles[person_id].add((role, organisation_id))
        groups: dict[tuple[str, int], list[Actor]] = defaultdict(list)
        for person_id, held_roles in roles.items():
            actor = Actor(person_id, names[person_id], frozenset(held_roles))
            for place in held_roles:
                groups[place].append(actor)
        self._groups: Mapping[tuple[str, int], Sequence[Actor]] = dict(groups)

    def actor(self, task: Waiting) -> Actor:
        """Return who takes the task. Raises LookupError if nobody holds the role."""
        group = self._groups.get((task.role, task.organisation_id))
        if not group:
            raise LookupError(f"nobody holds the role {task.role} at organisation {task.organisation_id}")
        return group[int(share_of(self._seed, "who", *task.parts()) * len(group))]


@dataclass(frozen=True)
class Habits:
    """When people work: filers some day before it is due (or late, if chosen), reviewers soon after it arrives.

    hours: when in the day; patience: a reviewer takes up a form within so many working days, within `SLOWER` times as
    many at the steps `slow`.
    """

    seed: int
    calendar: WorkCalendar
    hours: tuple[time, ...] = HOURS
    patience: int = PATIENCE
    slow: frozenset[str] = frozenset()

    def moment(self, task: Waiting, *, late: bool) -> datetime:
        """Return when the task will be completed."""
        chance = share_of(self.seed, "when", *task.parts())
        first = self.calendar.workdays_after(local_date(task.created_at), 1)
        return max(
            at_time(self._day(task, first, chance, late), self._hour(task)),
            task.created_at + timedelta(minutes=1),
        )

    def letter_moment(self, since: datetime, key: str) -> datetime:
        """Return when somebody outside writes: within two weeks."""
        days = 3 + int(share_of(self.seed, "letter", key) * 7)
        return at_time(self.calendar.workdays_after(local_date(since), days), self.hours[0])

    def _hour(self, task: Waiting) -> time:
        return self.hours[int(share_of(self.seed, "hour", *task.parts()) * len(self.hours))]

    def _day(self, task: Waiting, first: date, chance: float, late: bool) -> date:
        calendar = self.calendar
        if task.due_at is None or task.role not in FILERS:
            patience = self.patience * (SLOWER if task.element_id in self.slow else 1)
            return calendar.workdays_after(first, int(chance * patience))
        due_on = local_date(task.due_at)
        if late:
            return calendar.workdays_after(max(due_on, first), 1 + int(chance * LATEST))
        room = calendar.workdays_between(first, due_on)
        return first if room <= 0 else calendar.workdays_after(first, int(chance * room))


def late_ones(codes: Sequence[str], share: float, *parts: object, seed: int) -> frozenset[str]:
    """Choose exactly the rounded share of `codes` (half up), the same ones in every run."""
    number = int(len(codes) * share + 0.5)
    return frozenset(sorted(codes, key=lambda code: share_of(seed, "late", *parts, code))[:number])
