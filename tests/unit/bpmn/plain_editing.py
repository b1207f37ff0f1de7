"""Edits of a process and of what runs of it: the next version, the plan that leads there, and the plain model of both.

An edit changes the tree of blocks and the running blocks in place. What runs in a part that goes away begins anew
elsewhere in the same scope (`moved`); everything else is carried along.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from engine.bpmn.fates import Crossing
from tests.unit.bpmn.blocks import CODES, Block, decisions
from tests.unit.bpmn.plain_model import Live, Model
from tests.unit.bpmn.plain_moving import entry
from tests.unit.bpmn.plain_order import SCOPES

LETTERS = ("", "f_", "j_", "h_", "q_", "o_", "v_", "t_", "z_", "s_", "e_", "w_")
FORKS = {"par", "inc", "xor"}
HOSTS = {"task", "sub", "call", "many", "again"}
Place = tuple[Block, int]


def first(block: Block) -> Block:
    """Return the block at which a sequence begins."""
    return first(block.parts[0]) if block.kind == "seq" else block


def begins_with_a_wait(block: Block) -> bool:
    """Whether whoever begins a block has to wait at once: whatever is thrown comes later."""
    if block.kind in {"task", "race"}:
        return True
    if block.kind in {"work", "throw", "while"} or block.asks_first:
        return False
    return all(map(begins_with_a_wait, block.parts if block.kind in FORKS else block.parts[:1]))


def editable(block: Block) -> Iterator[Block]:
    """Yield the blocks of a tree; not what may run several times at once, as nobody could tell longer ones apart."""
    yield block
    for part in block.parts:
        if not _may_crowd(block, part):
            yield from editable(part)


def _may_crowd(block: Block, part: Block) -> bool:
    is_started = (block.kind == "guard" and part is block.parts[-1]) or block.kind == "alarm"
    return is_started and not block.interrupting and block.trigger != "timer"


@dataclass
class Editor:
    """One new version in the making. Elements are named in the plan as they were called before the first edit."""

    model: Model
    answer: Callable[[str], int]
    numbers: Iterator[int]
    moved: dict[str, Block] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    recompute: bool = False
    old: dict[Block, str] = field(init=False)

    def __post_init__(self) -> None:
        self.old = {one: one.id for one in self.model.root.all()}
        self.model.choices = self.choices = dict[str, int]()

    def begin(self, block: Block) -> Live | None:
        """Begin a block, with an answer for whatever it asks."""
        self.ask()
        return self.model.begin(block)

    def ask(self) -> None:
        for name in decisions(self.model.root):
            if name not in self.choices:
                self.choices[name] = self.answer(name)

    def finish(self) -> None:
        """Let go on what can; a throw whose hearer is gone escalates instead."""
        self.ask()
        for live in self.model.all():
            if live.due and live.since and (self.recompute or live.block not in self.old):
                live.due = live.since + timedelta(seconds=live.block.seconds)
        heard = {one.id for one in self.model.root.all() if one.kind in {"guard", "race", "alarm"}}
        for one in self.model.root.all():
            if one.kind == "throw" and one.trigger in {"message", "signal"} and one.code not in heard:
                one.trigger, one.code = "escalation", CODES[0]
        self.model.live = self._gone_on(self.model.live)

    def _gone_on(self, live: Live | None) -> Live | None:
        if live is None:
            return None
        live.kids = [self._gone_on(kid) for kid in live.kids]
        live.beside = [(guard, kid) for guard, one in live.beside if (kid := self._gone_on(one))]
        return self.model.go_on(live)

    def plan(self) -> Crossing:
        """Return the plan for all edits so far."""
        mapped = {
            letter + was: letter + one.id
            for one, was in self.old.items()
            if was != one.id
            for letter in LETTERS
        }
        moved = {element_id: entry(first(goal)) for element_id, goal in self.moved.items()}
        return Crossing(mapped, moved, frozenset(self.dropped), self.recompute)

    def named(self, block: Block) -> Block:
        """Give the blocks of a fresh tree ids and times of their own."""
        for one in block.all():
            self.numbered(one)
        return block

    def numbered(self, one: Block) -> Block:
        """Give one fresh block its id and time."""
        number = next(self.numbers)
        one.id, one.seconds = f"{one.kind}_new{number}", 90_000 + 991 * number**2
        return one

    def scope_of(self, block: Block) -> Block:
        """Return the innermost scope around a block."""
        return [one for one in self.model.root.all() if one.kind in SCOPES and block in one.all()][-1]

    def slots(self) -> list[Place]:
        """Return where a block may be replaced by another one: parent and number of the part."""
        free = {"seq", "loop", "while", *FORKS, *SCOPES}
        return [
            (one, index)
            for one in editable(self.model.root)
            for index, part in enumerate(one.parts)
            if not _may_crowd(one, part)
            and part.kind != "alarm"
            and (one.kind in free or (one.kind, index) == ("guard", 1))
        ]

    def running(self, block: Block) -> list[Live]:
        return [one for one in self.model.all() if one.block is block]

    def insert(self, seq: Block, index: int, new: Block) -> None:
        """Add a step to a sequence."""
        seq.parts.insert(index, new)
        for live in self.running(seq):
            live.at += index <= live.at

    def may_go(self, block: Block) -> bool:
        """Whether all that runs in a block stands where a plan can take it away; nothing it started runs beside it."""
        inside = set(block.all())
        beside = any(
            guard in inside
            for live in self.model.all()
            for guard, _ in live.beside
            if live.block not in inside
        )
        return not beside and not any(goal in inside for goal in self.moved.values())

    def remove(self, seq: Block, index: int, goal: Block) -> None:
        """Take a step out of a sequence; what runs in it begins at another step of it."""
        gone = seq.parts.pop(index)
        for live in self.running(seq):
            if live.at == index:
                self.move(gone, live.kids[0], goal)
                live.kids, live.at = [self.begin(goal)], seq.parts.index(goal)
            elif live.at > index:
                live.at -= 1

    def replace(self, parent: Block, index: int, new: Block) -> None:
        """Put another block in the place of one; what runs in it begins the new one."""
        gone = parent.parts[index]
        parent.parts[index] = new
        for live in self.running(gone):
            self.move(gone, live, new)
            self.put(live, self.begin(new))

    def move(self, gone: Block, live: Live | None, goal: Block) -> None:
        """Plan that the tokens of a running block begin at another one."""
        assert live is not None
        for element_id in self.elements(live):
            self.moved[element_id] = goal

    def elements(self, live: Live) -> Iterator[str]:
        """Yield the elements at which the tokens of a running block stand, in its own scope."""
        block, own = live.block, self.old.get(live.block, live.block.id)
        if block.kind in SCOPES | {"task", "work", "throw"}:
            yield own
            return
        if block.kind == "race" and live.at < 0:
            yield f"v_{own}"
        if block.kind in {"par", "inc"} and any(live.kids) and not all(live.kids):
            yield f"j_{own}"
        for kid in live.kids:
            if kid is not None:
                yield from self.elements(kid)

    def put(self, old: Live, new: Live | None) -> None:
        """Put a running block (None: a done one) in the place of another one, without going on."""
        for above in self.model.all():
            above.kids = [new if kid is old else kid for kid in above.kids]
            above.beside = [
                (guard, new if kid is old and new else kid)
                for guard, kid in above.beside
                if kid is not old or new is not None
            ]

    def wrap(self, parent: Block, index: int, new: Block, around: Callable[[Live], Live]) -> None:
        """Put a block around one; what runs goes on inside. new: holds the old one already."""
        inner = parent.parts[index]
        parent.parts[index] = new
        for live in self.running(inner):
            self.put(live, around(live))

    def wrap_in_fork(self, parent: Block, index: int, kind: str, other: Block, at: int) -> None:
        """Draw a fork around a block: a branch that running instances do not go."""
        new = self.named(Block(kind))
        inner = parent.parts[index]
        new.parts = [inner, other] if at == 0 else [other, inner]

        def around(live: Live) -> Live:
            if kind == "xor":
                return Live(new, kids=[live], at=at)
            return Live(new, kids=[live, None] if at == 0 else [None, live])

        self.wrap(parent, index, new, around)

    def wrap_in_loop(self, parent: Block, index: int, kind: str, first: Block) -> None:
        """Draw a loop around a block, with a task before it."""
        new, seq = self.named(Block(kind)), self.named(Block("seq"))
        seq.parts = [first, parent.parts[index]]
        new.parts = [seq]
        self.wrap(parent, index, new, lambda live: Live(new, kids=[Live(seq, kids=[live], at=1)]))

    def guard(self, parent: Block, index: int, trigger: str, second: Block, *, interrupting: bool) -> None:
        """Attach an event to an activity; it begins to wait."""
        new = self.named(Block("guard", interrupting=interrupting, trigger=trigger))
        new.parts = [parent.parts[index], second]

        def around(live: Live) -> Live:
            guard = Live(new, kids=[live])
            self.model.arm(guard)
            return guard

        self.wrap(parent, index, new, around)

    def may_unguard(self, guard: Block) -> bool:
        lives = self.running(guard)
        started = any(one is guard for live in self.model.all() for one, _ in live.beside)
        return guard.trigger != "cancel" and not started and all(live.at == 0 for live in lives)

    def unguard(self, parent: Block, index: int) -> None:
        """Take away the event of an activity."""
        guard = parent.parts[index]
        parent.parts[index] = guard.parts[0]
        for live in self.running(guard):
            self.put(live, live.kids[0])
            if guard in self.old:
                self.dropped.add(self.old[guard])

    def add_branch(self, fork: Block, index: int, new: Block) -> None:
        fork.parts.insert(index, new)
        for live in self.running(fork):
            if fork.kind == "xor":
                live.at += index <= live.at
            else:
                live.kids.insert(index, None)

    def may_lose_branch(self, fork: Block, index: int) -> bool:
        part = fork.parts[index]
        return len(fork.parts) > 2 and self.may_go(part) and not self.running(part)

    def remove_branch(self, fork: Block, index: int) -> None:
        """Take away a branch that does not run."""
        fork.parts.pop(index)
        for live in self.running(fork):
            if fork.kind == "xor":
                live.at -= index < live.at
            else:
                live.kids.pop(index)

    def reorder(self, seq: Block, index: int, to: int) -> None:
        """Move a step of a sequence; whoever is at it stays there."""
        at = {id(live): seq.parts[live.at] for live in self.running(seq)}
        seq.parts.insert(to, seq.parts.pop(index))
        for live in self.running(seq):
            live.at = seq.parts.index(at[id(live)])

    def rename(self, block: Block) -> None:
        was, block.id = block.id, f"{block.kind}_named{next(self.numbers)}"
        for one in self.model.root.all():
            if one.kind == "throw" and one.code == was:
                one.code = block.id

    def add_alarm(self, scope: Block, new: Block) -> None:
        """Give a scope an event subprocess; it begins to wait."""
        scope.parts.append(new)
        for live in self.running(scope):
            live.alarm = self.model.alarm_of(scope)

    def may_lose_alarm(self, scope: Block) -> bool:
        alarm = scope.parts[-1]
        return alarm.kind == "alarm" and not any(
            one is alarm for live in self.model.all() for one, _ in live.beside
        )

    def drop_alarm(self, scope: Block) -> None:
        alarm = scope.parts.pop()
        for live in self.running(scope):
            if live.alarm is not None and alarm in self.old:
                self.dropped.add(f"w_{self.old[alarm]}")
            live.alarm = None

    def retime(self, times: Mapping[Block, int], *, recompute: bool) -> None:
        """Change the times of timers; those that ran before change theirs only if they are worked out anew."""
        for block, seconds in times.items():
            block.seconds = seconds
        self.recompute |= recompute
