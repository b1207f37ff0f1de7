"""BPMN without tokens: what is left to do of each block. Written to be compared with the engine, sharing nothing.

A running block is a `Live`; None is a block that is done. No gateway exists here: a fork is done when all its parts are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.unit.bpmn.blocks import Block
from tests.unit.bpmn.plain_order import SCOPES, ahead, is_before

Key = tuple[str, tuple[tuple[str, int], ...]]


@dataclass(eq=False)
class Live:
    """A running block. kids: its running parts, by part for a fork, by instance for `many`; at: the part of a seq or
    xor; beside (of a scope): guards that fired without interrupting, and what they started; due, armed: of a guard or
    race that waits for a time (since when), for something heard, caught or true; held: it happened and its condition has not been false
    since; alarm (of a scope): the one that has not happened; failed (of a throw): nothing caught it."""

    block: Block
    kids: list["Live | None"] = field(default_factory=list)
    at: int = 0
    number: int = 0
    beside: list[tuple[Block, "Live"]] = field(default_factory=list)
    due: datetime | None = None
    since: datetime | None = None
    armed: bool = False
    held: bool = False
    alarm: "Live | None" = None
    failed: bool = False

    def under(self) -> Iterator["Live"]:
        yield self
        for kid in [*self.kids, *(live for _, live in self.beside), self.alarm]:
            if kid is not None:
                yield from kid.under()

    @property
    def is_over(self) -> bool:
        waits = self.block.kind in {"task", "work", "throw"} or (self.block.kind == "race" and self.armed)
        return not waits and not self.beside and all(kid is None for kid in self.kids)


class Model:
    """One instance of a process."""

    def __init__(self, root: Block, choices: Mapping[str, int], now: datetime, *, broken: bool) -> None:
        self.root = root
        self.now = now
        self.choices = choices
        self.broken = broken
        self.live = self.begin(root)

    def begin(self, block: Block) -> Live | None:
        live = Live(block)
        parts = block.parts
        if block.kind in {"par", "inc"}:
            chosen = [self.choices.get(f"d_{block.id}_{index}") == 1 for index in range(len(parts))]
            if block.kind == "inc" and not any(chosen):
                chosen[-1] = True
            live.kids = [
                self.begin(part) if yes or block.kind == "par" else None
                for part, yes in zip(parts, chosen, strict=True)
            ]
        elif block.kind == "xor":
            live.at = min(self.choices[f"d_{block.id}"], len(parts) - 1)
            live.kids = [self.begin(parts[live.at])]
        elif block.kind == "while":
            live.kids = [self.begin(parts[0]) if self.choices[f"d_{block.id}"] == 1 else None]
        elif block.kind == "many":
            live.number = 1 if block.sequential else block.times
            live.kids = [self._instance(block, number) for number in range(1, live.number + 1)]
        elif block.kind == "guard":
            self.arm(live)
            live.kids = [self.begin(parts[0])]
        elif block.kind == "race":
            self.arm(live)
            live.at = -1
        elif block.kind == "work":
            return live if self.broken else None
        elif block.kind == "throw":
            return live if self.choices[f"d_{block.id}"] == 1 else None
        elif block.kind == "again":
            if block.asks_first and self.choices[f"d_{block.id}"] != 1:
                return None
            live.number = 1
            live.kids = [self.begin(parts[0])]
        elif parts:
            live.kids = [self.begin(parts[0])]
            live.alarm = self.alarm_of(block)
        return self.go_on(live)

    def alarm_of(self, scope: Block) -> Live | None:
        alarm = next((part for part in scope.parts if part.kind == "alarm"), None)
        if alarm is None:
            return None
        live = Live(alarm)
        self.arm(live)
        return live

    def arm(self, live: Live) -> None:
        live.armed = live.block.trigger != "timer"
        if not live.armed or live.block.kind == "race":
            live.since = self.now
            live.due = self.now + timedelta(seconds=live.block.seconds)

    def _instance(self, many: Block, number: int) -> Live | None:
        live = self.begin(many.parts[0])
        if live is not None:
            live.number = number
        return live

    def go_on(self, live: Live) -> Live | None:
        """Go on as long as the parts of a block are done; None when the block is."""
        block = live.block
        while live.is_over:
            if block.kind == "seq" and live.at + 1 < len(block.parts):
                live.at += 1
                live.kids = [self.begin(block.parts[live.at])]
            elif block.kind in {"loop", "while"} and self.choices[f"d_{block.id}"] == 1:
                live.kids = [self.begin(block.parts[0])]
            elif block.kind == "many" and live.number < block.times:
                live.number += 1
                live.kids = [self._instance(block, live.number)]
            elif block.kind == "again" and live.number < block.times and self.choices[f"d_{block.id}"] == 1:
                live.number += 1
                live.kids = [self.begin(block.parts[0])]
            else:
                return None
        return live

    def complete(self, leaf: Live, choices: Mapping[str, int]) -> None:
        self.choices = choices
        self.live = self.replaced(self.live, leaf, None)

    def replaced(self, live: Live | None, leaf: Live, new: Live | None) -> Live | None:
        """Return a tree with another block (None: a done one) in the place of one, gone on as far as it can."""
        if live is leaf:
            return new
        if live is None or not any(one is leaf for one in live.under()):
            return live
        live.kids = [self.replaced(kid, leaf, new) for kid in live.kids]
        live.beside = [(guard, kid) for guard, one in live.beside if (kid := self.replaced(one, leaf, new))]
        return self.go_on(live)

    def guards(self) -> list[Live]:
        return [one for one in self.all() if one.due is not None]

    def listening(self) -> list[Live]:
        return [one for one in self.all() if one.armed and one.block.trigger in {"message", "signal"}]

    def conditions(self) -> list[Live]:
        return [one for one in self.all() if one.armed and one.block.trigger == "conditional"]

    def failed(self) -> list[Live]:
        return [one for one in self.all() if one.block.kind == "work" or one.failed]

    def hear(self, live: Live) -> None:
        if live.block.kind == "race":
            self._decide(live, 0)
        else:
            self.fire(live)

    def _decide(self, race: Live, way: int) -> None:
        race.due, race.armed, race.at = None, False, way
        self._fill(race, self.begin(race.block.parts[way]))

    def _fill(self, live: Live, started: Live | None) -> None:
        """Put what started into a block; if that was over at once, what is around it goes on."""
        inside = started or Live(live.block)
        live.kids = [inside]
        if started is None:
            self.live = self.replaced(self.live, inside, None)

    def fire(self, guard: Live) -> None:
        if guard.block.kind == "race":
            self._decide(guard, 1)
            return
        if guard.block.kind == "alarm":
            self._sound(guard)
            return
        block, guard.due = guard.block, None
        guard.armed = guard.armed and not block.interrupting
        started = self.begin(block.parts[1])
        if block.interrupting:
            guard.at = 1
            self._fill(guard, started)
        elif started is not None:
            self.scope_of(guard).beside.append((block, started))

    def sounds(self, alarm: Live) -> bool:
        """Whether what an alarm started still runs, in any scope."""
        return alarm.block.kind == "alarm" and any(
            block is alarm.block for one in self.all() for block, _ in one.beside
        )

    def _sound(self, alarm: Live) -> None:
        block = alarm.block
        scope = next(one for one in self.all() if one.alarm is alarm)
        if block.interrupting:
            scope.kids, scope.beside = [None], []
        if block.interrupting or not alarm.armed:
            scope.alarm = None
        started = self.begin(block)
        if started is not None:
            scope.beside.append((block, started))
        elif block.interrupting:
            self._fill(scope, None)

    def leaves(self) -> dict[Key, list[Live]]:
        found: dict[Key, list[Live]] = {}
        for leaf, numbers in self._numbered(self.live, ()):
            found.setdefault((leaf.block.id, tuple(sorted(numbers))), []).append(leaf)
        return found

    def _numbered(
        self, live: Live | None, numbers: tuple[tuple[str, int], ...]
    ) -> Iterator[tuple[Live, tuple[tuple[str, int], ...]]]:
        if live is None:
            return
        if live.block.kind == "task":
            yield live, numbers
        for kid in [*live.kids, *(one for _, one in live.beside)]:
            if kid is not None:
                own = ((f"n_{live.block.id}", kid.number),) if live.block.kind == "many" else ()
                yield from self._numbered(kid, numbers + own)

    def earlier(self, leaf: Live) -> set[str]:
        """Return the tasks that come before one in the diagram."""
        found = {task for task in self.root.tasks() if leaf.block in ahead(self.root, task)[0]}
        return {task.id for task in found if is_before(self.root, task, leaf.block)}

    def take_back(self, leaf: Live, target: Block) -> None:
        """Open an earlier task again, in the innermost running scope that holds both."""
        scope = [
            one
            for one in self.all()
            if one.block.kind in SCOPES
            and any(inner is leaf for inner in one.under())
            and target in one.block.all()
        ][-1]
        gone = {target, *ahead(scope.block, target)[0]}
        if any(guard.kind == "alarm" and leaf in one.under() for guard, one in scope.beside):
            scope.alarm = self.alarm_of(scope.block)
        scope.beside = [
            (guard, one)
            for guard, one in scope.beside
            if not (leaf in one.under() if guard.kind == "alarm" else set(guard.parts[0].all()) & gone)
        ]
        scope.kids = [self.again(scope.kids[0], scope.block.parts[0], target)]

    def again(self, old: Live | None, block: Block, target: Block) -> Live | None:
        """Return a block running from the target on; in a fork that still runs the other parts go on as they were."""
        if block is target:
            return self.begin(block)
        index = next(index for index, part in enumerate(block.parts) if target in part.all())
        part, live = block.parts[index], Live(block, at=index)
        if block.kind in {"par", "inc"}:
            live.kids = list(old.kids) if old else [None] * len(block.parts)
            live.kids[index] = self.again(live.kids[index], part, target)
        elif block.kind == "many":
            live.number = 1 if block.sequential else block.times
            live.kids = [self.again(None, part, target) for _ in range(live.number)]
            for number, kid in enumerate(live.kids, 1):
                if kid is not None:
                    kid.number = number
        elif block.kind in SCOPES:
            live.alarm = self.alarm_of(block)
            live.kids = [self.again(None, part, target)]
        elif block.kind == "again":
            live.number = 1
            live.kids = [self.again(None, part, target)]
        else:
            if block.kind == "guard" and index == 0:
                self.arm(live)
            same = old is not None and (block.kind in {"loop", "while"} or old.at == index)
            live.kids = [self.again(old.kids[0] if old and same else None, part, target)]
        return self.go_on(live)

    def all(self) -> list[Live]:
        return list(self.live.under()) if self.live else []

    def scope_of(self, live: Live) -> Live:
        scopes = [one for one in self.all() if one.block.kind in SCOPES and live in list(one.under())]
        return scopes[-1]
