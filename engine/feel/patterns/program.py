"""Compile a pattern to a program of few instructions; counted repetitions are written out."""

from dataclasses import dataclass

from engine.feel.patterns.classes import Accepts, PatternError

MOST_INSTRUCTIONS = 2_000


@dataclass(slots=True)
class Instruction:
    """`char` accepts a letter; `split` goes to x, then y; `jump` to x; `save` slot x; `start`/`end` assert; `match`.

    `back` takes the text of group x once more.
    """

    op: str
    x: int = 0
    y: int = 0
    accepts: Accepts | None = None


Program = list[Instruction]


def joined(parts: list[Program]) -> Program:
    """Put programs one after the other; jumps are relative."""
    program = [instruction for part in parts for instruction in part]
    if len(program) > MOST_INSTRUCTIONS:
        raise PatternError("too large")
    return program


def either(parts: list[Program]) -> Program:
    """Try programs in order."""
    program = parts[-1]
    for part in reversed(parts[:-1]):
        program = joined(
            [[Instruction("split", 1, len(part) + 2)], part, [Instruction("jump", len(program) + 1)], program]
        )
    return program


def _optional(part: Program, lazy: bool) -> Program:
    inside, past = 1, len(part) + 1
    return [Instruction("split", past, inside) if lazy else Instruction("split", inside, past), *part]


def _star(part: Program, lazy: bool) -> Program:
    inside, past = 1, len(part) + 2
    first = Instruction("split", past, inside) if lazy else Instruction("split", inside, past)
    return [first, *part, Instruction("jump", -len(part) - 1)]


def repeated(part: Program, low: int, high: int | None, lazy: bool) -> Program:
    """Repeat a program `low` to `high` times (None: without end)."""
    if (high if high is not None else low) * len(part) > MOST_INSTRUCTIONS:
        raise PatternError("too large")
    needed = [part] * low
    if high is None:
        return joined([*needed, _star(part, lazy)])
    rest: Program = []
    for _ in range(high - low):
        rest = _optional(joined([part, rest]), lazy)
    return joined([*needed, rest])
