"""The list of optional keys: it names those that lead somewhere for the reader, and no others."""

import re

import pytest
from flask import Flask

from tests.web.small_county import sign_in

LISTED = re.compile(r"<kbd>G　(\w)</kbd>")
LEADING = re.compile(r'data-key="g (\w)"')


@pytest.mark.parametrize("login", ["preparer", "section", "system", "process", "audit"])
def test_the_keys_that_are_listed_are_those_of_the_navigation(county: Flask, login: str) -> None:
    client = county.test_client()
    sign_in(client, login)

    page = client.get("/keys").text

    assert [one.lower() for one in LISTED.findall(page)] == LEADING.findall(page) != []
