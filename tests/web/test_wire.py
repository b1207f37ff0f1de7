"""What goes over the wire: compressed, kept by the browser as long as it stays the same, no secret to be guessed from lengths."""

import gzip
import re

from flask.testing import FlaskClient

from host.bench.inbox import first_load
from host.composition import Bihuan
from tests.integration.engine.stage import PREPARER
from tests.web.at_work import TOKEN, at_desk, filling

MOST_BYTES = 150 * 1024


def _client(bihuan: Bihuan) -> FlaskClient:
    filling(bihuan)
    return at_desk(bihuan, PREPARER).client


def test_the_first_load_of_the_inbox_is_small(bihuan: Bihuan) -> None:
    assert first_load(_client(bihuan)) <= MOST_BYTES


def test_a_page_is_the_same_compressed_or_not_but_for_its_masked_tokens(bihuan: Bihuan) -> None:
    client = _client(bihuan)
    plain = client.get("/inbox")
    packed = client.get("/inbox", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"] and packed.headers["Cache-Control"] == "no-store"
    tokens = re.compile(r'(?<=form_token" value=")\w+|(?<=form-token" content=")\w+')
    assert tokens.sub("", gzip.decompress(packed.data).decode()) == tokens.sub("", plain.text)


def test_a_form_token_looks_different_each_time_and_holds_each_time(bihuan: Bihuan) -> None:
    browser = at_desk(bihuan, PREPARER)
    found = [TOKEN.search(browser.page("/inbox")) for _ in range(2)]
    first, second = (one[1] for one in found if one)

    answers = [
        browser.client.post("/inbox/views/1/remove", data={"form_token": one}) for one in (first, second)
    ]

    assert first != second
    assert [one.status_code for one in answers] == [303, 303]
    for forged in ("", "zz", first[:-2], "0" * 128, first[64:] + first[64:]):
        assert browser.client.post("/inbox/views/1/remove", data={"form_token": forged}).status_code == 403


def test_a_static_file_is_kept_for_a_year_under_an_address_of_its_content(bihuan: Bihuan) -> None:
    client = _client(bihuan)
    address = re.search(r'href="(/static/dist/app\.css\?v=\w{12})"', client.get("/inbox").text)
    assert address

    with client.get(address[1]) as kept, client.get("/static/dist/app.css") as bare:
        assert (
            "immutable" in kept.headers["Cache-Control"] and "immutable" not in bare.headers["Cache-Control"]
        )
