"""Every kind of command, as a scene to prepare, an act to be killed in, and what is told to whoever repeats it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text

from engine import (
    adding_signers,
    assigning,
    campaigns,
    countersigning,
    drafts,
    handing,
    handovers,
    incidents,
    instances,
    ladder,
    launching,
    messages,
    returning,
    tasks,
    telling,
    timers,
    withdrawing,
)
from engine.access import SYSTEM
from engine.bpmn.run import Place
from engine.errors import BihuanError
from engine.model.handovers import Handover
from engine.model.journal import Incident
from engine.model.timers import LadderRung, Timer
from engine.operations import Step
from engine.sealing.sealer import seal
from engine.signers import Signer
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import sweep
from tests.chaos.scene import HEARING, LATER
from tests.integration.engine.committee import CHIEF, MEMBERS, meeting, people
from tests.integration.engine.diagrams import AUTOMATIC, REVIEW
from tests.integration.engine.population import planned, subject
from tests.integration.engine.stage import (
    OTHER_PREPARER,
    PREPARER,
    REVIEWER,
    open_task,
    order,
    published,
    signed,
    started,
)

Subject = Any


@dataclass(frozen=True)
class Command:
    """prepare: makes the scene and returns what is acted upon; act: one command; again: what a repetition is told.

    noise: what a repetition leaves that does nothing more.
    """

    prepare: Callable[[Bihuan], Subject]
    act: Callable[[Bihuan, Subject], Any]
    again: str = "done"
    noise: tuple[str, ...] = ()


def operate(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Post, unless the instance's first attempt is meant to fail."""
    if step.data.get("fails") and not uow.session.scalar(
        text("select exists (select from app.incident where instance_id = :id)"), {"id": step.instance_id}
    ):
        raise BihuanError("账套未打开", code="ledger.closed")
    return {"posted": True}


def _scene(make: Callable[[UnitOfWork], Subject]) -> Callable[[Bihuan], Subject]:
    def prepare(bihuan: Bihuan) -> Subject:
        with bihuan.unit_of_work() as uow:
            return make(uow)

    return prepare


def _act(do: Callable[[UnitOfWork, Subject], Any]) -> Callable[[Bihuan, Subject], Any]:
    def act(bihuan: Bihuan, subject: Subject) -> Any:
        with bihuan.unit_of_work() as uow:
            return do(uow, subject)

    return act


def _filling(uow: UnitOfWork) -> UUID:
    task = open_task(uow, started(uow, REVIEW))
    return task.id


def _claimed(uow: UnitOfWork) -> UUID:
    task_id = _filling(uow)
    tasks.claim(uow, task_id, by=PREPARER)
    return task_id


def _filed(uow: UnitOfWork) -> UUID:
    task_id = _claimed(uow)
    tasks.complete(uow, task_id, signed(), by=PREPARER)
    return task_id


def _checking(uow: UnitOfWork) -> UUID:
    task_id = _next(uow, _filed(uow))
    tasks.claim(uow, task_id, by=REVIEWER)
    return task_id


def _send_back(uow: UnitOfWork, task_id: UUID) -> None:
    place, roles = Place("review", "fill"), PREPARER.roles
    returning.send_back(uow, task_id, place, "请补充材料", by=REVIEWER, roles_of=lambda _: roles)


def _thrown(uow: UnitOfWork) -> int:
    code = _listening(uow)
    common = {"jurisdiction_id": 1, "kind": "message", "name": "upper_score", "key": code, "payload": "{}"}
    handovers.send(uow, [{**common, "thrower_id": None, "element_id": None}])
    return uow.session.scalars(select(func.max(Handover.id))).one()


def _delegated(uow: UnitOfWork) -> UUID:
    task_id = _claimed(uow)
    assigning.delegate(uow, task_id, OTHER_PREPARER, by=PREPARER)
    return task_id


def _meeting(uow: UnitOfWork, rule: str = "all") -> UUID:
    return meeting(uow, rule, people(3))[1]


def _signer_added(uow: UnitOfWork) -> tuple[UUID, int]:
    task_id = _meeting(uow)
    _add_signer(uow, task_id)
    found = text("select max(id) from app.sign_item where task_id = :id")
    uow.session.flush()
    return task_id, int(uow.session.execute(found, {"id": task_id}).scalar_one())


def _add_signer(uow: UnitOfWork, task_id: UUID) -> None:
    one = Signer(MEMBERS[9].person_id, MEMBERS[9].name)
    adding_signers.add_signers(uow, task_id, [one], "after", "再听一位", by=CHIEF, oversight=["performance"])


def _vote(uow: UnitOfWork, task_id: UUID) -> None:
    countersigning.vote(uow, task_id, signed(), by=MEMBERS[0])


def _remove_signer(uow: UnitOfWork, subject: tuple[UUID, int]) -> None:
    adding_signers.remove_signer(uow, *subject, "不必了", by=CHIEF, oversight=["performance"])


def _due_timer(uow: UnitOfWork) -> int:
    data = {"subject_code": "x", "opens_at": uow.now() + timedelta(minutes=1)}
    instance_id = started(uow, LATER, data=data)
    return uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance_id)).one()


def _listening(uow: UnitOfWork) -> str:
    code = uuid4().hex[:8]
    started(uow, HEARING, code=code)
    return code


def _due_rungs(uow: UnitOfWork) -> list[int]:
    task_id = _claimed(uow)
    now = text("update app.ladder_rung set at = :now where task_id = :id")
    uow.session.execute(now, {"now": uow.now() - timedelta(minutes=1), "id": task_id})
    return list(uow.session.scalars(select(LadderRung.id).where(LadderRung.task_id == task_id)))


