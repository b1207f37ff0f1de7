"""Robots: each service's shape and signature, on a real receiver; secrets that never come out again."""

import base64
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from engine import definitions
from engine.clock import VirtualClock
from engine.errors import InvalidInput, NotFound
from engine.parameters import parameters
from host.composition import Bihuan
from host.telling import robots
from host.telling.sending import Postman
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import BODY, UNIT, open_task, started
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import come, made, post, reachable, rows, told
from webhooks.client import Client

pytestmark = pytest.mark.usefixtures("county")
SECRET = "SEC-a-signing-secret"


class Group:
    """A group's robot as its service runs it. said: what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], Any]] = []
        self.said: dict[str, Any] = {"errcode": 0, "code": 0}
        self.status, self.extra = 200, dict[str, str]()
        group = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                group.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer = json.dumps(group.said).encode()
                self.send_response(group.status)
                for name, value in group.extra.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/robot?key=very-secret"


@pytest.fixture
def group() -> Iterator[Group]:
    found = Group()
    yield found
    found.server.shutdown()
    found.server.server_close()


def added(bihuan: Bihuan, postman: Postman, group: Group, channel: str, **more: Any) -> int:
    asked: dict[str, Any] = {
        "organisation_id": UNIT,
        "channel": channel,
        "name": "绩效群",
        "address": group.address,
        "secret": "",
        "kinds": ["reminder", "return"],
        "language": "zh",
    }
    with bihuan.unit_of_work() as uow:
        return robots.add(uow, postman.vault, postman.schemes, **(asked | more), by=uow.actor)


def test_wecom_gets_one_markdown_message_for_everything_that_is_due(
    bihuan: Bihuan, clock: VirtualClock, postman: Postman, group: Group
) -> None:
    added(bihuan, postman, group, "wecom")
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    for _ in range(24):
        told(bihuan, task_id=task.id)
    told(bihuan, "urge", task_id=task.id)

    post(bihuan, postman)

    [(path, headers, body)] = group.got
    assert path == "/robot?key=very-secret" and body["msgtype"] == "markdown"
    text = body["markdown"]["content"]
    assert text.startswith("**您有 25 条消息**")
    assert "您有 25 条消息" in text and "10 天后到期" in text and "另有 5 条" in text
    [letter] = rows(bihuan, "select id, status from app.letter")
    assert (headers["idempotency-key"], letter.status) == (str(letter.id), "delivered")


def test_dingtalk_is_signed_with_the_moment_in_the_address(
    bihuan: Bihuan, clock: VirtualClock, postman: Postman, group: Group
) -> None:
    added(bihuan, postman, group, "dingtalk", secret=SECRET)
    told(bihuan, task_id=made(bihuan).id)

    post(bihuan, postman)

    [(path, _, body)] = group.got
    asked = parse_qs(urlsplit(path).query)
    moment = str(int(clock.now().timestamp() * 1000))
    digest = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), sha256).digest()
    assert (asked["key"], asked["timestamp"]) == (["very-secret"], [moment])
    assert base64.b64decode(asked["sign"][0]) == digest
    assert body["msgtype"] == "markdown" and body["markdown"]["title"]


def test_feishu_is_signed_in_the_body(
    bihuan: Bihuan, clock: VirtualClock, postman: Postman, group: Group
) -> None:
    added(bihuan, postman, group, "feishu", secret=SECRET, language="en")
    told(bihuan, task_id=made(bihuan).id)

    post(bihuan, postman)

    [(_, _, body)] = group.got
    moment = str(int(clock.now().timestamp()))
    digest = hmac.new(f"{moment}\n{SECRET}".encode(), b"", sha256).digest()
    assert (body["timestamp"], body["sign"]) == (moment, base64.b64encode(digest).decode())
    assert body["msg_type"] == "text" and "sent it back" in body["content"]["text"]


def test_a_stage_says_by_which_ways_and_in_which_words_its_people_are_told(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman, group: Group
) -> None:
    reachable(bihuan)
    added(bihuan, postman, group, "wecom", kinds=["reminder", "escalation"])
    ladder = {
        "before": [5],
        "after": [2],
        "recipients": {"-5": ["assignee"], "2": ["assignee"]},
        "channels": {"-5": ["mail"], "2": ["group"]},
        "wordings": {"-5": "请先核对支付进度"},
    }
    own = parameters({**BODY, "ladders": {**BODY["ladders"], "standard@review": ladder}})
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.ladder_rung"))
        definitions.keep_parameters(uow, own)
        task = open_task(uow, started(uow, REVIEW, parameter_hash=own.hash))
        uow.session.expunge(task)

    come(bihuan, clock, task, -5)
    post(bihuan, postman)
    [letter] = mailbox.got
    part = letter.get_body(("plain",))
    assert part and "请先核对支付进度" in part.get_content()
    assert not group.got

    come(bihuan, clock, task, 2)
    post(bihuan, postman)
    [(_, _, body)] = group.got
    assert "已逾期" in body["markdown"]["content"] and len(mailbox.got) == 1
    assert len(rows(bihuan, "select id from app.message")) == 2, "the pages tell always"


@pytest.mark.parametrize(
    ("status", "said"), [(200, {"errcode": 45009, "errmsg": "api freq out of limit"}), (503, {}), (200, [])]
)
def test_what_a_robot_does_not_take_is_told_again(
    bihuan: Bihuan, clock: VirtualClock, postman: Postman, group: Group, status: int, said: Any
) -> None:
    added(bihuan, postman, group, "wecom")
    told(bihuan, task_id=made(bihuan).id)
    group.status, group.said = status, said
    post(bihuan, postman)
    [letter] = rows(bihuan, "select status, told from app.letter")
    assert letter.status == "planned" and str(said and 45009 if status == 200 and said else "") in letter.told

    group.status, group.said = 200, {"errcode": 0}
    clock.set(clock.now() + timedelta(minutes=3))
    post(bihuan, postman)

    assert len({headers["idempotency-key"] for _, headers, _ in group.got}) == 1
    assert rows(bihuan, "select status, attempts from app.letter") == [("delivered", 2)]


def test_a_redirect_is_not_followed_and_the_inside_is_not_knocked_at(
    bihuan: Bihuan, clock: VirtualClock, postman: Postman, group: Group
) -> None:
    added(bihuan, postman, group, "wecom")
    told(bihuan, task_id=made(bihuan).id)
    group.status, group.extra = 302, {"Location": group.address}
    post(bihuan, postman)
    assert len(group.got) == 1

    clock.set(clock.now() + timedelta(minutes=3))
    post(bihuan, replace(postman, client=Client()))
    assert len(group.got) == 1
    assert "BIHUAN_WEBHOOK_NETWORKS" in rows(bihuan, "select told from app.letter")[0].told


def test_address_and_secret_are_encrypted_and_stand_in_no_list_and_no_audit(
    bihuan: Bihuan, postman: Postman, group: Group
) -> None:
    added(bihuan, postman, group, "dingtalk", secret=SECRET)

    kept = str(rows(bihuan, "select * from app.robot")) + str(
        rows(bihuan, "select data from app.audit_entry where action like 'robot.%'")
    )
    with bihuan.unit_of_work() as uow:
        kept += str(robots.listed(uow, 1))
    assert "very-secret" not in kept and SECRET not in kept


def test_a_changed_robot_keeps_its_address_and_secret_unless_it_is_given_others(
    bihuan: Bihuan, postman: Postman, group: Group
) -> None:
    number = added(bihuan, postman, group, "dingtalk", secret=SECRET)
    other: dict[str, Any] = {"name": "新群", "kinds": ["urge"], "language": "en"}

    def changed(address: str, secret: str) -> str:
        with bihuan.unit_of_work() as uow:
            more = {"address": address, "secret": secret, **other}
            robots.change(uow, postman.vault, postman.schemes, number, **more, by=uow.actor)
            robots.test(uow, number, by=uow.actor)
        post(bihuan, postman)
        return group.got[-1][0]

    assert "sign=" in changed("", "") and "very-secret" in changed("", "SEC-another")
    assert "sign=" in group.got[-1][0]
    assert "sign=" not in changed(group.address.replace("very-secret", "other"), "")
    assert "key=other" in group.got[-1][0] and "This is a test" in str(group.got[-1][2])
    with bihuan.unit_of_work() as uow:
        assert [(one.name, one.kinds) for one in robots.listed(uow, 1)] == [("新群", ["urge"])]
    told = str(rows(bihuan, "select data from app.audit_entry where action = 'robot.change'"))
    assert "very-secret" not in told and "SEC-another" not in told


def test_a_paused_robot_is_told_nothing_and_a_test_says_that_it_is_one(
    bihuan: Bihuan, postman: Postman, group: Group
) -> None:
    number = added(bihuan, postman, group, "wecom")
    with bihuan.unit_of_work() as uow:
        robots.pause(uow, number, by=uow.actor)
    told(bihuan, task_id=made(bihuan).id)
    post(bihuan, postman)
    assert not group.got

    with bihuan.unit_of_work() as uow:
        robots.resume(uow, number, by=uow.actor)
        robots.test(uow, number, by=uow.actor)
    post(bihuan, postman)
    [(_, _, body)] = group.got
    assert "测试消息" in body["markdown"]["content"]
    with bihuan.unit_of_work() as uow:
        robots.remove(uow, number, by=uow.actor)
        with pytest.raises(NotFound):
            robots.remove(uow, number, by=uow.actor)


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "telegraph"},
        {"name": " "},
        {"kinds": []},
        {"address": "ftp://example.test"},
        {"channel": "wecom", "secret": "x"},
        {"channel": "apprise", "address": "slack://a/b/c"},
    ],
)
def test_bad_orders_say_what_is_wrong(
    bihuan: Bihuan, postman: Postman, group: Group, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        added(bihuan, postman, group, **({"channel": "wecom"} | wrong))
