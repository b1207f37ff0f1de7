"""A ledger file as read, before anybody believes it: plain values, and where each row stood in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.importing.errors import RowError


@dataclass(frozen=True, slots=True)
class Document:
    """The unchecked content of a ledger file, shaped as the JSON form of the format.

    lines: path of a row (`projects[3].indicators[2]`) → (sheet, line in the sheet); empty for JSON.
    errors: what the reader itself found wrong with rows, e.g. an indicator of an unknown project.
    """

    body: Mapping[str, Any]
    lines: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    errors: tuple[RowError, ...] = ()

    def locate(self, path: str, field_name: str) -> tuple[str, int | None, str]:
        """Return place, row and field of a value as the author of the file would name them."""
        row, inner = path, field_name
        while row and self.lines:
            if row in self.lines:
                sheet, line = self.lines[row]
                return f"工作表 {sheet} 第 {line} 行", line, inner
            row, _, last = row.rpartition(".")
            inner = f"{last}.{inner}"
        number = path.rpartition("[")[2].rstrip("]")
        return path, int(number) + 1 if number.isdigit() else None, field_name
