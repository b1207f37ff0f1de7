"""The clockwork: jumps from event to event until the year has nothing left to do."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from engine.calendar.local_time import local_date
from engine.clock import VirtualClock
from engine.errors import BihuanError
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.messages import MessageSubscription
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.sealing.sealer import seal
from host.composition import Bihuan
from host.simulation.coverage import Silence
from host.simulation.crew import Crew, Errand, Letter
from host.simulation.people import FILERS, Habits, Staff, Waiting, late_ones
from host.workers.jobs import sweep

JOBS = text("""
select exists (select from queue.procrastinate_jobs where status = 'todo'),
       exists (select from queue.procrastinate_jobs where status = 'failed')
""")
TROUBLE = text("""
select null as element_id, reason as text from app.campaign_subject where status = 'failed'
union all
select element_id, code || ': ' || text as text from app.incident where resolved_at is null
union all
select element_id, 'timer ' || element_id from app.timer where attempts > 0 and status = 'planned'
limit 1
""")
Progress = Callable[[datetime, int, int], None]
Letters = Callable[[str, str], Mapping[str, Any] | None]


class YearStuck(BihuanError):
    """A simulated year met a failure that only an operator could resolve."""

    code = "simulation.stuck"


@dataclass
class Clockwork:
    """The loop of a simulated year.

    letters: what somebody outside will write to an instance that waits for a message, or None.
    never: tells of a task that nobody will do (the ledger says nothing was filed).
    late_share: the share of filers of each stage who are late.
    until: where to stop in the middle of the year; None goes on to its end.
    """

    bihuan: Bihuan
    clock: VirtualClock
    crew: Crew
    staff: Staff
    habits: Habits
    late_share: float
    never: Silence
    letters: Letters
    progress: Progress
    until: datetime | None = None
    _agenda: list[tuple[datetime, str, Errand | Letter]] = field(default_factory=list)
    _late: dict[int, frozenset[str]] = field(default_factory=dict)
    _planned: set[UUID] = field(default_factory=set)
    _last_subscription: int = 0
    completed: int = 0

    def run(self) -> None:
        """Go on until every stage is closed or waived and no task is left that somebody will do; or `until`."""
        self._tick()
        while True:
            instant = self._next()
            if self.until is not None and (instant is None or instant > self.until):
                self.clock.set(self.until)
                self._seal()
                return
            if instant is None or local_date(instant) > local_date(self.clock.now()):
                self._seal()
            if instant is None:
                return
            if instant != self.clock.now():
                self._planned.clear()
            self.clock.set(instant)
            self._tick()
            self.progress(instant, self.completed, len(self._agenda))

    def _tick(self) -> None:
        """Let everything happen that is due now: timers and reminders first, then people."""
        now = self.clock.now()
        while any(sweep(self.bihuan.unit_of_work).values()) or self._jobs():
            self.crew.drain(now)
        self._plan_new_tasks()
        errands = []
        while self._agenda and self._agenda[0][0] <= now:
            errands.append(heapq.heappop(self._agenda)[2])
        if errands:
            self.crew.work(now, errands)
            self.completed += len(errands)
            while self._jobs():
                self.crew.drain(now)
            self._plan_new_tasks()

    def _seal(self) -> None:
        """Seal the audit of the day that ends."""
        with self.bihuan.unit_of_work() as uow:
            seal(uow)

    def _jobs(self) -> bool:
        """Tell whether jobs wait. Raises YearStuck if a job, timer or step of a diagram has failed."""
        with self.bihuan.unit_of_work() as uow:
            waiting, failed = uow.session.execute(JOBS).one()
            trouble = uow.session.execute(TROUBLE).first()
        if failed or trouble:
            raise YearStuck(
                f"模拟在 {self.clock.now():%Y-%m-%d} 停住:{trouble.text if trouble else '队列中的作业失败'};"
                "请用 --keep 保留数据库后查看故障。",
                code="simulation.stuck",
                element=trouble.element_id if trouble else None,
            )
        return bool(waiting)

    def _next(self) -> datetime | None:
        with self.bihuan.unit_of_work() as uow:
            if not self._agenda and not self._unfinished(uow.session):
                return None
            timer = select(func.min(Timer.next_attempt_at)).where(Timer.status == "planned")
            rung = select(func.min(LadderRung.at)).where(LadderRung.status == "planned")
            moments = [uow.session.scalar(timer), uow.session.scalar(rung)]
        if self._agenda:
            moments.append(self._agenda[0][0])
        coming = [moment for moment in moments if moment is not None]
        return max(min(coming), self.clock.now()) if coming else None

    def _unfinished(self, session: Session) -> bool:
        waiting = select(Campaign.id).where(
            Campaign.stage != "year", Campaign.status.in_(("planned", "open"))
        )
        return session.scalar(waiting.limit(1)) is not None

    def _plan_new_tasks(self) -> None:
        with self.bihuan.unit_of_work() as uow:
            for row in _new_tasks(uow.session, self.clock.now()):
                if row.id not in self._planned:
                    self._planned.add(row.id)
                    self._plan(uow.session, row)
            self._plan_letters(uow.session)

    def _plan_letters(self, session: Session) -> None:
        """Note what will be written from outside to the instances that have begun to wait for a message."""
        waiting = MessageSubscription
        fresh = select(waiting).where(waiting.id > self._last_subscription).order_by(waiting.id)
        for one in session.scalars(fresh):
            self._last_subscription = one.id
            payload = self.letters(one.name, one.key or "")
            if payload is not None:
                moment = self.habits.letter_moment(self.clock.now(), one.key or "")
                letter = Letter(one.name, one.key or "", one.jurisdiction_id, payload)
                heapq.heappush(self._agenda, (moment, f"{one.name}/{one.key}", letter))

    def _plan(self, session: Session, row: "Row[Any]") -> None:
        waiting = Waiting(
            task_id=str(row.id),
            business_key=row.business_key,
            element_id=row.element_id,
            role=row.role,
            organisation_id=row.organisation_id,
            round=row.round,
            member=row.member - 1,
            created_at=row.created_at,
            due_at=row.due_at,
        )
        place = {
            "form_key": row.form_key,
            "definition_key": row.definition_key,
            "element_id": row.element_id,
            "stage": row.stage,
            "stage_round": row.stage_round,
            "task_round": row.round,
            "subject_kind": row.subject_kind,
            "subject_code": row.subject_code,
            "member": row.member - 1,
        }
        if self.never(waiting, place):
            return
        late = waiting.role in FILERS and row.subject_code in self._late_of(session, row.campaign_id)
        moment = self.habits.moment(waiting, late=late and waiting.round == 1)
        errand = Errand(UUID(waiting.task_id), self.staff.actor(waiting), place)
        heapq.heappush(self._agenda, (moment, _order(waiting), errand))

    def _late_of(self, session: Session, campaign_id: int) -> frozenset[str]:
        """Return the subjects of a campaign that file, but late: chosen once, the same in every run."""
        if campaign_id not in self._late:
            member = CampaignSubject
            asked = select(member.subject_kind, member.subject_code).where(
                member.campaign_id == campaign_id, member.reason.is_(None)
            )
            stage, number = session.execute(
                select(Campaign.stage, Campaign.round).where(Campaign.id == campaign_id)
            ).one()
            filers = {
                code
                for kind, code in session.execute(asked)
                if not self.never.files_nothing(stage, kind, code)
            }
            chosen = late_ones(sorted(filers), self.late_share, stage, number, seed=self.habits.seed)
            self._late[campaign_id] = chosen
        return self._late[campaign_id]


def _order(waiting: Waiting) -> str:
    return "/".join(map(str, waiting.parts()))


def _new_tasks(session: Session, now: datetime) -> Sequence["Row[Any]"]:
    """Return the open tasks created at this instant; `member` numbers like tasks of one instance."""
    task, instance = UserTask, ProcessInstance
    member = func.row_number().over(
        partition_by=(task.instance_id, task.element_id, task.round), order_by=task.id
    )
    fresh = select(
        task.id,
        task.element_id,
        task.role,
        task.organisation_id,
        task.round,
        task.created_at,
        task.due_at,
        task.form_key,
        task.definition_key,
        task.stage,
        task.campaign_id,
        instance.business_key,
        instance.round.label("stage_round"),
        instance.subject_kind,
        instance.subject_code,
        member.label("member"),
    ).join(instance, instance.id == task.instance_id)
    found = session.execute(fresh.where(task.status == "open", task.created_at == now).order_by(task.id))
    return cast(Sequence["Row[Any]"], found.all())
