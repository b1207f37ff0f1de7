"""What is audited has a word for people."""

import re
from pathlib import Path

from flask import Flask

from host.web.audit_words import ACTIONS
from tests.web.small_county import sign_in

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'audit\(\s*(?:\w+,\s*)?"([a-z]+\.[a-z_]+)"')


def test_every_action_that_is_audited_has_its_word() -> None:
    sources = [
        file for room in ("engine", "host", "ledger", "webhooks") for file in (ROOT / room).rglob("*.py")
    ]
    audited = {code for file in sources for code in CODE.findall(file.read_text(encoding="utf-8"))}

    assert len(audited) > 60
    assert not audited - set(ACTIONS)


def test_the_auditor_reads_words_and_logins_and_finds_by_them(county: Flask) -> None:
    client = county.test_client()
    sign_in(client, "audit")

    page = client.get("/manage/audit?q=登录").text

    row = re.search(r"<td>登录 <code>account\.sign_in</code></td><td[^>]*>(\w+)</td>", page)
    assert row and row[1] == "audit"
