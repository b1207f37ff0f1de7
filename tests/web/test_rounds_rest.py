"""Remarks, answers and changes of a returned form, for programs."""

from typing import Any
from uuid import UUID

import pytest

from host.composition import Bihuan
from tests.web.desks import Browser, Unit
from tests.web.test_rounds import BOTH, ON_CELL, ON_FIELD, REVIEWED, filed, following, returned


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "section")


@pytest.fixture
def back(unit: Unit) -> UUID:
    review_id = filed(unit, unit.task(REVIEWED), BOTH)
    return returned(unit, review_id, {ON_CELL: "与监理记录不符", ON_FIELD: "请写具体"})


def sent(page: Browser, method: str, address: str, body: Any) -> Any:
    headers = {"X-Form-Token": page.form_token()}
    return page.client.open(f"/api/v1{address}", method=method, json=body, headers=headers)


def test_programs_read_remarks_answer_them_and_see_what_changed(unit: Unit, back: UUID) -> None:
    page = unit.browser()
    found = page.get(f"/api/v1/tasks/{back}/returns").json
    assert [(one["path"], one["text"], one["state"]) for one in found["remarks"]] == [
        (ON_CELL, "与监理记录不符", "same"),
        (ON_FIELD, "请写具体", "same"),
    ]
    assert (found["returns"][0]["by"], found["returns"][0]["round"]) == ("section某", 2)

    place = {"return_id": found["returns"][0]["id"], "number": 0}
    answers = {"answers": [{**place, "text": "已更正", "done": True}]}
    assert sent(page, "PUT", f"/tasks/{back}/answers", answers).json == {"kept": 1}
    again = following(unit, filed(unit, back, {**BOTH, ON_CELL: "95", "executed_amount": "98"}), by="section")

    told = unit.browser("section").get(f"/api/v1/tasks/{again}/changes").json
    cell = told["remarks"][0]
    assert (cell["state"], cell["before"], cell["after"], cell["answer"]) == ("changed", "90", "95", "已更正")
    assert [(one["path"], one["kind"]) for one in told["others"]] == [("executed_amount", "changed")]


def test_answers_are_refused_with_a_code(unit: Unit, back: UUID) -> None:
    page = unit.browser()
    wrong = {"answers": [{"return_id": 999_999, "number": 0, "text": "x"}]}

    answer = sent(page, "PUT", f"/tasks/{back}/answers", wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "answer.unknown")

    stranger = Unit(unit.bihuan).browser()
    assert sent(stranger, "PUT", f"/tasks/{back}/answers", wrong).status_code in (403, 404)
    assert stranger.get(f"/api/v1/tasks/{back}/returns").status_code in (403, 404)
    assert stranger.get(f"/api/v1/tasks/{back}/changes").status_code == 404


def test_a_remark_on_nothing_is_refused_also_when_only_looking(unit: Unit) -> None:
    review_id = following(unit, filed(unit, unit.task(REVIEWED), BOTH), by="section")
    page = unit.browser("section")
    body = {
        "to": {"definition_key": "reviewed_here", "element_id": "fill"},
        "reason": "请改",
        "remarks": [{"path": "lines[7].actual", "text": "x"}],
    }

    for dry_run in (True, False):
        answer = sent(page, "POST", f"/tasks/{review_id}/return", {**body, "dry_run": dry_run})
        assert (answer.status_code, answer.json["code"]) == (422, "return.remarks_invalid")
    body["remarks"] = [{"path": "lines[1].actual", "text": "x"}]
    assert sent(page, "POST", f"/tasks/{review_id}/return", body).status_code == 200


def test_programs_call_remarks_settled_or_not(unit: Unit, back: UUID) -> None:
    again = following(unit, filed(unit, back, {**BOTH, ON_CELL: "95"}), by="section")
    section = unit.browser("section")
    first = section.get(f"/api/v1/tasks/{again}/changes").json["remarks"][0]
    place = {"return_id": first["return_id"], "number": 0}

    assert sent(
        section, "PUT", f"/tasks/{again}/verdicts", {"verdicts": [{**place, "settled": True}]}
    ).json == {"kept": 1}
    told = section.get(f"/api/v1/tasks/{again}/changes").json["remarks"]
    assert [(one["verdict"], one["judged_by"]) for one in told] == [("settled", "section某"), ("", "")]
    wrong = {"verdicts": [{**place, "number": 9, "settled": True}]}
    answer = sent(section, "PUT", f"/tasks/{again}/verdicts", wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "verdict.unknown")
    stranger = unit.browser()
    wrong = {"verdicts": [{**place, "settled": False}]}
    assert sent(stranger, "PUT", f"/tasks/{again}/verdicts", wrong).status_code in (403, 404)
