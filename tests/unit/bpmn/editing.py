"""Draw an edit of a process: what an administrator does to a diagram under running instances."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from tests.unit.bpmn.blocks import Block
from tests.unit.bpmn.plain_editing import FORKS, HOSTS, Editor, begins_with_a_wait, editable

T = TypeVar("T")
WAITED = ["timer", "message", "signal", "conditional"]


def _task() -> Block:
    return Block("task")


def _line() -> Block:
    return Block("seq", [_task(), _task()])


FRESH: dict[str, Callable[[], Block]] = {
    "task": _task,
    "fork": lambda: Block("par", [_line(), _task()]),
    "choice": lambda: Block("inc", [_task(), _line()]),
    "items": lambda: Block("many", [_task()], times=2),
    "one by one": lambda: Block("many", [_task()], times=2, sequential=True),
    "again": lambda: Block("again", [_task()], times=2),
    "box": lambda: Block("sub", [_line(), Block("alarm", [_line()], trigger="message")]),
    "called": lambda: Block("call", [Block("par", [_task(), _task()])]),
    "timed": lambda: Block("guard", [_task(), _line()]),
    "race": lambda: Block("race", [_line(), _task()], trigger="signal"),
}


@dataclass
class Pen:
    """Draws where and what."""

    editor: Editor
    data: st.DataObject
    kinds: Sequence[str] = tuple(FRESH)

    def pick(self, label: str, found: Sequence[T]) -> T:
        return found[self.data.draw(st.integers(0, len(found) - 1), label=label)]

    def yes(self, label: str) -> bool:
        return self.data.draw(st.booleans(), label=label)

    def fresh(self, *kinds: str) -> Block:
        return self.editor.named(FRESH[self.pick("fresh", kinds or self.kinds)]())

    def blocks(self, *kinds: str) -> list[Block]:
        return [one for one in editable(self.editor.model.root) if one.kind in kinds]

    def slots(self, *kinds: str) -> list[tuple[Block, int]]:
        every = self.editor.slots()
        return [(one, index) for one, index in every if not kinds or one.parts[index].kind in kinds]


def insert(pen: Pen) -> bool:
    """Add a step."""
    seqs = pen.blocks("seq")
    if not seqs:
        return False
    seq = pen.pick("seq", seqs)
    pen.editor.insert(seq, pen.data.draw(st.integers(0, len(seq.parts)), label="at"), pen.fresh())
    return True


def remove(pen: Pen) -> bool:
    """Take a step away; whoever is at it goes to the one before or after."""
    found = [
        (seq, index, seq.parts[goal])
        for seq in pen.blocks("seq")
        for index in range(1, len(seq.parts))
        for goal in (index - 1, index + 1)
        if goal < len(seq.parts)
        and begins_with_a_wait(seq.parts[goal])
        and pen.editor.may_go(seq.parts[index])
    ]
    if found:
        pen.editor.remove(*pen.pick("remove", found))
    return bool(found)


def replace(pen: Pen) -> bool:
    """Put something else in the place of a step."""
    found = [
        (one, index)
        for one, index in pen.slots()
        if one.kind not in {"loop", "while"} and pen.editor.may_go(one.parts[index])
    ]
    if found:
        pen.editor.replace(*pen.pick("replace", found), pen.fresh())
    return bool(found)


def wrap_anew(pen: Pen) -> bool:
    """Make a task one for several, or put a step into a subprocess; whoever is at it begins that anew."""
    found = [
        (one, index)
        for one, index in pen.slots()
        if pen.editor.may_go(one.parts[index])
        and not any(inner.kind == "throw" for inner in one.parts[index].all())
        and begins_with_a_wait(one.parts[index])
    ]
    if not found:
        return False
    parent, index = pen.pick("wrap anew", found)
    part = parent.parts[index]
    kinds = ["sub", "call", *["many", "again"] * (part.kind == "task")]
    kind = pen.pick("in", kinds)
    pen.editor.replace(parent, index, pen.editor.numbered(Block(kind, [part], times=2)))
    return True


def wrap_in_fork(pen: Pen) -> bool:
    """Let another branch run beside a step."""
    parent, index = pen.pick("wrap in fork", pen.slots())
    kind = pen.pick("kind", sorted(FORKS))
    pen.editor.wrap_in_fork(parent, index, kind, pen.fresh(), at=int(pen.yes("behind")))
    return True


def wrap_in_loop(pen: Pen) -> bool:
    """Let a step be repeated."""
    parent, index = pen.pick("wrap in loop", pen.slots())
    kinds = ["loop"] if parent.kind == "guard" else ["loop", "while"]
    pen.editor.wrap_in_loop(parent, index, pen.pick("kind", kinds), pen.fresh("task"))
    return True


def guard(pen: Pen) -> bool:
    """Attach an event to an activity."""
    slots = pen.slots(*HOSTS)
    if not slots:
        return False
    interrupting = pen.yes("interrupting")
    second = pen.fresh() if interrupting else pen.fresh("task")
    pen.editor.guard(
        *pen.pick("guard", slots), pen.pick("trigger", WAITED), second, interrupting=interrupting
    )
    return True


def unguard(pen: Pen) -> bool:
    """Take the event of an activity away."""
    found = [(one, index) for one, index in pen.slots("guard") if pen.editor.may_unguard(one.parts[index])]
    if found:
        pen.editor.unguard(*pen.pick("unguard", found))
    return bool(found)


def add_branch(pen: Pen) -> bool:
    """Give a fork one more branch."""
    forks = pen.blocks(*FORKS)
    if not forks:
        return False
    fork = pen.pick("fork", forks)
    pen.editor.add_branch(fork, pen.data.draw(st.integers(0, len(fork.parts)), label="at"), pen.fresh())
    return True


def remove_branch(pen: Pen) -> bool:
    """Take a branch of a fork away that does not run."""
    forks = pen.blocks(*FORKS)
    found = [
        (one, index)
        for one in forks
        for index in range(len(one.parts))
        if pen.editor.may_lose_branch(one, index)
    ]
    if found:
        pen.editor.remove_branch(*pen.pick("branch", found))
    return bool(found)


def reorder(pen: Pen) -> bool:
    """Change the order of steps."""
    found = [
        (seq, index, to)
        for seq in pen.blocks("seq")
        for index in range(1, len(seq.parts))
        for to in range(1, len(seq.parts))
        if index != to
    ]
    if found:
        pen.editor.reorder(*pen.pick("reorder", found))
    return bool(found)


def rename(pen: Pen) -> bool:
    """Give an element another id."""
    every = list(pen.editor.model.root.all())
    known = [
        one
        for one in every
        if one.kind not in {"seq", "many", "again", "loop", "while"} and one is not every[0]
    ]
    pen.editor.rename(pen.pick("rename", known))
    return True


def alarm(pen: Pen) -> bool:
    """Give a scope an event subprocess, or take it away."""
    scopes = pen.blocks("sub", "call", "deal")
    bare = [one for one in scopes if len(one.parts) == 1]
    if bare and pen.yes("add"):
        new = Block(
            "alarm", [_line()], trigger=pen.pick("trigger", WAITED), interrupting=pen.yes("interrupting")
        )
        if new.trigger == "conditional" and not new.interrupting:
            new.parts = [_task()]
        pen.editor.add_alarm(pen.pick("scope", bare), pen.editor.named(new))
        return True
    found = [one for one in scopes if pen.editor.may_lose_alarm(one)]
    if found:
        pen.editor.drop_alarm(pen.pick("scope", found))
    return bool(found)


def retime(pen: Pen) -> bool:
    """Change the span of a timer."""
    timed = [one for one in pen.editor.model.root.all() if one.kind in {"guard", "alarm", "race"}]
    if not timed:
        return False
    block = pen.pick("timer", timed)
    seconds = block.seconds + 997 * next(pen.editor.numbers) * (1 if pen.yes("longer") else -1)
    pen.editor.retime({block: max(seconds, 60)}, recompute=pen.yes("recompute"))
    return True


def paste(pen: Pen) -> bool:
    """Cut a task out where nobody is at it, and paste it elsewhere in the same scope."""
    found = [
        (seq, index)
        for seq in pen.blocks("seq")
        for index in range(1, len(seq.parts))
        if seq.parts[index].kind == "task" and not pen.editor.running(seq.parts[index])
    ]
    if not found:
        return False
    seq, index = pen.pick("cut", found)
    others = [one for one in pen.blocks("seq") if pen.editor.scope_of(one) is pen.editor.scope_of(seq)]
    other = pen.pick("into", others)
    part = seq.parts[index]
    pen.editor.remove(seq, index, seq.parts[index - 1])
    pen.editor.insert(other, pen.data.draw(st.integers(0, len(other.parts)), label="at"), part)
    return True


EDITS: dict[str, Callable[[Pen], bool]] = {
    one.__name__: one
    for one in (
        insert,
        remove,
        replace,
        wrap_anew,
        wrap_in_fork,
        wrap_in_loop,
        guard,
        unguard,
        add_branch,
        remove_branch,
        reorder,
        rename,
        alarm,
        retime,
        paste,
    )
}


def edited(pen: Pen, most: int) -> Iterator[str]:
    """Make some edits; yield the kinds of those that were possible. What is moved begins in the version as it is then:
    it is the last."""
    for _ in range(pen.data.draw(st.integers(1, most), label="edits")):
        if pen.editor.moved:
            return
        kind = pen.data.draw(st.sampled_from(sorted(EDITS)), label="edit")
        if EDITS[kind](pen):
            yield kind
