"""Moves in the plain model: a token is taken to another block of its scope, where that leaves a tree of blocks.

A move that lets a join wait in vain (out of a fork whose other parts go on) leaves none: it is no goal here.
"""

from collections.abc import Iterator
from dataclasses import replace

from tests.unit.bpmn.blocks import Block
from tests.unit.bpmn.plain_model import Live, Model
from tests.unit.bpmn.plain_order import SCOPES, ahead


def goals(model: Model, leaf: Live) -> dict[str, Block]:
    """Return the blocks to which the token of a live block can be moved, by the element at which they begin.

    The block of the scope itself stands for its end.
    """
    scope = _scope_of(model, leaf).block
    found = {entry(goal): goal for goal in _blocks(scope)} | {f"e_{scope.id}": scope}
    return {element_id: goal for element_id, goal in found.items() if _moved(model, leaf, goal)}


def elsewhere(model: Model, leaf: Live) -> list[str]:
    """Return the elements where a move leaves no tree of blocks."""
    every = {entry(goal) for goal in _blocks(_scope_of(model, leaf).block)}
    return sorted(every - set(goals(model, leaf)))


def move(model: Model, leaf: Live, goal: Block) -> None:
    """Go on at a goal instead."""
    scope, moved = _scope_of(model, leaf), _moved(model, leaf, goal)
    assert moved is not None
    kept, beside = moved
    main = kept if goal is scope.block else model.again(kept, scope.block.parts[0], goal)
    scope.kids, scope.beside = [main], beside
    model.live = model.replaced(model.live, scope, model.go_on(scope))


def _moved(model: Model, leaf: Live, goal: Block) -> tuple[Live | None, list[tuple[Block, Live]]] | None:
    """Return what is left of a scope and beside it once the token is taken out; None if that is no tree of blocks."""
    scope, unit = _scope_of(model, leaf), _unit(model, leaf)
    gone: set[Block] = set()
    if goal is not scope.block:
        gone = {*goal.all(), *ahead(scope.block, goal)[0]}
    beside = [
        (guard, one)
        for guard, one in scope.beside
        if one is not unit and (guard.kind == "alarm" or not set(guard.parts[0].all()) & gone)
    ]
    main = _cut(scope.kids[0], unit)
    kept = _kept(main, scope.block.parts[0], goal) if goal is not scope.block else main
    staying = {
        id(live) for tree in [kept, scope.alarm, *(one for _, one in beside)] if tree for live in tree.under()
    }
    taken = {id(live) for live in [scope, *unit.under()]}
    for live in scope.under():
        is_passed = live.block.kind in {"par", "inc"} and goal is not live.block and goal in live.block.all()
        waits = (
            live.block.kind in {"task", "work", "throw", "par", "inc"} or live.armed or live.due is not None
        )
        stays = id(live) in staying or id(live) in taken or is_passed or live.block in gone
        if waits and not stays:
            return None
    return main, beside


def _kept(old: Live | None, block: Block, goal: Block) -> Live | None:
    """Return those parts of the forks on the way to a goal that go on as they are, under one roof."""
    kept: list[Live | None] = []
    while old is not None and old.block is block and block is not goal:
        index = next(index for index, part in enumerate(block.parts) if goal in part.all())
        if block.kind in {"par", "inc"}:
            kept += [kid for at, kid in enumerate(old.kids) if at != index]
            old = old.kids[index]
        else:
            is_same = block.kind in {"loop", "while"} or old.at == index
            old = old.kids[0] if is_same else None
        block = block.parts[index]
    return Live(block, kids=kept)


def _cut(live: Live | None, unit: Live) -> Live | None:
    """Return a tree without one of its blocks; only a fork outlives that."""
    if live is None or live is unit:
        return None
    if not any(one is unit for one in live.under()):
        return live
    kids = [_cut(kid, unit) for kid in live.kids]
    is_fork = live.block.kind in {"par", "inc"}
    return replace(live, kids=kids) if is_fork or any(kids) else None


def entry(goal: Block) -> str:
    if goal.kind in {"many", "again", "guard"}:
        return entry(goal.parts[0])
    if goal.kind == "throw" and goal.trigger != "work":
        return f"q_{goal.id}"
    letter = {"par": "f_", "inc": "f_", "xor": "f_", "loop": "h_", "while": "h_", "race": "v_"}
    return letter.get(goal.kind, "") + goal.id


def _blocks(scope: Block) -> Iterator[Block]:
    """Yield the blocks of a scope at which a token can begin, without what a guard starts beside its work."""
    border = scope.parts[:1]
    while border:
        one = border.pop()
        if one.kind != "seq":
            yield one
        if one.kind == "guard":
            border += one.parts[1:] if one.interrupting else []
        elif one.kind not in SCOPES | {"many", "again"}:
            border += one.parts


def _unit(model: Model, leaf: Live) -> Live:
    """Return what a token is taken away with: the instances of its activity, the activity its event is attached to."""
    for above in reversed(_above(model, leaf)):
        if above.block.kind not in {"many", "again"} and not (above.block.kind == "guard" and above.at == 0):
            break
        leaf = above
    return leaf


def _scope_of(model: Model, leaf: Live) -> Live:
    return next(one for one in reversed(_above(model, leaf)) if one.block.kind in SCOPES)


def _above(model: Model, leaf: Live) -> list[Live]:
    """Return the running blocks around one, from the outside in."""
    every = [] if model.live is None else list(model.live.under())
    return [one for one in every if one is not leaf and any(inner is leaf for inner in one.under())]
