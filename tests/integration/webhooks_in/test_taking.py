"""What is taken of a call, and what is refused before anything is kept."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from engine.access import SYSTEM
from engine.clock import VirtualClock
from host.composition import Bihuan
from host.web.rates import Kind, Rates
from tests.integration.webhooks_in.caller import Caller, event, told
from tests.web.serving import serve
from webhooks.inbound import accepting, sources
from webhooks.inbound.envelope import LARGEST

PAID: dict[str, Any] = {
    "year": 2021,
    "as_of": "2021-02-28",
    "rows": [{"project": "P1", "executed_amount": "12345.67"}],
}
COUNT = "select count(*) from app.inbound_call"


def kept(caller: Caller) -> int:
    """Return how many calls are kept."""
    return int(caller.rows(COUNT)[0][0])


def test_a_signed_call_is_taken_without_session_cookie_or_form_token(caller: Caller) -> None:
    answer = caller.send("payment.progress", PAID, "msg_1")

    assert (answer.status_code, answer.json) == (202, {"id": "msg_1", "status": "accepted"})
    assert "Set-Cookie" not in answer.headers
    assert caller.rows("select type, status, attempts from app.inbound_call") == [
        ("payment.progress", "accepted", 0)
    ]


def test_the_same_id_gets_the_same_answer_and_is_kept_once(caller: Caller) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    first, again = (caller.post(body, caller.signed(body, "msg_1")) for _ in range(2))
    other = caller.send("payment.progress", {**PAID, "year": 2020, "as_of": "2021-01-01"}, "msg_1")

    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert (other.status_code, told(other)["code"]) == (409, "call.id_reused")
    caller.heard()
    third = caller.post(body, caller.signed(body, "msg_1"))
    assert (third.status_code, third.json) == (first.status_code, first.json), "after it was applied too"
    assert kept(caller) == 1


def test_doubled_ids_at_once_are_kept_once(caller: Caller, county: Flask) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    headers = caller.signed(body, "msg_1")

    def post(_: int) -> tuple[int, Any]:
        client = county.test_client()
        answer = client.post(f"/api/in/{caller.id}", data=body, headers=headers)
        return answer.status_code, answer.json

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(post, range(16)))

    assert answers == [(202, {"id": "msg_1", "status": "accepted"})] * 16
    assert kept(caller) == 1


@pytest.mark.parametrize("spoiled", ["body", "id", "moment", "key", "version", "empty", "no base64"])
def test_whatever_is_spoiled_is_refused_in_the_same_words(caller: Caller, spoiled: str) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    headers = caller.signed(body, "msg_1")
    moment = str(int(headers["webhook-timestamp"]) + 1)
    changes = {
        "id": {"webhook-id": "msg_2"},
        "moment": {"webhook-timestamp": moment},
        "key": {
            "webhook-signature": Webhook(caller.key[:-6] + "AAAAA=").sign(
                "msg_1", caller.bihuan.clock.now(), body.decode()
            )
        },
        "version": {"webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")},
        "empty": {"webhook-signature": ""},
        "no base64": {"webhook-signature": "v1,äöü v1,= v1"},
    }
    answer = caller.post(body + b" " if spoiled == "body" else body, headers | changes.get(spoiled, {}))

    assert (answer.status_code, told(answer)["code"]) == (403, "call.refused")
    assert kept(caller) == 0


def test_an_unknown_source_is_refused_like_a_wrong_signature(caller: Caller) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    stranger = caller.client.post("/api/in/999999", data=body, headers=caller.signed(body, "msg_1"))
    wrong = caller.post(body + b" ", caller.signed(body, "msg_1"))

    assert stranger.status_code == wrong.status_code == 403
    assert told(stranger)["detail"] == told(wrong)["detail"]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_timestamp_is_refused(caller: Caller, minutes: int) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    at = caller.bihuan.clock.now() + timedelta(minutes=minutes)

    assert caller.post(body, caller.signed(body, "msg_1", at)).status_code == 403
    near = caller.bihuan.clock.now() + timedelta(minutes=minutes * 0.8)
    assert caller.post(body, caller.signed(body, "msg_1", near)).status_code == 202


def test_a_replay_after_the_window_is_refused_and_within_it_changes_nothing(
    caller: Caller, clock: VirtualClock
) -> None:
    body = json.dumps(event("payment.progress", PAID)).encode()
    headers = caller.signed(body, "msg_1")
    assert [caller.post(body, headers).status_code for _ in range(2)] == [202, 202]
    clock.set(clock.now() + timedelta(minutes=10))

    assert caller.post(body, headers).status_code == 403
    assert kept(caller) == 1


def test_a_huge_body_is_refused_unread(caller: Caller) -> None:
    body = b" " * (LARGEST + 1)

    assert caller.post(body, caller.signed(body, "msg_1")).status_code == 413
    assert kept(caller) == 0


@pytest.mark.parametrize(
    "body",
    [
        *(b"[" * 100_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b"", b"null", b"[]", b"{}", b'"x"'),
        *(b"\xff\xfe", b'{"specversion": "1.0"}', b"NaN", b"1e999", b'{"a": 1' + b"0" * 5_000 + b"}"),
    ],
)
def test_what_is_no_call_is_refused_with_a_reason(caller: Caller, body: bytes) -> None:
    signature = Webhook(caller.key)
    now = caller.bihuan.clock.now()
    try:
        signed = caller.signed(body, "msg_1")
    except UnicodeDecodeError:
        assert signature
        signed = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": "v1,x",
        }
    answer = caller.post(body, signed)

    assert answer.status_code in (403, 422)
    assert told(answer)["detail"]
    assert kept(caller) == 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"surprise": 1}, "data.surprise"),
        ({"year": "2021"}, "data.year"),
        ({"as_of": "2021-02-30"}, "data.as_of"),
        ({"as_of": "2031-01-01"}, "data.as_of"),
        ({"rows": []}, "data.rows"),
        ({"rows": [{"project": "P1"}]}, "data.rows[0].executed_amount"),
        ({"rows": [{"project": "P1", "executed_amount": -1}]}, "data.rows[0].executed_amount"),
        ({"rows": [{"project": "P1", "executed_amount": "1.234"}]}, "data.rows[0].executed_amount"),
        ({"rows": [{"project": "P1", "executed_amount": "1e400"}]}, "data.rows[0].executed_amount"),
        ({"rows": [{"project": "P1", "executed_amount": "NaN"}]}, "data.rows[0].executed_amount"),
        ({"rows": [{"project": "P1", "executed_amount": 1, "note": ""}]}, "data.rows[0].note"),
        ({"rows": [{"project": "P1\x00", "executed_amount": 1}]}, ""),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_with_its_place(
    caller: Caller, change: dict[str, Any], path: str
) -> None:
    answer = caller.send("payment.progress", PAID | change)

    assert (answer.status_code, told(answer)["code"]) == (422, "call.invalid")
    assert path in [one["path"] for one in told(answer)["errors"]]
    assert kept(caller) == 0


def test_unknown_attributes_types_and_versions_are_refused(caller: Caller) -> None:
    for change in ({"traceparent": "00"}, {"specversion": "0.3"}, {"type": "bihuan.task.created"}):
        answer = caller.send("payment.progress", PAID, **change)
        assert answer.status_code == 422, change


def test_a_source_says_only_what_it_may(call: Callable[..., Caller]) -> None:
    caller = call(call_types=["payment.progress", "message.sent"], messages=["papers"])

    scores = {"year": 2021, "rows": [{"project": "P1", "passed": True}]}
    assert told(caller.send("upper.scored", scores))["code"] == "call.type_not_allowed"
    waiver = caller.send("message.sent", {"name": "stage.waived", "key": "x"})
    assert (waiver.status_code, told(waiver)["code"]) == (403, "call.message_not_allowed")
    assert kept(caller) == 0


def test_a_paused_source_is_asked_to_come_later(caller: Caller, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        sources.pause(uow, caller.id, "维护", by=SYSTEM)
    answer = caller.send("payment.progress", PAID)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")

    with bihuan.unit_of_work() as uow:
        sources.resume(uow, caller.id, by=SYSTEM)
    assert caller.send("payment.progress", PAID).status_code == 202


def test_after_a_new_key_the_old_one_is_good_for_a_week(
    caller: Caller, bihuan: Bihuan, clock: VirtualClock
) -> None:
    old = caller.key
    with bihuan.unit_of_work() as uow:
        new = sources.new_key(uow, bihuan.source_vault(), caller.id, by=SYSTEM)

    found = []
    for days in (0, 8):
        clock.set(clock.now() + timedelta(days=days))
        for caller.key in (old, new):
            found.append(caller.send("payment.progress", PAID).status_code)

    assert found == [202, 202, 403, 202]
    assert old not in str(caller.rows("select secret, previous_secret from app.inbound_source"))


def test_a_source_that_calls_too_often_is_held_up_alone(caller: Caller, bihuan: Bihuan) -> None:
    app = serve(bihuan, rates=Rates(bihuan, {Kind.CALLS: 2}, lambda: 1_700_000_000.0))
    caller.client = app.test_client()
    found = [caller.send("payment.progress", PAID) for _ in range(3)]

    assert [one.status_code for one in found] == [202, 202, 429]
    assert (found[-1].headers["Retry-After"], told(found[-1])["code"]) == ("30", "rate.limited")
    assert Caller(bihuan, app).send("payment.progress", PAID).status_code == 202
    assert kept(caller) == 3


def test_a_source_with_too_many_waiting_calls_is_asked_to_come_later(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "MOST_WAITING", 2)
    answer = [caller.send("payment.progress", PAID) for _ in range(3)][-1]
    assert (answer.status_code, told(answer)["code"]) == (429, "call.too_many_waiting")
    assert kept(caller) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2021-02-28"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
ROW = st.fixed_dictionaries(
    {"project": JSON, "executed_amount": JSON}, optional={"arrived_amount": JSON, "x": JSON}
)
DATA = st.fixed_dictionaries(
    {
        "year": st.just(2021) | JSON,
        "as_of": st.just("2021-02-28") | JSON,
        "rows": st.lists(ROW, max_size=2) | JSON,
    },
    optional={"surprise": JSON, "payload": JSON, "name": JSON, "key": JSON},
)
KINDS = st.sampled_from(
    ["payment.progress", "project.list", "budget.approved", "upper.scored", "message.sent", "x"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=KINDS,
    data=DATA | JSON,
    more=st.dictionaries(st.sampled_from(["time", "subject", "id", "y"]), JSON, max_size=2),
)
def test_no_body_whatever_makes_a_fault_of_the_program(
    caller: Caller, kind: str, data: Any, more: dict[str, Any]
) -> None:
    body = json.dumps({**event(kind, data), **more}).encode()

    answer = caller.post(body, caller.signed(body, "msg_" + str(abs(hash(body)))))

    assert answer.status_code in (202, 403, 409, 422), answer.text
    caller.heard()
    assert not caller.rows("select id from app.inbound_call where status = 'accepted'")
    assert not caller.rows("select id from app.inbound_call where reason like '%程序错误%'")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_bytes_whatever_make_a_fault_of_the_program(caller: Caller, body: bytes) -> None:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}

    assert caller.post(body, headers).status_code == 403
