"""A worker one of whose operations never ends: in this process, or at the server (BIHUAN_LOG_LEVEL=debug)."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from engine.events import Event
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from host.workers import vigil
from host.workers.scheduler import Ticker
from tests.chaos.scene import LATER
from tests.integration.engine.stage import started

HOUR = 3_600


def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> None:
    """Journal it, or hang."""
    uow.record(Event("posted", step.instance_id))
    if step.data.get("hangs") == "here":
        time.sleep(HOUR)
    if step.data.get("hangs") == "there":
        uow.session.execute(text(f"select pg_sleep({HOUR})"))


def main() -> None:
    """Be a worker with one instance that hangs and one that does not."""
    vigil.HUNG_SECONDS = 3
    settings = Settings.read()
    with Bihuan(settings) as bihuan:
        bihuan.operations.register("post", post)
        hangs = "there" if settings.log_level == "debug" else "here"
        with bihuan.unit_of_work() as uow:
            for data in ({"hangs": hangs}, {"hangs": "not"}):
                opens_at = datetime.now(UTC) + timedelta(seconds=2)
                started(uow, LATER, data={"subject_code": "x", "opens_at": opens_at, **data})
        with Ticker(bihuan):
            bihuan.run_worker()


if __name__ == "__main__":
    main()
