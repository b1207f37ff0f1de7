"""A real worker process is killed with -9 when the message has arrived and nothing is recorded yet."""

import time
from datetime import timedelta
from signal import SIGKILL

import pytest

from engine.clock import VirtualClock
from host.composition import Bihuan
from tests.integration.webhooks import worker
from tests.integration.webhooks.conftest import Receiver
from tests.integration.webhooks.scene import added, happen, rows
from webhooks import delivering

PATIENCE = 60
ROW = "select status, attempts from app.webhook_delivery"


@pytest.mark.slow
@pytest.mark.usefixtures("places")
def test_a_worker_that_is_killed_between_sending_and_keeping_loses_nothing(
    bihuan: Bihuan, clock: VirtualClock, receiver: Receiver
) -> None:
    added(bihuan, bihuan.post(), receiver, "task.created")
    happen(bihuan, "task.created")

    receiver.answering.clear()
    first = worker.started(bihuan)
    assert receiver.arrived.wait(PATIENCE)
    first.kill()
    first.join(PATIENCE)
    receiver.answering.set()
    assert first.exitcode == -SIGKILL
    assert rows(bihuan, ROW) == [("planned", 1)]

    clock.set(clock.now() + delivering.LEASE + timedelta(seconds=1))
    second = worker.started(bihuan)
    until = time.monotonic() + PATIENCE
    found: list[object] = []
    while found != [("delivered", 2)] and time.monotonic() < until:
        time.sleep(0.2)
        found = rows(bihuan, ROW)
    second.terminate()
    second.join(PATIENCE)

    assert found == [("delivered", 2)]
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1, "the same id both times: the other side knows it again"
