"""A process that is meant to be killed: `python -m tests.integration.engine.chaos_worker WORK NOW OWNER_URL APP_URL`.

WORK is `timers` (sweep, then run what is in the queue) or `tasks` (claim and complete every open `fill` task).
It begins when it reads a line, so that a spare one can stand ready.
"""

import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from engine import tasks
from engine.clock import VirtualClock
from engine.events import Event
from engine.model.tasks import UserTask
from engine.operations import Step
from engine.storage.database import Database, Login
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from host.workers.jobs import sweep
from host.workers.queueing import drain
from tests.integration.engine.stage import PREPARER, signed

SLOW_SECONDS = 0.02


def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Journal that it was done, slowly enough to be killed in the middle."""
    uow.record(Event("posted", step.instance_id))
    uow.flush()
    time.sleep(SLOW_SECONDS)
    return {"posted": True}


def complete_all(bihuan: Bihuan) -> None:
    """Do what a person does, task by task, each command a transaction of its own."""
    waiting = select(UserTask.id, UserTask.claimed_at).where(
        UserTask.status == "open", UserTask.element_id == "fill"
    )
    with bihuan.unit_of_work() as uow:
        found = uow.session.execute(waiting.order_by(UserTask.id)).all()
    for task_id, claimed_at in found:
        if claimed_at is None:
            with bihuan.unit_of_work() as uow:
                tasks.claim(uow, task_id, by=PREPARER)
        with bihuan.unit_of_work() as uow:
            tasks.complete(uow, task_id, signed(), by=PREPARER)
            time.sleep(SLOW_SECONDS)


def main(work: str, now: str, owner_url: str, app_url: str) -> None:
    """Do one kind of work until nothing is left."""
    login = Login(make_url(owner_url), make_url(app_url))
    settings = Settings.read({"BIHUAN_DATA_DIR": str(Path(gettempdir()) / "unused")})
    clock = VirtualClock(datetime.fromisoformat(now))
    with Bihuan(settings, clock=clock, database=Database(login)) as bihuan:
        bihuan.operations.register("post", post)
        sys.stdin.readline()
        if work == "tasks":
            complete_all(bihuan)
        else:
            sweep(bihuan.unit_of_work)
            drain(bihuan.queue)


if __name__ == "__main__":
    main(*sys.argv[1:])
