"""The interface of programs: the same commands and permissions as the pages, problems as answers, keys, ETags."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from host.composition import Bihuan
from host.web.permissions import ENDPOINTS
from tests.integration.engine.committee import statements
from tests.web.desk import PEOPLE, Desk, desk_on

SIGNED = {"values": {"agreed": True, "opinion": ""}}
API = "/api/v1"


@pytest.fixture
def desk(bihuan: Bihuan) -> Desk:
    return desk_on(bihuan)


class Caller:
    """A program in somebody's session."""

    def __init__(self, desk: Desk, login: str) -> None:
        self._client: FlaskClient = desk.client(login)
        self._token = self.get("/me").json["form_token"]  # type: ignore[index]

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._client.get(API + path, **more)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["X-Form-Token"] = self._token
        return self._client.open(API + path, method=method, json=body, headers=sent)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, body, **headers)

    def raw(self, method: str, path: str, body: bytes) -> TestResponse:
        headers = {"X-Form-Token": self._token}
        return self._client.open(
            API + path, method=method, data=body, content_type="application/json", headers=headers
        )

    def sent_file(self, path: str, name: str, content: bytes) -> TestResponse:
        form = {name: (BytesIO(content), "file.xlsx")}
        return self._client.post(API + path, data=form, headers={"X-Form-Token": self._token})


@pytest.fixture
def zhang(desk: Desk) -> Caller:
    return Caller(desk, "zhang")


