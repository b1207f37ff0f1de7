"""Check every row of a ledger and collect every error; what passes comes out clean."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ledger.importing.cells import Misfit, fit, shown
from ledger.importing.columns import DEPARTMENTS, INDICATORS, LISTS, PROJECTS, REMARKS, TOP, Table
from ledger.importing.document import Document
from ledger.importing.errors import RowError

Clean = dict[str, Any]


class Findings:
    """Collects row errors in the words of the file; keeps the first `limit`, counts all."""

    def __init__(self, document: Document, limit: int) -> None:
        self.errors = list(document.errors)
        self.total = len(self.errors)
        self._noted: set[tuple[str, str]] = set()
        self._document = document
        self._limit = limit

    def add(self, path: str, field: str, misfit: Misfit, found: Any, key: Any = None) -> None:
        """Note one error; `path` is that of the row in the JSON form. What is wrong is not missing as well."""
        if misfit.code == MISSING.code and (path, field) in self._noted:
            return
        self._noted.add((path, field))
        self.total += 1
        if len(self.errors) >= self._limit:
            return
        place, row, name = self._document.locate(path, field)
        named = key[:64] if isinstance(key, str) and key.isprintable() else None
        self.errors.append(
            RowError(place, row, name, misfit.code, misfit.expected, shown(found), misfit.remedy, named)
        )


MISSING = Misfit("ledger.missing_field", "有内容", "这个字段必填，请补上。")
NOT_LIST = Misfit("ledger.wrong_type", "列表", "请写成列表；没有数据时请删去这个字段。")
NOT_OBJECT = Misfit("ledger.wrong_type", "对象", "请写成一组字段。")


def clean_document(document: Document, findings: Findings) -> Clean:
    """Return the clean rows by list name; rows with errors come out without the wrong fields."""
    clean: Clean = {}
    for table in LISTS:
        rows = document.body.get(table.name)
        if rows is None and table not in (DEPARTMENTS, PROJECTS):
            continue
        if not isinstance(rows, list):
            findings.add("", table.name, MISSING if rows is None else NOT_LIST, None)
            rows = []
        clean[table.name] = [
            _row(table, row, f"{table.name}[{number}]", findings) for number, row in enumerate(rows)
        ]
    known = (*TOP, *REMARKS, *(table.name for table in LISTS))
    _refuse_misspelt(document.body, known, "", findings, None)
    return clean


def _row(table: Table, raw: Any, path: str, findings: Findings) -> Clean:
    if not isinstance(raw, Mapping):
        findings.add(path, table.name, NOT_OBJECT, raw)
        return {}
    key = raw.get(table.key)
    clean = _fields(table, raw, path, findings, key)
    for part in table.inner:
        inner = raw.get(part.name)
        if isinstance(inner, Mapping):
            clean[part.name] = _fields(part, inner, f"{path}.{part.name}", findings, key)
        elif inner is not None:
            findings.add(path, part.name, NOT_OBJECT, inner, key)
    if table is PROJECTS:
        _indicators(raw, clean, path, findings, key)
    return clean


def _indicators(raw: Mapping[str, Any], clean: Clean, path: str, findings: Findings, key: Any) -> None:
    rows = raw.get("indicators")
    if rows is None:
        return
    if not isinstance(rows, list):
        findings.add(path, "indicators", NOT_LIST, rows, key)
        return
    clean["indicators"] = [
        _row(INDICATORS, row, f"{path}.indicators[{number}]", findings) for number, row in enumerate(rows)
    ]


def _fields(table: Table, raw: Mapping[str, Any], path: str, findings: Findings, key: Any) -> Clean:
    clean: Clean = {}
    seen = 0
    for column in table.columns:
        value = raw.get(column.name)
        seen += column.name in raw
        if value is None or (value == "" and column.kind in ("text", "key")):
            if column.required:
                findings.add(path, column.name, MISSING, None, key)
            continue
        fitted = fit(column, value)
        if isinstance(fitted, Misfit):
            findings.add(path, column.name, fitted, value, key)
        else:
            clean[column.name] = fitted
    inner = [part.name for part in table.inner] + (["indicators"] if table is PROJECTS else [])
    if seen + sum(name in raw for name in inner) != len(raw):
        known = (*(column.name for column in table.columns), *inner)
        _refuse_misspelt(raw, known, path, findings, key)
    return clean


def _refuse_misspelt(
    raw: Mapping[str, Any], known: tuple[str, ...], path: str, findings: Findings, key: Any
) -> None:
    """Refuse an unknown field that looks like a known one that is absent; other unknown fields are left alone."""
    absent = [name for name in known if name not in raw]
    for name in raw:
        if name in known:
            continue
        near = get_close_matches(str(name)[:64], absent, n=1, cutoff=0.8)
        if near:
            misfit = Misfit("ledger.misspelt_field", f"字段“{near[0]}”", f"请把字段名改为“{near[0]}”。")
            findings.add(path, str(name)[:64], misfit, str(name)[:64], key)
