"""What a static check finds in a diagram or a decision: one record per problem."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at one element, printed by `bihuan check` as `ELEMENT-ID severity CODE text`.

    element_id: id of the nearest element that has one, `-` for the file as a whole.
    """

    element_id: str
    severity: Severity
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.element_id} {self.severity} {self.code} {self.text}"


def errors(problems: list[Problem]) -> list[Problem]:
    """Return those that forbid publishing."""
    return [problem for problem in problems if problem.severity == "error"]
