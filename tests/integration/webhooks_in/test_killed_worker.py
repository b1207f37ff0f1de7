"""A real worker is killed with -9 while it applies a call: it is applied exactly once all the same."""

import time
from datetime import timedelta
from signal import SIGKILL

import pytest

from engine.clock import VirtualClock
from host.composition import Bihuan
from tests.integration.webhooks.worker import AFTER_COMMIT, BEFORE_COMMIT, started
from tests.integration.webhooks_in.caller import Caller
from tests.integration.webhooks_in.test_applying import status, waiting_for
from webhooks.inbound import applying

PATIENCE = 60
DONE = "select count(*) from app.event where type = 'message.received' and instance_id = :id"
AUDITED = "select count(*) from app.audit_entry where action = 'call.apply'"


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", ["app.message_subscription", "UPDATE app.inbound_call", BEFORE_COMMIT, AFTER_COMMIT]
)
def test_a_call_is_applied_exactly_once_wherever_its_worker_is_killed(
    caller: Caller, bihuan: Bihuan, clock: VirtualClock, point: str
) -> None:
    code = f"K-{point}"
    instance = waiting_for(bihuan, "papers", code)
    before = caller.rows(AUDITED)[0][0]
    assert caller.send("message.sent", {"name": "papers", "key": code}).status_code == 202

    first = started(bihuan, point)
    first.join(PATIENCE)
    assert first.exitcode == -SIGKILL, f"not killed at {point}"
    done = point == AFTER_COMMIT
    assert status(bihuan, instance) == ("completed" if done else "active"), "all of it or nothing"
    assert caller.rows("select status from app.inbound_call") == [("applied" if done else "accepted",)]

    clock.set(clock.now() + applying.LEASE + timedelta(seconds=1))
    second, until = started(bihuan), time.monotonic() + PATIENCE
    while caller.rows("select status from app.inbound_call") != [("applied",)] and time.monotonic() < until:
        time.sleep(0.2)
    second.terminate()
    second.join(PATIENCE)

    assert status(bihuan, instance) == "completed"
    assert caller.rows(DONE, id=instance) == [(1,)]
    assert caller.rows(AUDITED)[0][0] == before + 1
