"""What one evaluation carries: its scopes, its budget, its clock and its warnings."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from engine.feel.errors import FeelBudgetExceeded, FeelWarning
from engine.feel.limits import Limits
from engine.feel.scanning import position
from engine.feel.values import lift

_MOST_WARNINGS = 50
_LONG_TEXT = 64
Item = TypeVar("Item")


class Run:
    """The state of one evaluation.

    functions: what the engine injected, by name. now: the instant of `now()` and `today()`, or None.
    at: offset of the call being made, for warnings of built-in functions.
    """

    __slots__ = ("at", "depth", "functions", "left", "limits", "now", "source", "warnings")

    def __init__(
        self,
        source: str,
        limits: Limits,
        functions: Mapping[str, Callable[..., Any]] | None,
        now: datetime | None,
    ) -> None:
        self.source = source
        self.limits = limits
        self.functions = functions
        self.now = now
        self.left = limits.steps
        self.depth = 0
        self.at = 0
        self.warnings: list[FeelWarning] | None = None

    def charge(self, steps: int) -> None:
        """Pay for iterations, calls or copied items; raises FeelBudgetExceeded when nothing is left."""
        self.left -= steps
        if self.left < 0:
            self.exceed(f"计算步数超过上限 {self.limits.steps}；请缩小列表或循环")

    def exceed(self, text: str) -> None:
        """Stop the evaluation."""
        raise FeelBudgetExceeded(text, expression=self.source[:200])

    def sized(self, items: list[Item]) -> list[Item]:
        """Return the list after paying for its items; raises FeelBudgetExceeded if it is too long."""
        if len(items) > self.limits.list_length:
            self.exceed(f"列表最多 {self.limits.list_length} 项，实际 {len(items)} 项")
        self.charge(len(items))
        return items

    def text(self, text: str) -> str:
        """Return the text after paying for it; raises FeelBudgetExceeded if it is too long."""
        if len(text) > self.limits.text_length:
            self.exceed(f"文本最长 {self.limits.text_length} 个字符，实际 {len(text)} 个")
        self.charge(1 + len(text) // 64)
        return text

    def lift(self, value: Any) -> Any:
        """Return the FEEL value of a member or item after paying for the look at a list."""
        if value.__class__ is list:
            self.charge(len(value) >> 6)
        return lift(value)

    def walk(self, value: Any, per_step: int = 8) -> None:
        """Pay for every value inside `value`, each time it appears: shared parts cannot explode in a reader's hands."""
        if value.__class__ is Decimal:
            self.charge(1)
            return
        level, depth = [value], 0
        while level:
            self.charge(1 + len(level) // per_step)
            depth += 1
            if depth > self.limits.value_depth:
                self.exceed(f"值最多嵌套 {self.limits.value_depth} 层")
            below: list[Any] = []
            for item in level:
                if item.__class__ is list:
                    below += item
                elif item.__class__ is dict:
                    below += item.values()
                elif item.__class__ is str and len(item) > _LONG_TEXT:
                    self.charge(len(item) // _LONG_TEXT)
            level = below

    def warn(self, code: str, at: int, text: str) -> None:
        """Note why something became null."""
        if self.warnings is None:
            self.warnings = []
        if len(self.warnings) < _MOST_WARNINGS:
            line, column = position(self.source, at)
            self.warnings.append(FeelWarning(f"feel.{code}", line, column, text))

    def instant(self) -> datetime | None:
        """Return the aware instant of this evaluation."""
        if self.now is None or self.now.tzinfo is not None:
            return self.now
        return self.now.replace(tzinfo=UTC)


class Scope:
    """Names visible at one place; the outermost one is the caller's context."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: Mapping[str, Any], parent: "Scope | None", run: Run) -> None:
        self.names = names
        self.parent = parent
        self.run = run


Closure = Callable[[Scope], Any]
