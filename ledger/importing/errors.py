"""What can be wrong with a ledger file."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidInput

SHOWN = 8


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong in one field of one row.

    place: `projects[12].indicators[3]` for JSON, `indicators!57` for xlsx; row: counted from 1.
    key: the id or code of the row, when it has one. code: stable, for programs.
    """

    place: str
    row: int | None
    field: str
    code: str
    expected: str
    found: str
    remedy: str
    key: str | None = None

    @property
    def text(self) -> str:
        """Return one Chinese sentence: where, expected, found, what to do."""
        named = f"（{self.key}）" if self.key else ""
        place = f"{self.place}{named}" if self.place else "台账"
        return f"{place} 的“{self.field}”：应为{self.expected}，实为{self.found}。{self.remedy}"


class LedgerUnreadable(InvalidInput):
    """The file cannot be read at all: not JSON, not xlsx, too large, or hostile."""

    code = "ledger.unreadable"


class LedgerInvalid(InvalidInput):
    """The file was read, but rows are wrong; `errors` lists every one of them. Nothing was imported."""

    code = "ledger.invalid"

    def __init__(self, errors: tuple[RowError, ...], *, total: int | None = None) -> None:
        count = total if total is not None else len(errors)
        listed = "\n".join(f"  {error.code} {error.text}" for error in errors[:SHOWN])
        rest = f"\n  ……另有 {count - SHOWN} 处" if count > SHOWN else ""
        super().__init__(
            f"台账有 {count} 处错误，没有导入任何内容；请按提示修改后重新导入。\n{listed}{rest}", count=count
        )
        self.errors = errors


class LedgerAlreadyImported(Conflict):
    """Projects of this year are registered already; importing twice would double them."""

    code = "ledger.already_imported"
