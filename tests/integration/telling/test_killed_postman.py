"""A real worker process is killed with -9 when the letter has arrived and nothing is recorded yet."""

import time
from datetime import timedelta
from signal import SIGKILL

import pytest

from engine.clock import VirtualClock
from host.composition import Bihuan
from host.telling import letters
from tests.integration.telling import worker
from tests.integration.telling.conftest import SENDER
from tests.integration.telling.mailbox import HOST, Mailbox
from tests.integration.telling.scene import reachable, rows, told
from tests.integration.webhooks.authority import Authority

PATIENCE = 60
ROW = "select status, attempts from app.letter"


@pytest.mark.slow
@pytest.mark.usefixtures("county")
def test_a_worker_that_is_killed_between_sending_and_keeping_loses_no_letter(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, authority: Authority
) -> None:
    environment = {
        "BIHUAN_DATA_DIR": str(bihuan.settings.data_dir),
        "BIHUAN_WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
        "BIHUAN_SMTP_HOST": HOST,
        "BIHUAN_SMTP_PORT": str(mailbox.port),
        "BIHUAN_SMTP_FROM": SENDER,
        "BIHUAN_SMTP_AUTHORITIES": str(authority.file),
    }
    reachable(bihuan)
    told(bihuan)

    mailbox.answering.clear()
    first = worker.started(bihuan, environment)
    assert mailbox.arrived.wait(PATIENCE)
    first.kill()
    first.join(PATIENCE)
    mailbox.answering.set()
    assert first.exitcode == -SIGKILL
    assert rows(bihuan, ROW) == [("planned", 1)]

    clock.set(clock.now() + letters.LEASE + timedelta(seconds=1))
    second = worker.started(bihuan, environment)
    until = time.monotonic() + PATIENCE
    found: list[object] = []
    while found != [("delivered", 2)] and time.monotonic() < until:
        time.sleep(0.2)
        found = rows(bihuan, ROW)
    second.terminate()
    second.join(PATIENCE)

    assert found == [("delivered", 2)]
    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1, "the same Message-ID both times: the reader's program knows it again"
