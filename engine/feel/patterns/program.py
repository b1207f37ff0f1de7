"""Compile a pattern to a program of few instructions; counted repetitions are written out."""

from dataclasses import dataclass

from engine.feel.patterns.classes import Accepts, PatternError

MOST_INSTRUCTIONS = 1_000


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


def _optional(part: Program, times: int, lazy: bool) -> list[Program]:
    """Repeat a part up to so many times; each turn may leave to the end of all of them."""
    made: list[Program] = []
    for left in range(times, 0, -1):
        inside, past = 1, left * (len(part) + 1)
        split = Instruction("split", past, inside) if lazy else Instruction("split", inside, past)
        made.append([split, *part])
    return made


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
    return joined([*needed, *_optional(part, high - low, lazy)])
