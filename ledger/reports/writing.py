"""Write the report's files: OUT.json, OUT.md and OUT.docx beside it, and the rows of a figure as CSV."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from os import getpid
from pathlib import Path
from typing import Any

from engine.errors import BihuanError
from ledger.reports.annual import AnnualReport, as_json
from ledger.reports.composing import compose
from ledger.reports.docx_file import as_docx
from ledger.reports.markdown import as_markdown

JSON, MARKDOWN, WORD = ".json", ".md", ".docx"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class ReportNotWritten(BihuanError):
    """A file of the report cannot be written where it was asked for."""

    code = "report.not_written"


def write_reports(report: AnnualReport, out: Path) -> list[Path]:
    """Write the three files and return their paths; each appears whole or not at all.

    Raises ReportNotWritten with the place and the remedy.
    """
    check_place(out)
    document = compose(report)
    dated = datetime(report.year + 1, 1, 1, tzinfo=UTC)
    texts = {
        out: _json(as_json(report)),
        out.with_suffix(MARKDOWN): as_markdown(document).encode("utf-8"),
        out.with_suffix(WORD): as_docx(document, dated=dated),
    }
    return _write(texts)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """Write rows as CSV that spreadsheet programs open as text: UTF-8 with mark, no text is a formula."""
    check_file(path)
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_cell(column) for column in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _write({path: text.getvalue().encode("utf-8-sig", errors="backslashreplace")})[0]


def check_place(out: Path) -> None:
    """Refuse a place where the report cannot be written, before the work is done."""
    if out.suffix != JSON:
        raise ReportNotWritten(
            f"报告文件名应以 .json 结尾,收到的是“{out.name}”;请改为例如“{out.stem or 'report'}.json”。",
            path=str(out),
        )
    for suffix in (JSON, MARKDOWN, WORD):
        check_file(out.with_suffix(suffix))


def check_file(path: Path) -> None:
    """Refuse a file that cannot be written: try one beside it, and leave nothing. Raises ReportNotWritten."""
    if path.is_dir():
        raise ReportNotWritten(f"“{path}”应为文件,却是一个文件夹;请另给文件名。", path=str(path))
    trial = _beside(path)
    try:
        absent = [folder for folder in trial.parents if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
        for folder in absent:
            folder.rmdir()
    except OSError as error:
        raise _refused(path, error) from error


def _write(texts: Mapping[Path, bytes]) -> list[Path]:
    """Write all texts beside their places, then move each into its place."""
    written: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(_beside(path))
            written[-1].write_bytes(text)
        for path in texts:
            _beside(path).replace(path)
    except OSError as error:
        raise _refused(next(iter(texts)), error) from error
    finally:
        for left in written:
            left.unlink(missing_ok=True)
    return list(texts)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{getpid()}.part")


def _refused(path: Path, error: OSError) -> ReportNotWritten:
    return ReportNotWritten(
        f"不能在“{path.parent}”中写入“{path.name}”:{error.strerror or error};请检查文件夹是否存在、有无写权限和剩余空间。",
        path=str(path),
    )


def _json(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, indent=1, default=_plain, allow_nan=False) + "\n"
    return text.encode("utf-8", errors="backslashreplace")


def _plain(value: Any) -> str:
    """Return what JSON does not know as text: decimals plain, days in ISO form."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"报告中不应有 {type(value).__name__} 类型的值")


def _cell(value: Any) -> str:
    """Return a cell; only text can be taken for a formula, so only text gets the apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _cell(json.dumps(value, ensure_ascii=False, default=_plain))
    return _plain(value) if isinstance(value, Decimal | date) else str(value)
