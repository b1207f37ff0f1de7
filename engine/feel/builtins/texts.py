"""Functions of texts; positions count characters from 1."""

from decimal import Decimal
from functools import partial
from typing import Any

from engine.feel.builtins.declaring import built_in
from engine.feel.numbers import whole
from engine.feel.state import Run
from engine.feel.values import Function, lift

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


@declare("substring", "string:text, start position:number, =length:number")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Cut a part; a negative start counts from the end; null if the start lies outside."""
    place, count = whole(start), len(text) if length is None else whole(length)
    if place is None or place == 0 or abs(place) > len(text) or count is None or count < 1:
        return None
    begin = place - 1 if place > 0 else len(text) + place
    return run.text(text[begin : begin + count])


@declare("string length", "string:text")
def string_length(run: Run, text: str) -> Decimal:
    """Count the characters."""
    return Decimal(len(text))


@declare("upper case", "string:text")
def upper_case(run: Run, text: str) -> str:
    """Turn into upper case."""
    run.charge(len(text) >> 6)
    return run.text(text.upper())


@declare("lower case", "string:text")
def lower_case(run: Run, text: str) -> str:
    """Turn into lower case."""
    run.charge(len(text) >> 6)
    return run.text(text.lower())


@declare("trim", "string:text")
def trim(run: Run, text: str) -> str:
    """Remove white space at both ends."""
    return run.text(text.strip())


@declare("substring before", "string:text, match:text")
def substring_before(run: Run, text: str, match: str) -> str:
    """Return what stands before the first match; empty without a match."""
    run.charge(len(text) >> 6)
    before, found, _ = text.partition(match) if match else ("", "", "")
    return run.text(before) if found else ""


@declare("substring after", "string:text, match:text")
def substring_after(run: Run, text: str, match: str) -> str:
    """Return what stands after the first match; empty without a match."""
    run.charge(len(text) >> 6)
    return run.text(text.partition(match)[2]) if match else text


@declare("contains", "string:text, match:text")
def contains(run: Run, text: str, match: str) -> bool:
    """Say whether a text holds another."""
    run.charge(len(text) >> 6)
    return match in text


@declare("starts with", "string:text, match:text")
def starts_with(run: Run, text: str, match: str) -> bool:
    """Say whether a text starts with another."""
    return text.startswith(match)


@declare("ends with", "string:text, match:text")
def ends_with(run: Run, text: str, match: str) -> bool:
    """Say whether a text ends with another."""
    return text.endswith(match)


@declare("string join", "list:list, =delimiter:text?")
def string_join(run: Run, items: list[Any], delimiter: str | None = None) -> str | None:
    """Join the texts of a list; nulls are left out; null if an item is no text."""
    run.charge(len(items))
    texts = [lift(item) for item in items if item is not None]
    if not all(item.__class__ is str for item in texts):
        return None
    length = sum(len(item) for item in texts) + len(delimiter or "") * len(texts)
    if length > run.limits.text_length:
        run.exceed(f"文本最长 {run.limits.text_length} 个字符")
    return run.text((delimiter or "").join(texts))
