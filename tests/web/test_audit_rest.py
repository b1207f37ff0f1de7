"""The audit for programs: page by page to its beginning, by action in words or in code, for its administrator alone."""

from flask import Flask

from tests.web.small_county import sign_in
from tests.web.test_rest_register import Program


def test_the_audit_is_read_page_by_page_by_its_administrator(county: Flask) -> None:
    sign_in(county.test_client(), "preparer")
    sign_in(county.test_client(), "finance")
    audit = Program(county, "audit")

    first = audit.get("/audit?q=登录&limit=2")
    second = audit.get(f"/audit?q=account.sign_in&limit=2&cursor={first['next']}")

    assert {one["action"] for one in first["items"]} == {"account.sign_in"}
    assert second["items"][0]["id"] < first["items"][-1]["id"]
    answer = Program(county, "system").send("GET", "/audit")
    assert (answer.status_code, answer.json["code"]) == (403, "permission.audit")  # type: ignore[index]
