"""Run a program that refers back to its groups: one possibility after the other, every step paid for.

Only patterns with `\\1` … `\\9` need it: what a reference accepts depends on the way that led to it, so the ways cannot
be walked all at once. A state is never entered twice, and the budget of the evaluation ends what takes too long.
"""

from collections.abc import Callable

from engine.feel.patterns.machine import Spans, holds
from engine.feel.patterns.program import Program

State = tuple[int, int, Spans]


class BacktrackingMachine:
    """As `Machine`, for programs with references. any_case: references ignore case."""

    def __init__(
        self, program: Program, groups: int, text: str, charge: Callable[[int], None], any_case: bool
    ) -> None:
        self.program = program
        self.text = text
        self.charge = charge
        self.any_case = any_case
        self.unset: Spans = (-1,) * (2 * groups + 2)
        self.weight = 2 + groups // 4

    def search(self, start: int) -> Spans | None:
        """Return the spans of the first match at or after `start`."""
        for at in range(start, len(self.text) + 1):
            found = self._from(at)
            if found is not None:
                return found
        return None

    def _from(self, start: int) -> Spans | None:
        waiting: list[State] = [(0, start, self.unset)]
        seen: set[State] = set()
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            self.charge(self.weight)
            pc, at, spans = state
            if self.program[pc].op == "match":
                return spans
            waiting += self._following(pc, at, spans)
        return None

    def _following(self, pc: int, at: int, spans: Spans) -> list[State]:
        """Return where a state leads to, the preferred way last."""
        instruction = self.program[pc]
        match instruction.op:
            case "jump":
                return [(pc + instruction.x, at, spans)]
            case "split":
                return [(pc + instruction.y, at, spans), (pc + instruction.x, at, spans)]
            case "save":
                slot = instruction.x
                return [(pc + 1, at, (*spans[:slot], at, *spans[slot + 1 :]))]
            case "start" | "end":
                return [(pc + 1, at, spans)] if holds(self.text, instruction.op, instruction.x, at) else []
            case "back":
                length = self._referred(instruction.x, at, spans)
                return [] if length is None else [(pc + 1, at + length, spans)]
        letter = self.text[at : at + 1]
        if letter and instruction.accepts is not None and instruction.accepts(letter):
            return [(pc + 1, at + 1, spans)]
        return []

    def _referred(self, group: int, at: int, spans: Spans) -> int | None:
        """Return the length of a group's text if it stands here again; a group that took no part is empty."""
        first, end = spans[2 * group], spans[2 * group + 1]
        if first < 0 or end < 0:
            return 0
        wanted, found = self.text[first:end], self.text[at : at + end - first]
        self.charge(1 + len(wanted) // 64)
        same = wanted == found or (self.any_case and wanted.casefold() == found.casefold())
        return len(wanted) if same else None
