"""Files made to break the reader get a clear refusal."""

import io
import json
import zipfile

import pytest

from ledger.importing.errors import LedgerUnreadable
from ledger.importing.json_file import read_json
from ledger.importing.limits import Limits
from ledger.importing.reading import accept
from ledger.importing.xlsx_file import read_xlsx
from ledger.importing.xlsx_writing import write_xlsx
from tests.unit.importing.ledgers import evaluated


def refusal_of_json(data: bytes) -> str:
    with pytest.raises(LedgerUnreadable) as caught:
        read_json(data, limits=Limits(file_bytes=1_000_000))
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ledger.not_json"),
        (b'{"year": 2021', "ledger.not_json"),
        (b"[]", "ledger.not_object"),
        (b'{"year": NaN}', "ledger.not_a_number"),
        (b'{"year": -Infinity}', "ledger.not_a_number"),
        (b'{"year": 1e99999999999999999999}', "ledger.number_too_long"),
        (b'{"year": ' + b"9" * 5_000 + b"}", "ledger.number_too_long"),
        (b'{"projects": [{"id": "P-1", "budget": 1, "budget": 2}]}', "ledger.duplicate_field"),
        ('{"name": "县"}'.encode("gb18030"), "ledger.not_utf8"),
        ('{"name": "县"}'.encode("utf-16"), "ledger.not_utf8"),
        (b"[" * 200_000, "ledger.too_deep"),
        (b" " * 1_000_001, "ledger.too_large"),
    ],
)
def test_broken_json_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal_of_json(data) == code


def test_a_duplicate_field_is_named_with_its_row() -> None:
    with pytest.raises(LedgerUnreadable, match=r"P-1 中字段“budget”出现了两次"):
        read_json(b'{"projects": [{"id": "P-1", "budget": 1, "budget": 2}]}')


def test_a_number_of_absurd_size_is_a_row_error_not_a_crash() -> None:
    text = json.dumps(evaluated()).replace("12.5", "1e400000")

    with pytest.raises(Exception, match="巡检次数"):
        accept(read_json(text.encode()).body)


def workbook(**parts: bytes) -> bytes:
    """Return a valid workbook with parts replaced or added, by path with `__` for `/`."""
    whole = io.BytesIO()
    write_xlsx(evaluated(), whole)
    changed = {name.replace("__", "/"): data for name, data in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(part.filename, changed.pop(part.filename, b"") or source.read(part))
        for name, data in changed.items():
            target.writestr(name, data)
    return out.getvalue()


def refusal_of_xlsx(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(LedgerUnreadable) as caught:
        read_xlsx(data, limits=limits or Limits())
    return caught.value.code


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = workbook(**{"xl__media__big.bin": b"\0" * 3_000_000})

    assert len(bomb) < 30_000
    assert refusal_of_xlsx(bomb, Limits(unpacked_bytes=2_000_000)) == "ledger.too_large"


def test_an_archive_of_very_many_parts_is_refused() -> None:
    many = workbook(**{f"xl__x{number}.bin": b"x" for number in range(300)})

    assert refusal_of_xlsx(many) == "ledger.too_large"


def test_a_document_type_is_refused() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    assert refusal_of_xlsx(workbook(**{"xl__workbook.xml": entity})) == "ledger.hostile"


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + b"x" * 100, workbook()[:-100]])
def test_a_torn_archive_is_refused(data: bytes) -> None:
    assert refusal_of_xlsx(data) == "ledger.not_xlsx"


@pytest.mark.parametrize("part", ["xl__workbook.xml", "xl__worksheets__sheet2.xml"])
def test_torn_xml_inside_is_refused(part: str) -> None:
    assert refusal_of_xlsx(workbook(**{part: b"<a><b>"})) in ("ledger.not_xlsx", "ledger.no_head")


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert refusal_of_xlsx(out.getvalue()) == "ledger.not_xlsx"


def test_a_sheet_of_too_many_rows_is_refused() -> None:
    body = evaluated()
    body["excluded"] *= 30
    out = io.BytesIO()
    write_xlsx(body, out)

    assert refusal_of_xlsx(out.getvalue(), Limits(rows=20)) == "ledger.too_large"
