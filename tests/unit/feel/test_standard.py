"""What chapter 10 of the standard (DMN 1.5) says of each function and operator, line by line: `expression => JSON`."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.feel.builtins.registry import BUILT_IN
from engine.feel.compiling import compile_expression
from engine.feel.writing import to_json

FILES = sorted(Path(__file__).with_name("standard").glob("*.txt"))
NOW = datetime(2021, 6, 1, tzinfo=UTC)
OURS = {"and", "trim", "last day of month"}  # not in the standard


def cases() -> list[tuple[str, str]]:
    """Return the lines; one without an arrow goes on in the next."""
    found: list[tuple[str, str]] = []
    held = ""
    for file in FILES:
        for line in file.read_text(encoding="utf-8").splitlines():
            source, arrow, expected = f"{held}{line}".rpartition(" => ")
            held = "" if arrow or line.startswith("# ") else f"{held}{line}\n"
            if arrow:
                found.append((source, expected))
    return found


@pytest.mark.parametrize(("source", "expected"), cases())
def test_the_standard_holds(source: str, expected: str) -> None:
    value = compile_expression(source).evaluate({}, now=NOW)

    assert json.loads(to_json(value), parse_float=Decimal, parse_int=Decimal) == json.loads(
        expected, parse_float=Decimal, parse_int=Decimal
    )


def test_every_function_is_called() -> None:
    sources = [source for source, _ in cases()]

    assert {name for name in BUILT_IN if not any(f"{name}(" in one for one in sources)} == OURS
