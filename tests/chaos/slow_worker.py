"""A worker that starts fifty instances whose timers are due, and needs a second for each: to be stopped half-way."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.events import Event
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from host.workers.scheduler import Ticker
from tests.chaos.scene import LATER
from tests.integration.engine.stage import started

NUMBER = 50


def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> None:
    """Journal it, slowly."""
    uow.record(Event("posted", step.instance_id))
    time.sleep(1)


def main() -> None:
    """Be a worker."""
    with Bihuan(Settings.read()) as bihuan:
        bihuan.operations.register("post", post)
        with bihuan.unit_of_work() as uow:
            for _ in range(NUMBER):
                opens_at = datetime.now(UTC) + timedelta(seconds=5)
                started(uow, LATER, data={"subject_code": "x", "opens_at": opens_at})
        with Ticker(bihuan):
            bihuan.run_worker()


if __name__ == "__main__":
    main()
