"""Run a program over a text: all possibilities at once, so the time is text × program at most (Pike's machine)."""

from collections.abc import Callable

from engine.feel.patterns.program import Program

Spans = tuple[int, ...]
Thread = tuple[int, Spans]


class Machine:
    """A program and its text; `charge` is asked to pay for every step."""

    def __init__(self, program: Program, groups: int, text: str, charge: Callable[[int], None]) -> None:
        self.program = program
        self.text = text
        self.charge = charge
        self.unset: Spans = (-1,) * (2 * groups + 2)
        self.weight = 2 + groups // 8

    def search(self, start: int) -> Spans | None:
        """Return the spans of the first match at or after `start`: whole match, then each group; -1 unset."""
        threads: list[Thread] = []
        found: Spans | None = None
        for at in range(start, len(self.text) + 1):
            seen: set[int] = {pc for pc, _ in threads}
            if found is None:
                self._follow(threads, seen, 0, self.unset, at)
            if not threads:
                if found is not None:
                    break
                self.charge(1)
                continue
            self.charge(1 + len(threads) // 2)
            threads, matched = self._step(threads, at)
            found = matched if matched is not None else found
        return found

    def _step(self, threads: list[Thread], at: int) -> tuple[list[Thread], Spans | None]:
        """Feed one letter to all threads, in order of preference; a match cuts off those behind it."""
        letter = self.text[at : at + 1]
        following: list[Thread] = []
        seen: set[int] = set()
        for pc, spans in threads:
            instruction = self.program[pc]
            if instruction.op == "match":
                return following, spans
            if letter and instruction.accepts is not None and instruction.accepts(letter):
                self._follow(following, seen, pc + 1, spans, at + 1)
        return following, None

    def _follow(self, threads: list[Thread], seen: set[int], first: int, spans: Spans, at: int) -> None:
        """Add all letters and matches that can be reached without reading, in order of preference."""
        waiting = [(first, spans)]
        known = len(seen)
        while waiting:
            pc, spans = waiting.pop()
            if pc in seen:
                continue
            seen.add(pc)
            instruction = self.program[pc]
            match instruction.op:
                case "jump":
                    waiting.append((pc + instruction.x, spans))
                case "split":
                    waiting += [(pc + instruction.y, spans), (pc + instruction.x, spans)]
                case "save":
                    slot = instruction.x
                    waiting.append((pc + 1, (*spans[:slot], at, *spans[slot + 1 :])))
                case "start" | "end":
                    if holds(self.text, instruction.op, instruction.x, at):
                        waiting.append((pc + 1, spans))
                case _:
                    threads.append((pc, spans))
        self.charge(((len(seen) - known) * self.weight) // 4)


def holds(text: str, op: str, by_line: int, at: int) -> bool:
    """Say whether `^` (`start`) or `$` (`end`) holds at a place of the text."""
    if op == "start":
        return at == 0 or bool(by_line and text[at - 1] == "\n")
    return at == len(text) or bool(by_line and text[at] == "\n")
