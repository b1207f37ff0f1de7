"""The crew: processes of their own that do people's work and drain the queue, on the clock they are told."""

import os
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self
from uuid import UUID

from engine import messages, tasks
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.errors import BihuanError
from engine.storage.database import Database, Login
from forms.errors import FormInvalid
from forms.prefilling import prefilled
from host.composition import Bihuan
from host.filing import desk_of, file_task
from host.settings import Settings
from host.simulation.answering import BEGUN, answer
from host.simulation.situation import Situation
from host.workers.queueing import drain
from ledger.importing.ledger_file import LedgerFile

MOST = 4


class CrewFailed(BihuanError):
    """A crew process could not do its errand: the ledger's data or our code is wrong; facts hold the traces."""

    code = "simulation.crew_failed"

    def __init__(self, troubles: "Sequence[Trouble]") -> None:
        places = sorted({trouble.place for trouble in troubles})
        causes = sorted({trouble.cause for trouble in troubles})
        super().__init__(
            f"模拟人员办理{'、'.join(places)}时停住:{' '.join(causes)} "
            "本次模拟已放弃;请核对台账中这些对象的内容,改正后重新运行。",
            traces=[trouble.trace for trouble in troubles],
        )


@dataclass(frozen=True)
class Trouble:
    """Why an errand failed. place: whose work it was; cause: in a sentence; trace: for programmers."""

    place: str
    cause: str
    trace: str


@dataclass(frozen=True)
class Errand:
    """One task to be claimed and completed by somebody; place: the fields of Situation that tell where it is."""

    task_id: UUID
    actor: Actor
    place: Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """A message from outside that an instance waits for."""

    name: str
    key: str
    jurisdiction_id: int
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Post:
    """What a crew process needs to begin."""

    settings: Settings
    login: Login
    now: datetime
    ledger: LedgerFile
    seed: int
    policy: Mapping[str, Any]


class Crew:
    """Several processes that share the work of one instant; a context manager."""

    def __init__(self, post: Post, size: int | None = None) -> None:
        context = get_context("spawn")
        self._members: list[tuple[BaseProcess, Connection]] = []
        for _ in range(size or max(1, min(MOST, os.cpu_count() or 1))):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(post, theirs), daemon=True)
            process.start()
            theirs.close()
            self._members.append((process, ours))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process, pipe in self._members:
            pipe.close()
            process.join(timeout=10)

    def drain(self, now: datetime) -> None:
        """Run every job of the queue, all processes at once."""
        self._together([("drain", now, None)] * len(self._members))

    def work(self, now: datetime, errands: Sequence[Errand | Letter]) -> None:
        """Do the errands of one instant; the tasks are of different instances or independent."""
        size = len(self._members)
        self._together([("work", now, errands[part::size]) for part in range(min(size, len(errands)))])

    def _together(self, orders: Sequence[tuple[str, datetime, Any]]) -> None:
        busy = list(zip(self._members, orders, strict=False))
        for (_, pipe), order in busy:
            pipe.send(order)
        problems = [found for (_, pipe), _ in busy if (found := _answer(pipe))]
        if problems:
            raise CrewFailed(problems)


def _answer(pipe: Connection) -> Trouble | None:
    try:
        found: Trouble | None = pipe.recv()
    except EOFError:
        return Trouble("手头的工作", "办理进程意外结束。", "")
    return found


def _serve(post: Post, pipe: Connection) -> None:
    clock = VirtualClock(post.now)
    with Bihuan(post.settings, clock=clock, database=Database(post.login)) as bihuan:
        while True:
            try:
                order, now, errands = pipe.recv()
            except EOFError:
                return
            clock.set(now)
            pipe.send(_attempt(bihuan, post, order, errands))


def _attempt(bihuan: Bihuan, post: Post, order: str, errands: Sequence[Errand | Letter]) -> Trouble | None:
    place = "队列中的作业"
    try:
        if order == "drain":
            drain(bihuan.queue)
            return None
        for errand in errands:
            if isinstance(errand, Letter):
                place = f"“{errand.key}”的来文"
                _deliver(bihuan, errand)
            else:
                place = f"“{errand.place['subject_code']}”的表单 {errand.place['form_key']} "
                _run(bihuan, post, errand)
    except Exception as error:  # noqa: BLE001 a worker's loop: told to the parent, which stops the year
        return Trouble(place, _cause(error), traceback.format_exc())
    return None


def _cause(error: Exception) -> str:
    """Return an error in one sentence; a form names its first places."""
    if isinstance(error, FormInvalid):
        return f"{error.text}{' '.join(one.text for one in error.errors[:3])}"
    return error.text if isinstance(error, BihuanError) else f"程序出错({type(error).__name__}: {error})。"


def _run(bihuan: Bihuan, post: Post, errand: Errand) -> None:
    """Claim the task and file its form, each a command of its own, as a person would."""
    situation = Situation(ledger=post.ledger, seed=post.seed, policy=post.policy, **errand.place)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, errand.task_id, by=errand.actor)
    with bihuan.unit_of_work() as uow:
        typed = answer(situation)
        if situation.form_key in BEGUN:
            desk = desk_of(uow, errand.task_id)
            typed = {**prefilled(desk.definition, context=desk.context, functions=desk.functions), **typed}
        file_task(uow, errand.task_id, typed, by=errand.actor)


def _deliver(bihuan: Bihuan, letter: Letter) -> None:
    with bihuan.unit_of_work() as uow:
        messages.correlate(
            uow, letter.name, letter.key, letter.payload, jurisdiction_id=letter.jurisdiction_id, by=SYSTEM
        )
