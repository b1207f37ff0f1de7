"""The door of the room: compile an expression once, evaluate it as often as you like."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.feel.closures.compiler import build
from engine.feel.errors import FeelBudgetExceeded, FeelWarning
from engine.feel.limits import DEFAULT, Limits
from engine.feel.nodes import Node
from engine.feel.parsing import parse_expression, parse_unary_tests
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import lift

Functions = Mapping[str, Callable[..., Any]]
_SHORT = 1_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value and why parts of it became null."""

    value: Any
    warnings: tuple[FeelWarning, ...]


class Compiled:
    """An expression, ready to be evaluated in any context, by any thread."""

    __slots__ = ("_closure", "limits", "source", "tree")

    def __init__(self, source: str, tree: Node, closure: Closure, limits: Limits) -> None:
        self.source = source
        self.tree = tree
        self.limits = limits
        self._closure = closure

    def evaluate(
        self, context: Mapping[str, Any], *, functions: Functions | None = None, now: datetime | None = None
    ) -> Any:
        """Return the value; what cannot be computed is null.

        context: values by name; numbers may be Decimal, int or float. functions: called with FEEL values (numbers
        are Decimal). now: the aware instant of `now()` and `today()`, shown in Chinese time.
        Raises FeelBudgetExceeded.
        """
        return self._run(context, Run(self.source, self.limits, functions, now))

    def explain(
        self, context: Mapping[str, Any], *, functions: Functions | None = None, now: datetime | None = None
    ) -> Evaluation:
        """Evaluate and return the value with its warnings."""
        run = Run(self.source, self.limits, functions, now)
        value = self._run(context, run)
        return Evaluation(value, tuple(run.warnings or ()))

    def _run(self, context: Mapping[str, Any], run: Run) -> Any:
        try:
            value = self._closure(Scope(context, None, run))
            if value.__class__ is list or value.__class__ is dict:
                run.walk(value)
            return value
        except RecursionError:
            raise FeelBudgetExceeded("嵌套过深，无法计算", expression=self.source[:200]) from None
        except ArithmeticError:
            run.warn("no_number", 0, "上下文里有不是数的数值（NaN 或无穷大），按 null 处理")
            return None


class CompiledTests(Compiled):
    """The unary tests of a decision cell; the tested value is `?`."""

    __slots__ = ()

    def test(
        self,
        value: Any,
        context: Mapping[str, Any],
        *,
        functions: Functions | None = None,
        now: datetime | None = None,
    ) -> bool | None:
        """Say whether the value passes; null if that cannot be said."""
        result = self.evaluate({**context, "?": lift(value)}, functions=functions, now=now)
        return result if result.__class__ is bool else None


def compile_expression(source: str, *, names: Iterable[str] = (), limits: Limits = DEFAULT) -> Compiled:
    """Return the compiled expression, from the cache if it was compiled before.

    names: variables whose names hold keywords or operators, e.g. `profit and loss`; others need not be told.
    Raises FeelSyntaxError with line and column.
    """
    cached = _expression if len(source) <= _SHORT else _long_expression
    return cached(source, frozenset(names), limits)


def compile_unary_tests(source: str, *, names: Iterable[str] = (), limits: Limits = DEFAULT) -> CompiledTests:
    """Return the compiled tests of a decision cell; raises FeelSyntaxError with line and column."""
    cached = _tests if len(source) <= _SHORT else _long_tests
    return cached(source, frozenset(names), limits)


def _new_expression(source: str, names: frozenset[str], limits: Limits) -> Compiled:
    tree = parse_expression(source, names, limits)
    return Compiled(source, tree, build(tree), limits)


def _new_tests(source: str, names: frozenset[str], limits: Limits) -> CompiledTests:
    tree = parse_unary_tests(source, names, limits)
    return CompiledTests(source, tree, build(tree), limits)


_expression = lru_cache(maxsize=4096)(_new_expression)
_long_expression = lru_cache(maxsize=64)(_new_expression)
_tests = lru_cache(maxsize=4096)(_new_tests)
_long_tests = lru_cache(maxsize=64)(_new_tests)


def evaluate(
    source: str,
    context: Mapping[str, Any],
    *,
    functions: Functions | None = None,
    now: datetime | None = None,
) -> Any:
    """Compile (cached) and evaluate; the keys of the context may be any names."""
    return compile_expression(source, names=spoken_names(context)).evaluate(
        context, functions=functions, now=now
    )


def spoken_names(context: Mapping[str, Any]) -> frozenset[str]:
    """Return the names in a context, at any depth, that a parser must be told: those that are no plain words."""
    found: set[str] = set()
    waiting: list[tuple[Any, int]] = [(context, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Mapping):
            found.update(name for name in value if isinstance(name, str) and not name.isidentifier())
            below: Iterable[Any] = value.values()
        else:
            below = value[:1] if isinstance(value, list) else ()
        if depth < 8:
            waiting += [(item, depth + 1) for item in below]
    return frozenset(found)