_YEARS = iter(range(1900, 2020))


def _members(uow: UnitOfWork) -> tuple[int, list[int]]:
    campaign_id = planned(uow, REVIEW, year=next(_YEARS))
    campaigns.open_stage(uow, campaign_id, "review", [subject(number) for number in range(1, 6)])
    found = text("select id from app.campaign_subject where campaign_id = :id order by id")
    return campaign_id, list(uow.session.scalars(found, {"id": campaign_id}))


def _planned_stage(uow: UnitOfWork) -> int:
    return planned(uow, REVIEW, year=next(_YEARS))


def _incident(uow: UnitOfWork) -> int:
    instance_id = started(uow, AUTOMATIC, data={"subject_code": "x", "amount": 1, "fails": True})
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    return uow.session.scalars(select(Incident.id).where(Incident.instance_id == instance_id)).one()


def _order(uow: UnitOfWork) -> Any:
    return order("review", published(uow, REVIEW))


def _unsealed(uow: UnitOfWork) -> None:
    _filed(uow)


def _sweep(bihuan: Bihuan, subject: Subject) -> None:
    sweep(bihuan.unit_of_work)


COMMANDS: Mapping[str, Command] = {
    "start": Command(
        _scene(_order), _act(lambda uow, one: instances.start(uow, one, by=SYSTEM)), "instance.duplicate"
    ),
    "cancel": Command(
        _scene(lambda uow: started(uow, REVIEW)),
        _act(lambda uow, one: instances.cancel(uow, one, "重复", by=SYSTEM)),
        "instance.wrong_state",
    ),
    "claim": Command(
        _scene(_filling), _act(lambda uow, one: tasks.claim(uow, one, by=PREPARER)), "task.claimed"
    ),
    "release": Command(
        _scene(_claimed), _act(lambda uow, one: tasks.release(uow, one, by=PREPARER)), "task.not_yours"
    ),
    "complete": Command(
        _scene(_claimed),
        _act(lambda uow, one: tasks.complete(uow, one, signed(), by=PREPARER)),
        "task.wrong_state",
    ),
    "withdraw": Command(
        _scene(_filed), _act(lambda uow, one: withdrawing.withdraw(uow, one, by=PREPARER)), "task.not_last"
    ),
    "return": Command(_scene(_checking), _act(_send_back), "task.wrong_state"),
    "complete a check": Command(
        _scene(_checking),
        _act(lambda uow, one: tasks.complete(uow, one, signed(), by=REVIEWER)),
        "task.wrong_state",
    ),
    "hand over": Command(_scene(_thrown), _act(handing.hand_over)),
    "delegate": Command(
        _scene(_claimed),
        _act(lambda uow, one: assigning.delegate(uow, one, OTHER_PREPARER, by=PREPARER)),
        "task.delegated",
    ),
    "resolve delegation": Command(
        _scene(_delegated),
        _act(lambda uow, one: assigning.resolve_delegation(uow, one, by=OTHER_PREPARER)),
        "task.not_delegated",
    ),
    "transfer": Command(
        _scene(_claimed),
        _act(lambda uow, one: assigning.transfer(uow, one, OTHER_PREPARER, "出差", by=PREPARER)),
        "task.not_yours",
    ),
    "vote": Command(_scene(_meeting), _act(_vote), "sign.already_signed"),
    "deciding vote": Command(_scene(lambda uow: _meeting(uow, "any")), _act(_vote), "sign.already_signed"),
    "add signer": Command(_scene(_meeting), _act(_add_signer), "sign.already_signer"),
    "remove signer": Command(_scene(_signer_added), _act(_remove_signer), "sign.item_not_found"),
    "cc": Command(_scene(_claimed), _act(lambda uow, one: telling.cc(uow, one, [REVIEWER], by=PREPARER))),
    "urge": Command(
        _scene(_filed),
        _act(lambda uow, one: telling.urge(uow, _next(uow, one), "请尽快", by=PREPARER)),
        "task.urged",
    ),
    "save draft": Command(
        _scene(_claimed),
        _act(lambda uow, one: drafts.save(uow, one, {"opinion": "初稿"}, revision=0, by=PREPARER)),
        "draft.conflict",
    ),
    "fire timer": Command(_scene(_due_timer), _act(timers.fire), "done"),
    "message": Command(
        _scene(_listening),
        _act(lambda uow, one: messages.correlate(uow, "upper_score", one, {}, jurisdiction_id=1, by=SYSTEM)),
        "instance.not_found",
    ),
    "reminders": Command(_scene(_due_rungs), _act(ladder.send), noise=("audit ladder.send", "unsealed")),
    "open stage": Command(
        _scene(_planned_stage),
        _act(lambda uow, one: campaigns.open_stage(uow, one, "review", [subject(1)])),
        "campaign.wrong_state",
    ),
    "launch": Command(_scene(_members), _act(lambda uow, one: launching.launch(uow, *one)), "done"),
    "resolve incident": Command(
        _scene(_incident),
        _act(lambda uow, one: incidents.resolve(uow, one, "账套已打开", by=SYSTEM)),
        "incident.resolved",
    ),
    "sweep": Command(_scene(_due_timer), _sweep, "done"),
    "seal": Command(_scene(_unsealed), _act(lambda uow, one: seal(uow)), "done"),
}


def _next(uow: UnitOfWork, task_id: UUID) -> UUID:
    """Return the task that is open in the instance of another."""
    found = text("""
        select other.id from app.user_task mine join app.user_task other using (instance_id)
         where mine.id = :id and other.status = 'open'""")
    return UUID(str(uow.session.execute(found, {"id": task_id}).scalar_one()))