def code(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json", answer.text
    return str(answer.json["code"])  # type: ignore[index]


def test_a_task_is_found_claimed_and_completed(desk: Desk, zhang: Caller) -> None:
    task_id = desk.task_id
    listed = zhang.get("/tasks?view=group&limit=200").json
    assert listed is not None and str(task_id) in {task["id"] for task in listed["items"]}

    assert zhang.post(f"/tasks/{task_id}/claim").json == {"id": str(task_id), "command": "task.claim"}
    answer = zhang.post(f"/tasks/{task_id}/complete", SIGNED)

    assert answer.status_code == 200
    assert zhang.get(f"/tasks/{task_id}").json["status"] == "completed"  # type: ignore[index]


@pytest.mark.parametrize("half", ["\ud800", "\udc00x", "\x00"])
def test_a_character_that_no_text_holds_is_refused_and_nothing_is_kept(
    desk: Desk, zhang: Caller, half: str
) -> None:
    path = f"/tasks/{desk.task_id}/comments"

    assert code(zhang.post(path, {"text": f"请看{half}"})) == "request.unstorable"
    assert zhang.post(path, {"text": "笑\U0001f600"}).status_code == 200

    said = zhang.get(f"/instances/{desk.instance_id}/comments").json
    assert [one["text"] for one in said["items"]] == ["笑\U0001f600"]  # type: ignore[index]


@pytest.mark.parametrize("odd", ["[" * 200_000 + "]" * 200_000, "9" * 5000, "NaN", "-Infinity", "1e999"])
def test_json_that_is_none_or_has_no_end_is_refused_and_nothing_is_kept(
    desk: Desk, zhang: Caller, odd: str
) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    path, body = f"/tasks/{desk.task_id}/draft", f'{{"values": {{"opinion": {odd}}}}}'.encode()
    before = zhang.get(path).json

    assert code(zhang.raw("PUT", path, body)) == "request.unstorable"

    assert zhang.get(path).json == before


def test_a_completion_takes_five_statements(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    path = f"/tasks/{desk.task_id}/complete"
    with statements(desk.bihuan, scopes=True) as said:
        zhang.post(path, SIGNED)

    assert len(said) == 5, "\n".join(said)


def test_a_form_that_is_wrong_is_answered_place_by_place(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")

    answer = zhang.post(f"/tasks/{desk.task_id}/complete", {"values": {}})

    assert (answer.status_code, code(answer)) == (422, "form.invalid")
    assert [one["path"] for one in answer.json["errors"]] == ["agreed"]  # type: ignore[index]


def test_a_request_that_no_schema_knows_is_refused(desk: Desk, zhang: Caller) -> None:
    answer = zhang.post(f"/tasks/{desk.task_id}/complete", {"value": {}})

    assert (answer.status_code, code(answer)) == (422, "request.invalid")


def test_the_same_key_does_it_once_and_another_request_may_not_use_it(desk: Desk, zhang: Caller) -> None:
    task_id, key = desk.task_id, uuid4().hex
    zhang.post(f"/tasks/{task_id}/claim")

    first = zhang.post(f"/tasks/{task_id}/complete", SIGNED, Idempotency_Key=key)
    again = zhang.post(f"/tasks/{task_id}/complete", SIGNED, Idempotency_Key=key)
    other = zhang.post(f"/tasks/{task_id}/claim", Idempotency_Key=key)

    assert first.status_code == again.status_code == 200
    assert first.data == again.data and again.headers["Idempotency-Replayed"] == "true"
    assert code(other) == "idempotency.mismatch"


def test_a_key_that_was_used_where_everything_is_seen_is_not_free_for_a_task(
    desk: Desk, zhang: Caller
) -> None:
    key = uuid4().hex
    zhang.post("/me/messages/read", Idempotency_Key=key)

    answer = zhang.post(f"/tasks/{desk.task_id}/claim", Idempotency_Key=key)

    assert (answer.status_code, code(answer)) == (422, "idempotency.mismatch")


def test_a_refused_command_leaves_its_key_free(desk: Desk, zhang: Caller) -> None:
    path, key = f"/tasks/{desk.task_id}/complete", uuid4().hex
    refused = zhang.post(path, SIGNED, Idempotency_Key=key)
    zhang.post(f"/tasks/{desk.task_id}/claim")

    answer = zhang.post(path, SIGNED, Idempotency_Key=key)

    assert (refused.status_code, answer.status_code) == (403, 200)


def test_a_command_on_what_changed_since_is_refused(desk: Desk, zhang: Caller) -> None:
    seen = zhang.get(f"/tasks/{desk.task_id}").headers["ETag"]
    Caller(desk, "li").post(f"/tasks/{desk.task_id}/claim")

    answer = zhang.post(f"/tasks/{desk.task_id}/claim", If_Match=seen)

    assert (answer.status_code, code(answer)) == (412, "etag.stale")


def test_a_draft_is_kept_under_its_etag(desk: Desk, zhang: Caller) -> None:
    path = f"/tasks/{desk.task_id}/draft"
    zhang.post(f"/tasks/{desk.task_id}/claim")

    first = zhang.send("PUT", path, SIGNED)
    stale = zhang.send("PUT", path, SIGNED)
    second = zhang.send("PUT", path, SIGNED, If_Match=first.headers["ETag"])

    assert (first.status_code, stale.status_code, second.status_code) == (200, 412, 200)
    assert zhang.get(path).headers["ETag"] == second.headers["ETag"] != first.headers["ETag"]
    assert zhang.send("DELETE", path).status_code == 204


def test_a_page_of_tasks_goes_on_after_the_last_row(bihuan: Bihuan) -> None:
    desks = [desk_on(bihuan) for _ in range(3)]
    caller, found = Caller(desks[0], "zhang"), list[str]()
    word: str | None = ""

    while word is not None:
        page = caller.get(f"/tasks?view=group&limit=2&cursor={word}").json
        assert page is not None and len(page["items"]) <= 2
        found += [task["id"] for task in page["items"]]
        word = page["next"]

    assert len(found) == len(set(found))
    assert {str(desk.task_id) for desk in desks} <= set(found)
    assert code(caller.get("/tasks?cursor=nonsense")) == "cursor.invalid"


def test_finished_tasks_are_paged_too(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    zhang.post(f"/tasks/{desk.task_id}/complete", SIGNED)

    first = zhang.get("/tasks?view=done&limit=1").json
    assert first is not None

    assert zhang.get(f"/tasks?view=done&limit=1&cursor={first['next'] or ''}").status_code == 200


def test_a_return_can_be_looked_at_and_done(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    zhang.post(f"/tasks/{desk.task_id}/complete", SIGNED)
    reviewer, task_id = Caller(desk, "zhao"), desk.task_id
    reviewer.post(f"/tasks/{task_id}/claim")
    [target] = reviewer.get(f"/tasks/{task_id}/return-targets").json["items"]  # type: ignore[index]
    sent = {"to": target["to"], "reason": "材料不全", "remarks": [{"path": "opinion", "text": "请写明"}]}

    plan = reviewer.post(f"/tasks/{task_id}/return", {**sent, "dry_run": True}).json
    assert plan is not None and [one["round"] for one in plan["opened"]] == [2]
    assert reviewer.get(f"/tasks/{task_id}").json["status"] == "open"  # type: ignore[index]
    assert reviewer.post(f"/tasks/{task_id}/return", sent).status_code == 200

    assert zhang.get(f"/tasks/{desk.task_id}").json["round"] == 2  # type: ignore[index]
    where = zhang.get(f"/instances/{desk.instance_id}/where").json
    assert where is not None and "（第 2 轮）在水利局张三手里" in where["standing"]


def test_a_task_goes_through_other_hands(desk: Desk, zhang: Caller) -> None:
    path, li = f"/tasks/{desk.task_id}", Caller(desk, "li")
    zhang.post(f"{path}/claim")

    assert zhang.post(f"{path}/delegate", {"person_id": PEOPLE["li"][0]}).status_code == 200
    assert li.post(f"{path}/resolve", {"text": "已核对"}).status_code == 200
    assert (
        zhang.post(f"{path}/transfer", {"person_id": PEOPLE["li"][0], "reason": "分工调整"}).status_code
        == 200
    )
    assert zhang.post(f"{path}/urge", {"text": "请尽快"}).json == {"told": 1}
    assert li.post(f"{path}/cc", {"person_ids": [PEOPLE["zhao"][0]]}).json == {"told": 1}
    assert li.post(f"{path}/comments", {"text": "请看第 3 项"}).status_code == 200
    said = zhang.get(f"/instances/{desk.instance_id}/comments").json
    assert said is not None and [one["text"] for one in said["items"]] == ["请看第 3 项"]
    signers = {"person_ids": [PEOPLE["zhang"][0]], "where": "before", "reason": "请会签"}
    assert li.post(f"{path}/signers", signers).status_code == 200
    asked = zhang.get(f"{path}/signers").json["items"]  # type: ignore[index]
    assert "张三" in [one["person_name"] for one in asked]
    assert zhang.post(f"{path}/sign", {"agreed": True, "opinion": "同意"}).status_code == 200
    assert code(zhang.post(f"{path}/seat")) == "sign.not_signer"
    assert zhang.send("DELETE", f"{path}/seat").status_code in (403, 404, 409)
    assert code(li.post(f"{path}/transfer", {"person_id": 999, "reason": "x"})) == "person.not_found"


def test_the_story_is_read_page_by_page(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    path, found = f"/instances/{desk.instance_id}/history", list[str]()
    word: str | None = ""

    while word is not None:
        page = zhang.get(f"{path}?limit=1&cursor={word}").json
        assert page is not None
        found += [one["kind"] for one in page["items"]]
        word = page["next"]

    assert found == ["instance.started", "task.created", "task.claimed"]


def test_a_file_is_attached_read_and_taken_away(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    sent = {"file": (BytesIO(b"%PDF-1.4\n%%EOF"), "a.pdf"), "field": "opinion"}
    headers = {"X-Form-Token": zhang._token}

    added = zhang._client.post(f"{API}/tasks/{desk.task_id}/attachments", data=sent, headers=headers)

    assert added.status_code == 201, added.text
    number = added.json["id"]  # type: ignore[index]
    assert zhang.get(f"/attachments/{number}").data.startswith(b"%PDF")
    assert len(zhang.get(f"/instances/{desk.instance_id}/attachments").json["items"]) == 1  # type: ignore[index]
    assert zhang.send("DELETE", f"/attachments/{number}").status_code == 200


def test_every_form_is_a_schema(zhang: Caller) -> None:
    for one in zhang.get("/forms").json["items"]:  # type: ignore[index]
        schema = zhang.get(f"/forms/{one['key']}").json
        assert schema is not None and set(schema["required"]) <= set(schema["properties"])


def test_the_description_is_complete_and_local(zhang: Caller) -> None:
    spec = zhang.get("/openapi.json").json
    page = zhang.get("/")

    assert spec is not None and spec["openapi"] == "3.1.0"
    told = {
        (path, method) for path, ones in spec["paths"].items() for method in ones if method != "parameters"
    }
    assert len(told) == sum(name.startswith("api.") for name in ENDPOINTS)
    bodies = [
        one["requestBody"] for ones in spec["paths"].values() for one in ones.values() if "requestBody" in one
    ]
    assert all(
        "example" in media for body in bodies for kind, media in body["content"].items() if "json" in kind
    )
    assert (
        page.status_code == 200
        and "//"
        not in page.text.replace("https://json-schema.org", "")
        .replace("https://bus.example.org", "")
        .replace("https://robot.example.org", "")
        .split("<main")[1]
    )


def test_another_unit_finds_nothing_and_nobody_gets_in_without_signing_in(desk: Desk) -> None:
    wang, nobody = Caller(desk, "wang"), desk.app.test_client()

    for path in (
        f"/tasks/{desk.task_id}",
        f"/instances/{desk.instance_id}/where",
        f"/instances/{desk.instance_id}/history",
    ):
        assert wang.get(path).status_code == 404
        answer = nobody.get(API + path)
        assert (answer.status_code, code(answer)) == (401, "sign_in.needed")
    assert code(wang.post(f"/tasks/{desk.task_id}/claim")) == "task.not_found"


def test_a_session_needs_its_form_token(desk: Desk) -> None:
    answer = desk.client("zhang").post(f"{API}/tasks/{desk.task_id}/claim")

    assert (answer.status_code, code(answer)) == (403, "form.token")
