"""The way in: a file or a document becomes a LedgerFile, or one error that lists everything wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.importing.building import build
from ledger.importing.cells import Misfit
from ledger.importing.cross_checks import check_identities, check_projects, check_tracks
from ledger.importing.document import Document
from ledger.importing.errors import LedgerInvalid, LedgerUnreadable, RowError
from ledger.importing.json_file import read_json
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.limits import DEFAULT, Limits
from ledger.importing.validation import MISSING, Clean, Findings, clean_document
from ledger.importing.xlsx_file import read_xlsx

WEIGHT_TOTAL = 9_000
"""Weights of all indicators ×100: 100 less the 10 points of budget execution."""

FIRST_YEAR, LAST_YEAR = 2000, 2100


def read(
    path: Path, *, weight_total: int = WEIGHT_TOTAL, year: int | None = None, limits: Limits = DEFAULT
) -> LedgerFile:
    """Read and check a ledger file; the content, not the name, tells xlsx from JSON.

    weight_total: what the weights of a project's indicators must sum to (×100), from the policy.
    year: the year the ledger must be of, if the caller knows it.
    Raises LedgerUnreadable if it is no ledger at all, LedgerInvalid with every row error otherwise.
    """
    document = read_document(path, limits=limits)
    return accept_document(document, weight_total=weight_total, year=year, limits=limits)


def accept(
    body: Mapping[str, Any], *, weight_total: int = WEIGHT_TOTAL, year: int | None = None
) -> LedgerFile:
    """Check a ledger given as plain values (the JSON form). Raises LedgerInvalid."""
    return accept_document(Document(body), weight_total=weight_total, year=year)


def validate(
    body: Mapping[str, Any], *, weight_total: int = WEIGHT_TOTAL, year: int | None = None
) -> list[RowError]:
    """Return every row error of a ledger given as plain values; empty if it may be imported."""
    return examine(Document(body), weight_total, year, DEFAULT)[1].errors


def read_document(path: Path, *, limits: Limits = DEFAULT) -> Document:
    """Read a file without checking its rows. Raises LedgerUnreadable."""
    try:
        if path.stat().st_size > limits.file_bytes:
            raise LedgerUnreadable(
                f"{path.name} 超过 {limits.file_bytes} 字节；请分年度导入。", code="ledger.too_large"
            )
        data = path.read_bytes()
    except OSError as error:
        raise LedgerUnreadable(
            f"打不开台账文件 {path}（{error.strerror}）；请核对路径和权限。", code="ledger.no_file"
        ) from error
    return read_xlsx(data, limits=limits) if data.startswith(b"PK") else read_json(data, limits=limits)


def examine(
    document: Document, weight_total: int, year: int | None, limits: Limits
) -> tuple[Clean, Findings]:
    """Return the clean rows and all findings of a document."""
    findings = Findings(document, limits.errors)
    clean = clean_document(document, findings)
    clean["year"] = _year(document.body, year, findings)
    clean["bond_monitor_units"] = _bond_units(document.body, findings)
    check_identities(clean, findings)
    check_tracks(clean, findings)
    check_projects(clean, findings, weight_total)
    return clean, findings


def accept_document(
    document: Document, *, weight_total: int = WEIGHT_TOTAL, year: int | None = None, limits: Limits = DEFAULT
) -> LedgerFile:
    """Check a document as read and build the ledger. Raises LedgerInvalid."""
    clean, findings = examine(document, weight_total, year, limits)
    if findings.total:
        raise LedgerInvalid(tuple(findings.errors), total=findings.total)
    return build(clean)


def _year(body: Mapping[str, Any], wanted: int | None, findings: Findings) -> int | None:
    found = body.get("year")
    if found is None:
        findings.add("", "year", MISSING, None)
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not FIRST_YEAR <= found <= LAST_YEAR:
        misfit = Misfit(
            "ledger.wrong_type", f"{FIRST_YEAR} 到 {LAST_YEAR} 之间的年份", "请填写预算年度，如 2021。"
        )
        findings.add("", "year", misfit, found)
        return None
    if wanted is not None and found != wanted:
        misfit = Misfit("ledger.year_mismatch", f"{wanted} 年度", "请选择这一年度的台账，或改正年度。")
        findings.add("", "year", misfit, found)
    return found


def _bond_units(body: Mapping[str, Any], findings: Findings) -> int | None:
    found = body.get("bond_monitor_units")
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 1_000_000):
        return found
    findings.add(
        "", "bond_monitor_units", Misfit("ledger.wrong_type", "不小于 0 的整数", "请填写单位个数。"), found
    )
    return None
