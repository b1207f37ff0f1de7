"""What can go wrong with an expression; everything else is null and a warning, as the specification says."""

from dataclasses import dataclass

from engine.errors import BihuanError


class FeelSyntaxError(BihuanError):
    """The text is not FEEL, or it is longer or deeper than allowed; line and column count from 1."""

    code = "feel.syntax"

    def __init__(self, text: str, *, line: int = 1, column: int = 1, code: str | None = None) -> None:
        super().__init__(text, code=code, line=line, column=column)
        self.line = line
        self.column = column


class FeelBudgetExceeded(BihuanError):
    """The evaluation wanted more steps, depth or space than its limits give."""

    code = "feel.budget"


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a value became null: `CODE line:column text`."""

    code: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.line}:{self.column} {self.text}"
