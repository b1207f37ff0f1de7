"""Random block-structured diagrams: trees of blocks, and the BPMN files they stand for.

kinds: task · seq (parts in turn) · par, inc (all, some of the parts at once) · xor (one part) · loop (part, again while
`d_ID`) · while (the same, asked first) · sub, call, deal (a scope of its own around the part, and perhaps an alarm; a
deal is a transaction) · alarm (an event subprocess: the part when its event happens, instead of the scope or beside it)
· many (the part `times` times) · again (a standard loop: the part while `d_ID`, at most `times` times) · guard (part
with a timer, a condition or another trigger; when it fires the second part runs instead, or beside it and then ends) · race (an
event-based gateway: the first part after a message, a signal or when `d_ID`, the second after a time) · work (a service task, which
fails while the ledger is broken) · throw (if `d_ID`: ends its scope by an error, a cancellation or termination, has its
operation report an error, or escalates, sends a message or signal and goes on).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from tests.unit.bpmn.diagrams import (
    again,
    boundary,
    call,
    catch,
    diagram,
    end,
    errors,
    escalations,
    event,
    flow,
    gateway,
    holds,
    many,
    messages,
    service,
    signals,
    start,
    sub,
    throw,
    timer,
    user,
)

CODES = ("one", "two")
GOES_ON = {"escalation", "message", "signal"}
CLIMBING = {"error", "escalation", "cancel"}


@dataclass(eq=False)
class Block:
    kind: str
    parts: list["Block"] = field(default_factory=list)
    times: int = 0
    sequential: bool = False
    interrupting: bool = True
    id: str = ""
    seconds: int = 0
    trigger: str = "timer"
    code: str = ""
    asks_first: bool = False

    def __repr__(self) -> str:
        more = f" x{self.times}{' one by one' * self.sequential}" if self.times else ""
        more += " beside" * (not self.interrupting)
        more += f" {self.trigger} {self.code}" if self.kind in {"guard", "alarm", "throw", "race"} else ""
        return f"{self.id or self.kind}{more}{self.parts or ''}"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """Hypothesis prints a tree in one line."""
        printer.text(repr(self))

    def tasks(self) -> Iterator["Block"]:
        if self.kind == "task":
            yield self
        for part in self.parts:
            yield from part.tasks()

    def all(self) -> Iterator["Block"]:
        yield self
        for part in self.parts:
            yield from part.all()


def decisions(root: Block) -> list[str]:
    """Return the variables that the gateways of a process ask."""
    found = []
    for one in root.all():
        if one.kind in {"loop", "while", "xor", "again", "throw"}:
            found.append(f"d_{one.id}")
        if one.kind == "inc":
            found += [f"d_{one.id}_{index}" for index in range(len(one.parts) - 1)]
        if one.trigger == "conditional":
            found.append(f"d_{one.id}")
    return found


class Writer:
    """Writes the diagram of a process, and one for each process it calls. The text is that of the open scope."""

    def __init__(self, root: Block) -> None:
        self.parts: dict[str, bytes] = {}
        self._ends = count(1)
        heard = [one.id for one in root.all() if one.kind in {"guard", "race", "alarm"}]
        self._root = messages(*heard) + signals(*heard) + errors(*CODES) + escalations(*CODES)
        self.xml = diagram("root", self._scope(root), root=self._root)

    def _scope(self, scope: Block) -> str:
        text, entry, leave = self._write(scope.parts[0])
        first, last = f"s_{scope.id}", f"e_{scope.id}"
        text += "".join(self._alarm(one) for one in scope.parts[1:])
        return text + start(first) + end(last) + flow(first, entry) + flow(leave, last)

    def _alarm(self, one: Block) -> str:
        text, entry, leave = self._write(one.parts[0])
        first, last = start(one.id, self._trigger(one), interrupting=one.interrupting), f"e_{one.id}"
        links = flow(one.id, entry) + flow(leave, last)
        return sub(f"w_{one.id}", text, first, end(last), links, event=True)

    def _write(self, one: Block, loop: str = "") -> tuple[str, str, str]:
        """Return text, where it begins, where it ends."""
        if one.kind == "task":
            return user(one.id, loop=loop), one.id, one.id
        if one.kind == "work":
            return service(one.id, loop=loop), one.id, one.id
        if one.kind in {"sub", "deal"}:
            kind = "transaction" if one.kind == "deal" else "subProcess"
            return sub(one.id, self._scope(one), loop=loop, kind=kind), one.id, one.id
        if one.kind == "call":
            self.parts[f"p_{one.id}"] = diagram(f"p_{one.id}", self._scope(one), root=self._root)
            return call(one.id, f"p_{one.id}", loop=loop), one.id, one.id
        if one.kind == "many":
            items = f"[{', '.join(str(number) for number in range(1, one.times + 1))}]"
            return self._write(one.parts[0], many(items, f"n_{one.id}", sequential=one.sequential))
        if one.kind == "again":
            marker = again(f"d_{one.id} = 1", most=one.times, before=one.asks_first)
            return self._write(one.parts[0], marker)
        if one.kind == "throw":
            return self._throw(one)
        written = [self._write(part) for part in one.parts]
        text = "".join(body for body, _, _ in written)
        if one.kind == "seq":
            links = "".join(flow(a[2], b[1]) for a, b in pairwise(written))
            return text + links, written[0][1], written[-1][2]
        if one.kind == "guard":
            return self._guard(one, text, written)
        if one.kind == "race":
            return self._race(one, text, written)
        if one.kind in {"loop", "while"}:
            return self._loop(one, text, written[0])
        return self._fork(one, text, written)

    def _guard(self, one: Block, text: str, written: list[tuple[str, str, str]]) -> tuple[str, str, str]:
        (_, entry, leave), (_, other, done) = written
        text += boundary(one.id, entry, self._trigger(one), interrupting=one.interrupting) + flow(
            one.id, other
        )
        if not one.interrupting:
            last = f"a{next(self._ends)}"
            return text + end(last) + flow(done, last), entry, leave
        meet = f"z_{one.id}"
        return text + gateway("exclusive", meet) + flow(leave, meet) + flow(done, meet), entry, meet

    def _trigger(self, one: Block) -> str:
        if one.trigger == "timer":
            return timer("duration", f"PT{one.seconds}S")
        if one.trigger == "conditional":
            return holds(f"d_{one.id} = 1")
        return event(one.trigger, one.code if one.trigger in CLIMBING else one.id)

    def _throw(self, one: Block) -> tuple[str, str, str]:
        if one.trigger == "work":
            parameters = {"yes": f"d_{one.id} = 1", "code": f'"{one.code}"'}
            return service(one.id, "blame", parameters=parameters), one.id, one.id
        ask, out = f"q_{one.id}", f"o_{one.id}"
        text = gateway("exclusive", ask, default=f"{ask}_{out}") + gateway("exclusive", out)
        text += flow(ask, out) + flow(ask, one.id, f"d_{one.id} = 1")
        what = event(one.trigger, one.code)
        if one.trigger in GOES_ON:
            return text + throw(one.id, what) + flow(one.id, out), ask, out
        return text + end(one.id, what), ask, out

    def _race(self, one: Block, text: str, written: list[tuple[str, str, str]]) -> tuple[str, str, str]:
        first, late, meet = f"v_{one.id}", f"t_{one.id}", f"z_{one.id}"
        text += gateway("eventBased", first) + gateway("exclusive", meet)
        text += catch(one.id, self._trigger(one)) + catch(late, timer("duration", f"PT{one.seconds}S"))
        for place, (_, entry, leave) in zip((one.id, late), written, strict=True):
            text += flow(first, place) + flow(place, entry) + flow(leave, meet)
        return text, first, meet

    def _loop(self, one: Block, text: str, written: tuple[str, str, str]) -> tuple[str, str, str]:
        head, ask, out = (f"{letter}_{one.id}" for letter in "hqo")
        text += gateway("exclusive", head) + gateway("exclusive", out)
        text += gateway("exclusive", ask, default=f"{ask}_{out}") + flow(ask, out)
        _, entry, leave = written
        if one.kind == "while":
            return text + flow(head, ask) + flow(ask, entry, f"d_{one.id} = 1") + flow(leave, head), head, out
        return text + flow(head, entry) + flow(leave, ask) + flow(ask, head, f"d_{one.id} = 1"), head, out

    def _fork(self, one: Block, text: str, written: list[tuple[str, str, str]]) -> tuple[str, str, str]:
        kind = {"par": "parallel", "inc": "inclusive", "xor": "exclusive"}[one.kind]
        split, join = f"f_{one.id}", f"j_{one.id}"
        default = None if one.kind == "par" else f"{split}_{written[-1][1]}"
        text += gateway(kind, split, default=default) + gateway(kind, join)
        for index, (_, entry, leave) in enumerate(written):
            condition = None
            if default and index < len(written) - 1:
                condition = f"d_{one.id} = {index}" if one.kind == "xor" else f"d_{one.id}_{index} = 1"
            text += flow(split, entry, condition) + flow(leave, join)
        return text, split, join
