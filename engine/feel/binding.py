"""Put arguments and parameters together, and make the call."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import FeelBudgetExceeded
from engine.feel.membership import conform
from engine.feel.state import Run
from engine.feel.values import Function, Months, Range, Signature, lift
from engine.feel.wide import kind_of
from engine.feel.writing import kind_name

_KINDS: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "number": lambda value: value.__class__ is Decimal,
    "text": lambda value: value.__class__ is str,
    "boolean": lambda value: value.__class__ is bool,
    "list": lambda value: value.__class__ is list,
    "context": lambda value: value.__class__ is dict,
    "function": lambda value: value.__class__ is Function,
    "range": lambda value: value.__class__ is Range,
    "date": lambda value: kind_of(value) in (date, datetime),
    "time": lambda value: kind_of(value) is time,
    "date time": lambda value: kind_of(value) is datetime,
    "duration": lambda value: kind_of(value) in (timedelta, Months),
    "span": lambda value: kind_of(value) is timedelta,
}
_MISSING = object()


def call_function(
    function: Function, arguments: list[Any], names: list[str] | None, run: Run, at: int
) -> Any:
    """Call a function from FEEL; arguments that do not fit give null and a warning."""
    run.charge(2 + len(arguments))
    run.at = at
    values = _bind(function, arguments, names)
    if values is None:
        shown = "、".join(kind_name(argument) for argument in arguments)
        run.warn("bad_arguments", at, f"函数“{function.name}”不接受参数（{shown}），按 null 处理")
        return None
    if run.depth >= run.limits.call_depth:
        raise FeelBudgetExceeded(f"函数调用最多嵌套 {run.limits.call_depth} 层", expression=run.source[:200])
    if function.types:
        given = values
        values = [
            value if kind is None else conform(value, kind, run)
            for value, kind in zip(given, function.types, strict=True)
        ]
        if any(new is None and old is not None for new, old in zip(values, given, strict=True)):
            return None
    run.depth += 1
    try:
        return function.run(run, *values)
    finally:
        run.depth -= 1


def _bind(function: Function, arguments: list[Any], names: list[str] | None) -> list[Any] | None:
    signatures = function.signatures
    if (
        names is not None and len(signatures) > 1
    ):  # the order written tells `before(point, range)` from its reverse
        signatures = tuple(sorted(signatures, key=lambda one: list(one.names[: len(names)]) != names))
    for signature in signatures:
        placed = (
            _by_name(signature, arguments, names) if names is not None else _by_place(signature, arguments)
        )
        if placed is not None:
            fitted = _fit(signature, placed)
            if fitted is not None:
                return fitted
    return None


def _by_name(signature: Signature, arguments: list[Any], names: list[str]) -> list[Any] | None:
    given = dict(zip(names, arguments, strict=True))
    if len(given) != len(names) or not given.keys() <= set(signature.names):
        return None
    required, rest = signature.names[: signature.required], signature.names[signature.required :]
    if signature.variadic:
        rest = tuple(name for name in rest if name in given and name not in required)
    return [given.get(name) for name in required] + [given.get(name, _MISSING) for name in rest]


def _by_place(signature: Signature, arguments: list[Any]) -> list[Any] | None:
    if signature.variadic:
        return arguments if len(arguments) >= signature.required else None
    if not signature.required <= len(arguments) <= len(signature.names):
        return None
    return arguments + [_MISSING] * (len(signature.names) - len(arguments))


def _fit(signature: Signature, placed: list[Any]) -> list[Any] | None:
    """Check kinds; a list of one stands for its item and an item for a list of one; absent ones are null."""
    kinds = signature.kinds
    fitted: list[Any] = []
    for index, value in enumerate(placed):
        kind = kinds[min(index, len(kinds) - 1)]
        if value is _MISSING or (value is None and kind.endswith("?")):
            fitted.append(None)
            continue
        kind = kind.removesuffix("?")
        check = _KINDS[kind]
        if check(value):
            fitted.append(value)
        elif kind == "list" and value is not None:
            fitted.append([value])
        elif value.__class__ is list and len(value) == 1 and check(lift(value[0])):
            fitted.append(lift(value[0]))
        else:
            return None
    return fitted


def injected(name: str, python: Callable[..., Any]) -> Function:
    """Wrap a function of the engine; its complaints about arguments become null and a warning."""

    def run_python(run: Run, *values: Any) -> Any:
        run.walk(list(values))
        try:
            return lift(python(*values))
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            run.warn("function_failed", run.at, f"函数“{name}”未能计算：{type(error).__name__}，按 null 处理")
            return None

    return Function(name, (Signature(("",), ("any",), 0, variadic=True),), run_python)
