"""What is fuzzed: each target takes any bytes, and nothing but a typed error may come out of it."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from engine.bpmn import definition
from engine.dmn import checking, reading
from engine.errors import BihuanError
from engine.feel import compiling
from engine.feel.dependencies import free_names
from engine.feel.limits import DEFAULT
from engine.feel.writing import to_json

CPU_SECONDS = 5
_NOW = datetime(2021, 6, 1, tzinfo=UTC)
CONTEXT = MappingProxyType(
    {
        "x": "text",
        "a": Decimal(3),
        "b": [Decimal(1), None, "z", {"a": Decimal(2)}],
        "n": None,
        "d": date(2021, 2, 28),
        "c": {"a": Decimal(1), "first name": "甲"},
    }
)
_NAMES = frozenset({"first name"})


class TooSlow(Exception):
    """An input took longer than any may."""


def feel(data: bytes) -> None:
    """Parse and evaluate an expression."""
    compiled = compiling._new_expression(data.decode("utf-8", "surrogatepass"), _NAMES, DEFAULT)
    free_names(compiled.tree)
    to_json(compiled.explain(CONTEXT, now=_NOW).value)


def unary_tests(data: bytes) -> None:
    """Parse the tests of a cell and ask them."""
    compiled = compiling._new_tests(data.decode("utf-8", "surrogatepass"), _NAMES, DEFAULT)
    for value in CONTEXT.values():
        compiled.test(value, CONTEXT, now=_NOW)


def dmn(data: bytes) -> None:
    """Check a decision file, and decide what could be compiled."""
    checking.check(data)
    decisions, _ = reading.compiled(data)
    if decisions is None:
        return
    for key in decisions.keys:
        with suppress(BihuanError):
            to_json(decisions.decide(key, CONTEXT, now=_NOW).value)


def bpmn(data: bytes) -> None:
    """Check and read a diagram."""
    definition.read(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feel": feel,
    "unary_tests": unary_tests,
    "dmn": dmn,
    "bpmn": bpmn,
}


def guarded(target: str, data: bytes) -> Any:
    """Run a target. Anything that is no typed error passes through; TooSlow if it took seconds."""
    started = time.process_time()
    with suppress(BihuanError, UnicodeDecodeError):
        TARGETS[target](data)
    if time.process_time() - started > CPU_SECONDS:
        raise TooSlow(f"{target}: {data[:200]!r}")
