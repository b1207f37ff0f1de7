"""`matches`, `replace` and `split`: regular expressions of XPath, in time linear in the text unless they refer back to groups."""

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from engine.feel.builtins.declaring import built_in
from engine.feel.patterns.backtracking import BacktrackingMachine
from engine.feel.patterns.classes import PatternError
from engine.feel.patterns.machine import Machine, Spans
from engine.feel.patterns.program import Program
from engine.feel.patterns.reading import Reader
from engine.feel.state import Run
from engine.feel.values import Function

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)
_REPLACEMENT = re.compile(r"\\(.)|\$([0-9])|([\\$])", re.DOTALL)


AnyMachine = Machine | BacktrackingMachine


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> tuple[Program, Reader] | None:
    reader = Reader(pattern, flags)
    try:
        return reader.program(), reader
    except PatternError:
        return None


def _machine(run: Run, text: str, pattern: str, flags: str | None) -> AnyMachine | None:
    try:
        compiled = _compiled(pattern, flags or "")
    except PatternError:
        compiled = None
    if compiled is None:
        run.warn("bad_pattern", run.at, f"不是可用的正则表达式：“{pattern[:60]}”，按 null 处理")
        return None
    program, reader = compiled
    run.charge(len(program) // 4)
    if reader.refers_back:
        return BacktrackingMachine(program, reader.groups, text, run.charge, reader.any_case)
    return Machine(program, reader.groups, text, run.charge)


@declare("matches", "input:text, pattern:text, =flags:text?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Say whether a pattern matches anywhere in a text."""
    machine = _machine(run, text, pattern, flags)
    return None if machine is None else machine.search(0) is not None


def _found(machine: AnyMachine) -> Iterator[Spans]:
    at = 0
    while at <= len(machine.text) and (spans := machine.search(at)) is not None:
        yield spans
        at = spans[1]


def _matches_nothing(run: Run, pattern: str, flags: str | None) -> bool:
    empty = _machine(run, "", pattern, flags)
    return empty is None or empty.search(0) is not None


@declare("replace", "input:text, pattern:text, replacement:text, =flags:text?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Replace every match; `$1` is the first group; null if the pattern can match nothing at all."""
    machine = _machine(run, text, pattern, flags)
    filling = _filling(run, replacement)
    if machine is None or filling is None or _matches_nothing(run, pattern, flags):
        return None
    parts: list[str] = []
    end, length = 0, 0
    for spans in _found(machine):
        run.charge(len(filling))
        parts.append(text[end : spans[0]])
        length += len(parts[-1])
        for piece in filling:
            parts.append(piece if isinstance(piece, str) else _group(text, spans, piece))
            length += len(parts[-1])
            if length > run.limits.text_length:
                run.exceed(f"文本最长 {run.limits.text_length} 个字符")
        end = spans[1]
    return run.text("".join(parts) + text[end:])


def _filling(run: Run, replacement: str) -> list[str | int] | None:
    """Cut a replacement into texts and numbers of groups; None if it is none."""
    run.charge(len(replacement) >> 2)
    parts: list[str | int] = []
    end = 0
    for found in _REPLACEMENT.finditer(replacement):
        if found[3] or (found[1] and found[1] not in "\\$"):
            return None
        parts += [replacement[end : found.start()], found[1] or int(found[2])]
        end = found.end()
    return [*parts, replacement[end:]]


def _group(text: str, spans: Spans, number: int) -> str:
    slot = 2 * number
    return text[spans[slot] : spans[slot + 1]] if slot < len(spans) and spans[slot] >= 0 else ""


@declare("split", "string:text, delimiter:text")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    """Split a text at every match of a pattern; null if the pattern can match nothing at all."""
    machine = _machine(run, text, delimiter, None)
    if machine is None or _matches_nothing(run, delimiter, None):
        return None
    parts: list[str] = []
    end = 0
    for spans in _found(machine):
        parts.append(text[end : spans[0]])
        end = spans[1]
    return run.sized([*parts, text[end:]])
