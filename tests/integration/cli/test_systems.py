"""Other systems at the terminal: who is told, who may call, and what of their calls waits."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from engine.clock import VirtualClock
from host.composition import Bihuan
from host.web.application import create_app
from host.workers.hearing import hear_some
from tests.integration.cli.conftest import Operate
from tests.integration.webhooks_in.caller import Caller

PLACE = (
    "insert into app.jurisdiction (id, code, name) values (1, 'riverside', '河畔县') on conflict do nothing"
)
PAID = {"year": 2021, "as_of": "2021-02-28", "rows": [{"project": "OLD", "executed_amount": 1}]}


@pytest.fixture(autouse=True)
def place(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text(PLACE))


def test_a_receiver_is_added_tried_paused_and_removed(operate: Operate) -> None:
    asked = ("--jurisdiction", "riverside", "--name", "总线", "--address", "https://bus.invalid/")
    status, said = operate("webhook", "add", *asked, "--event", "task.*")
    assert status == 0 and "whsec_" in said
    (number,) = re.findall(r"接收方 (\d+)", said)

    assert "bus.invalid" in operate("webhook", "list")[1]
    assert operate("webhook", "test", number)[0] == 0
    assert "webhook.tested" in operate("webhook", "deliveries", number)[1]
    assert operate("webhook", "pause", number, "--reason", "维护") == (0, "已暂停。\n")
    assert "已暂停:维护" in operate("webhook", "list")[1]
    assert operate("webhook", "remove", number) == (0, "已删除。\n")
    assert operate("webhook", "remove", number)[0] == 1


def test_a_source_is_added_its_calls_listed_matched_and_dropped(
    bihuan: Bihuan, clock: VirtualClock, operate: Operate
) -> None:
    asked = ("--jurisdiction", "riverside", "--name", "总线", "--type", "payment.progress")
    status, said = operate("source", "add", *asked)
    assert status == 0 and "/api/in/" in said
    (number,), (key,) = re.findall(r"/api/in/(\d+)", said), re.findall(r"whsec_\S+", said)
    assert "whsec_" not in operate("source", "list")[1]
    assert operate("source", "pause", number, "--reason", "维护")[0] == 0
    assert "已暂停:维护" in operate("source", "list")[1]
    assert operate("source", "resume", number)[0] == 0
    assert key not in operate("source", "new-key", number)[1]
    assert operate("source", "add", "--jurisdiction", "nowhere", *asked[2:])[0] == 1

    caller = Caller(bihuan, create_app(bihuan, secret="s" * 40))
    caller.say("payment.progress", PAID)
    (found,) = json.loads(operate("source", "calls", "--json")[1])
    call = str(found["id"])
    assert "没有编码为“OLD”的项目" in operate("source", "calls")[1]
    assert operate("source", "retry", call, "--as", "OLD")[0] == 1
    assert operate("source", "retry", call, "--as", "project:OLD=NEW")[0] == 0
    clock.set(datetime.now(UTC) + timedelta(minutes=1))  # the terminal goes by the machine's time
    while hear_some(bihuan.unit_of_work, bihuan.unit_of_work):
        pass
    assert "没有编码为“NEW”的项目" in operate("source", "calls")[1]
    assert operate("source", "drop", call, "--reason", "对方发错")[0] == 0
    assert "没有这样的来信" in operate("source", "calls")[1]
    assert "对方发错" in operate("source", "calls", "--status", "dropped")[1]
