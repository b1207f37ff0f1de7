"""Draw random processes as trees of blocks."""

from collections.abc import Iterator
from itertools import count

from hypothesis import strategies as st

from tests.unit.bpmn.blocks import CODES, Block
from tests.unit.bpmn.plain_order import SCOPES

OFTEN = {"par": 3, "inc": 2, "guard": 3, "throw": 2}
ONCE = (
    "task",
    "seq",
    "xor",
    "loop",
    "while",
    "sub",
    "call",
    "many",
    "again",
    "race",
    "work",
    "deal",
    "blame",
)
KINDS = [*ONCE, *(kind for kind, times in OFTEN.items() for _ in range(times))]
TRIGGERS = ["timer", "message", "signal", "conditional"]
THROWN = ["error", "error", "escalation", "work", "terminate"]
CAUGHT = st.sampled_from(("", *CODES))


def _task() -> Block:
    return Block("task")


def _then(*blocks: Block) -> Block:
    """What is thrown or decided follows a task: in one command at most one token comes to it."""
    return Block("seq", [_task(), *blocks])


def line() -> st.SearchStrategy[Block]:
    return st.builds(lambda: _then(_task()))


@st.composite
def block(draw: st.DrawFn, depth: int) -> Block:
    kind = draw(st.sampled_from(KINDS if depth else ["task"]))
    if kind in {"task", "work"}:
        return Block(kind)
    if kind == "throw":
        return _then(Block("throw"))
    inner = block(depth - 1)
    if kind == "race":
        parts = [_then(draw(inner)), _then(draw(inner))]
        return Block("race", parts, trigger=draw(st.sampled_from(TRIGGERS[1:])))
    if kind in {"par", "inc"}:
        ways = st.one_of(line(), inner)
        return Block(kind, [draw(ways) for _ in range(draw(st.integers(2, 3)))])
    if kind in {"xor", "seq"}:
        return Block(kind, [draw(inner) for _ in range(draw(st.integers(2, 3)))])
    if kind in {"loop", "while"}:
        return Block(kind, [_then(draw(inner))])
    if kind in {"sub", "call"}:
        return Block(kind, [draw(inner), *draw(alarms(depth - 1))])
    if kind == "blame":
        work = Block("throw", trigger="work")
        return _then(Block("guard", [work, _then(draw(inner))], trigger="error", code=draw(CAUGHT)))
    return draw(around(depth - 1, kind))


@st.composite
def around(draw: st.DrawFn, depth: int, kind: str) -> Block:
    """An activity that is repeated, a transaction with its way out, or an activity with an event at its border."""
    inner = block(depth)
    if kind == "many":
        return _many(draw, draw(activity(depth, may_repeat=False)))
    if kind == "again":
        return _again(draw, draw(activity(depth, may_repeat=False)))
    if kind == "deal":
        deal = Block("deal", [_then(draw(inner), draw(inner)), *draw(alarms(depth))])
        host = draw(
            st.sampled_from([lambda one: one, lambda one: _many(draw, one), lambda one: _again(draw, one)])
        )
        return Block("guard", [host(deal), _then(draw(inner))], trigger="cancel")
    host = draw(activity(depth, may_repeat=True))
    has_scope = any(one.kind in SCOPES for one in host.all())
    trigger = draw(st.sampled_from(TRIGGERS + ["error", "escalation"] * has_scope))
    code = draw(CAUGHT) if trigger in {"error", "escalation"} else ""
    if draw(st.booleans()) or trigger == "error":
        return Block("guard", [host, _then(draw(inner))], trigger=trigger, code=code)
    return Block("guard", [host, _task()], interrupting=False, trigger=trigger, code=code)


@st.composite
def activity(draw: st.DrawFn, depth: int, *, may_repeat: bool) -> Block:
    kind = draw(st.sampled_from(["task", "sub", "call", *["many", "again"] * may_repeat]))
    if kind == "task":
        return _task()
    if kind in {"many", "again"}:
        one = draw(activity(depth, may_repeat=False))
        return _many(draw, one) if kind == "many" else _again(draw, one)
    return Block(kind, [draw(block(max(depth - 1, 0))), *draw(alarms(max(depth - 1, 0)))])


def _many(draw: st.DrawFn, one: Block) -> Block:
    return Block("many", [one], times=draw(st.integers(1, 3)), sequential=draw(st.booleans()))


def _again(draw: st.DrawFn, one: Block) -> Block:
    return Block("again", [one], times=draw(st.integers(1, 3)), asks_first=draw(st.booleans()))


@st.composite
def alarms(draw: st.DrawFn, depth: int) -> list[Block]:
    if draw(st.integers(0, 2)):
        return []
    trigger = draw(st.sampled_from([*TRIGGERS, "error", "escalation"]))
    code = draw(CAUGHT) if trigger in {"error", "escalation"} else ""
    interrupting = trigger == "error" or draw(st.booleans())
    part = _then(draw(block(depth)))
    if trigger in {"escalation", "conditional"} and not interrupting:
        part = _then()  # it may run several times at once: nobody could tell longer ones apart
    return [Block("alarm", [part], interrupting=interrupting, trigger=trigger, code=code)]


@st.composite
def processes(draw: st.DrawFn, depth: int = 3) -> Block:
    """A whole process: a scope with numbered blocks."""
    body = Block("seq", [_task(), draw(block(depth)), draw(block(depth - 1)), _task()])
    root = Block("sub", [body, *draw(alarms(depth - 2))])
    numbers = count(1)
    for one in root.all():
        one.id = f"{one.kind}{next(numbers)}"
        one.seconds = 86_400 + 977 * next(numbers) ** 2
    _choose_thrown(draw, root, root, list(_heard(root)))
    return root


def _heard(block: Block, *, is_many: bool = False) -> Iterator[Block]:
    """Yield what may be told from inside: a message only where one waits for it at most, and no alarm that may run twice."""
    is_many = is_many or block.kind == "many"
    once = block.kind in {"guard", "race"} or (block.kind == "alarm" and block.interrupting)
    if once and (block.trigger == "signal" or (block.trigger == "message" and not is_many)):
        yield block
    for part in block.parts:
        yield from _heard(part, is_many=is_many)


def _choose_thrown(draw: st.DrawFn, block: Block, scope: Block, heard: list[Block]) -> None:
    """Say what is thrown; only directly in a transaction it may be the cancellation."""
    scope = block if block.kind in SCOPES else scope
    if block.kind == "throw":
        if block.trigger != "work":
            cancel, tell = ["cancel"] * 4 * (scope.kind == "deal"), ["tell"] * 3 * bool(heard)
            block.trigger = draw(st.sampled_from([*cancel, *tell, *THROWN]))
        if block.trigger in {"error", "escalation", "work"}:
            block.code = draw(st.sampled_from(CODES))
        if block.trigger == "tell":
            hearer = draw(st.sampled_from(heard))
            block.trigger, block.code = hearer.trigger, hearer.id
    for part in block.parts:
        _choose_thrown(draw, part, scope, heard)
