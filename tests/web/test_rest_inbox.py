"""The inbox, alike tasks, the money part and the sheet for programs."""

from typing import Any

import pytest

from host.composition import Bihuan
from tests.web.desk import Desk, desk_on
from tests.web.test_rest import SIGNED, Caller, code


@pytest.fixture
def desk(bihuan: Bihuan) -> Desk:
    return desk_on(bihuan)


@pytest.fixture
def zhang(desk: Desk) -> Caller:
    return Caller(desk, "zhang")


def test_the_inbox_says_why_and_counts(desk: Desk, zhang: Caller) -> None:
    before: Any = zhang.get("/inbox/counts").json
    zhang.post(f"/tasks/{desk.task_id}/claim")

    mine: Any = zhang.get("/inbox?view=mine").json
    counts: Any = zhang.get("/inbox/counts").json

    row = next(one for one in mine["items"] if one["id"] == str(desk.task_id))
    assert row["why"] == "held"
    assert mine["total"] == sum(mine["buckets"].values())
    assert (counts["mine"], counts["group"]) == (before["mine"] + 1, before["group"] - 1)
    assert zhang.get("/inbox?view=nothing").status_code == 422


def test_a_view_is_kept_under_its_name_and_forgotten_by_its_owner_only(desk: Desk, zhang: Caller) -> None:
    assert zhang.send("PUT", "/inbox/views", {"name": "晚了的", "query": "state=late&x=1"}).status_code == 200
    zhang.send("PUT", "/inbox/views", {"name": "晚了的", "query": "view=mine"})
    views: Any = zhang.get("/inbox/views").json
    [view] = [one for one in views["items"] if one["name"] == "晚了的"]
    assert view["query"] == "view=mine"

    Caller(desk, "li").send("DELETE", f"/inbox/views/{view['id']}")
    assert view in zhang.get("/inbox/views").json["items"]  # type: ignore[index]
    zhang.send("DELETE", f"/inbox/views/{view['id']}")
    assert view not in zhang.get("/inbox/views").json["items"]  # type: ignore[index]
    assert code(zhang.send("PUT", "/inbox/views", {"name": "x" * 40})) == "view.name"


def test_alike_tasks_are_completed_together_with_a_result_for_each(bihuan: Bihuan, desk: Desk) -> None:
    other, li = desk_on(bihuan), Caller(desk, "li")
    ids = [desk.task_id, other.task_id]
    for task_id in ids:
        li.post(f"/tasks/{task_id}/claim")
    found: Any = li.get("/tasks/alike").json
    step = next(one for one in found["items"] if str(ids[0]) in one["clean"])
    sent = {"step": step["step"], "task_ids": [str(one) for one in ids], **SIGNED}

    first: Any = li.post("/tasks/alike/complete", sent).json
    again: Any = li.post("/tasks/alike/complete", sent).json

    assert [one["status"] for one in first["items"]] == ["ok", "ok"]
    assert [one["code"] for one in again["items"]] == ["batch.not_alike"] * 2


def test_who_holds_the_task_has_no_money_part(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")

    assert code(zhang.get(f"/tasks/{desk.task_id}/money")) == "part.not_yours"


def test_a_sheet_goes_out_and_what_comes_back_is_compared(desk: Desk, zhang: Caller) -> None:
    zhang.post(f"/tasks/{desk.task_id}/claim")
    out = zhang.get(f"/tasks/{desk.task_id}/sheet")
    assert out.status_code == 200

    back = zhang.sent_file(f"/tasks/{desk.task_id}/sheet", "sheet", out.data)
    said: Any = back.json

    assert (back.status_code, said["changes"], said["stale"]) == (200, [], False)
    assert code(zhang.sent_file(f"/tasks/{desk.task_id}/sheet", "sheet", b"no book")).startswith("sheet.")
