"""The processes that are killed: workers with their ticker, a ticker alone, clients that act as people do."""

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from engine import returning, tasks, timers, withdrawing
from engine.access import Actor
from engine.bpmn.run import Place
from engine.errors import BihuanError
from engine.events import Event
from engine.feel.compiling import compile_expression
from engine.model.tasks import UserTask
from engine.operations import Step
from engine.storage import database
from engine.storage.errors import StorageUnavailable, is_lost
from engine.uow import UnitOfWork
from forms.library import load
from forms.validation import validate
from host.composition import Bihuan
from host.settings import Settings
from host.workers import scheduler, working
from host.workers.scheduler import Ticker
from tests.chaos.scene import people, roles_of

FROZEN_CODE = "l00000"
SIGNATURE = load("signature")
compile_expression("1 + 1")  # the grammar, once, before the processes fork


@dataclass(frozen=True)
class Part:
    """What a process is told: where, who it is, how fast, and whether the waiting times are shortened."""

    folder: Path
    number: int
    seed: str
    pause: float = 0.0
    quick: bool = False


def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Journal that it was done; for one instance, once, the process freezes in the middle of it."""
    uow.record(Event("posted", step.instance_id))
    uow.flush()
    marker = Path(os.environ["BIHUAN_DATA_DIR"]).parent / "frozen"
    if step.subject_code == FROZEN_CODE and not marker.exists():
        marker.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)
    return {"posted": True}


def work(part: Part) -> None:
    """Be `bihuan worker`: a ticker and the queue's worker in one process."""
    with _opened(part) as bihuan, Ticker(bihuan):
        bihuan.run_worker()


def tick(part: Part) -> None:
    """Be a ticker that runs no jobs."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _opened(part) as bihuan, Ticker(bihuan):
            while True:
                time.sleep(1)
    except KeyboardInterrupt:
        pass


def act(part: Part) -> None:
    """Claim and complete tasks as fast as told, now and then twice, take some back, return some that others hold."""
    rng = Random(part.seed)
    preparer, reviewer = people(part.number)
    log = Told(part.folder / f"told-{part.number}.jsonl")
    with _opened(part) as bihuan:
        while True:
            try:
                found = _choose(bihuan, rng, preparer, reviewer)
            except (SQLAlchemyError, StorageUnavailable):
                time.sleep(0.2)
                continue
            for task_id, element_id, claimed in found:
                by = preparer if element_id == "fill" else reviewer
                _handle(bihuan, rng, log, task_id, by, claimed=claimed)
                if rng.random() < 0.3:
                    _return_one(bihuan, log, reviewer)
                time.sleep(rng.uniform(0, 2 * part.pause))
            if not found:
                time.sleep(0.3)


def _opened(part: Part) -> Bihuan:
    os.environ["BIHUAN_DATA_DIR"] = str(part.folder / "data")
    logging.basicConfig(
        filename=part.folder / "processes.log",
        level=logging.WARNING,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
    )
    if part.quick:
        timers.LEASE /= 6
        database.IDLE_SECONDS = 5
        scheduler.DEAD_SECONDS = 6
        working.HEARTBEAT_SECONDS = 1
    while True:
        try:
            bihuan = Bihuan(Settings.read())
        except (SQLAlchemyError, StorageUnavailable) as error:
            if not is_lost(error):
                raise
            time.sleep(0.3)
        else:
            break
    bihuan.operations.register("post", post)
    return bihuan


def _choose(bihuan: Bihuan, rng: Random, preparer: Actor, reviewer: Actor) -> list[tuple[UUID, str, bool]]:
    """Return some open tasks: first those in one's own hands, then any that nobody holds."""
    mine = UserTask.assignee_id.in_([preparer.person_id, reviewer.person_id])
    waiting = select(UserTask.id, UserTask.element_id, UserTask.assignee_id).where(
        UserTask.status == "open",
        UserTask.element_id.in_(["fill", "check"]),
        or_(mine, UserTask.assignee_id.is_(None)),
    )
    some = waiting.order_by(UserTask.assignee_id.is_(None), func.random()).limit(10)
    with bihuan.unit_of_work() as uow:
        return [(row[0], row[1], row[2] is not None) for row in uow.session.execute(some)]


def _handle(bihuan: Bihuan, rng: Random, log: "Told", task_id: UUID, by: Actor, *, claimed: bool) -> None:
    if not claimed and _try(bihuan, log, "claimed", task_id, by, tasks.claim) != "done":
        return
    agreed = by.person_id is None or by.person_id < 2000 or rng.random() > 0.1
    form = validate(SIGNATURE, {"agreed": agreed, "opinion": "" if agreed else "请补充材料"})

    def complete(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
        tasks.complete(uow, task_id, form, by=by)

    told = _try(bihuan, log, "completed", task_id, by, complete)
    if told == "lost" or rng.random() < 0.1:
        _try(bihuan, log, "completed", task_id, by, complete)  # nobody answered, or a double click
    if told == "done" and rng.random() < 0.05:
        _try(bihuan, log, "withdrawn", task_id, by, withdrawing.withdraw)


def _return_one(bihuan: Bihuan, log: "Told", by: Actor) -> None:
    """Send back a task that somebody holds, and may be completing at this moment."""
    held = (UserTask.status == "open", UserTask.element_id == "check", UserTask.assignee_id.is_not(None))
    newest = select(UserTask.id).where(*held).order_by(UserTask.claimed_at.desc()).limit(1)
    try:
        with bihuan.unit_of_work() as uow:
            task_id = uow.session.scalar(newest)
    except (SQLAlchemyError, StorageUnavailable):
        return
    if task_id is not None:
        _try(bihuan, log, "returned", task_id, by, send_back)


def send_back(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Send a review back to who filled it in, whoever holds it."""
    place, why = Place("review", "fill"), "请补充材料"
    returning.send_back(uow, task_id, place, why, by=by, roles_of=roles_of, oversight=["section"])


def _try(bihuan: Bihuan, log: "Told", what: str, task_id: UUID, by: Actor, command: Any) -> str:
    """Do one command in a transaction of its own and keep what one was told: `done`, a code, or `lost`."""
    try:
        with bihuan.unit_of_work() as uow:
            command(uow, task_id, by=by)
        told = "done"
    except StorageUnavailable:
        told = "lost"
    except BihuanError as refused:
        told = refused.code
    except SQLAlchemyError as error:
        if not is_lost(error):
            raise
        told = "lost"
    log.keep(what, task_id, told)
    return told


class Told:
    """The paper on which a client notes what it was told; it outlives the client."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def keep(self, what: str, task_id: UUID, told: str) -> None:
        """Add one line, in one write."""
        os.write(self._handle, (json.dumps([what, str(task_id), told]) + "\n").encode())


ROLES = {"worker": work, "ticker": tick, "client": act}


def play(role: str, part: Part) -> None:
    """Be one of the processes until killed or stopped."""
    sys.stdout = sys.stderr
    ROLES[role](part)
