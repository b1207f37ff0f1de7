"""What the plain model throws: an error, an escalation, a cancellation climbs the blocks around it to what
catches it; a message or signal reaches who waits for it.

Called after each command. At most one token of a command comes to a throw: a task is before each.
"""

from tests.unit.bpmn.blocks import GOES_ON, Block
from tests.unit.bpmn.plain_model import Live, Model
from tests.unit.bpmn.plain_order import SCOPES


def throw(model: Model) -> None:
    """Let everything that a token has come to happen."""
    while one := next((one for one in model.all() if one.block.kind == "throw" and not one.failed), None):
        if one.block.trigger == "terminate":
            model.live = model.replaced(model.live, model.scope_of(one), None)
            continue
        for hearer in _hearers(model, one):
            if hearer in model.all():
                model.hear(hearer)
        if one.block.trigger in GOES_ON and one in model.all():
            model.live = model.replaced(model.live, one, None)
        elif one in model.all():
            one.failed = True


def retry(model: Model, one: Live) -> None:
    """Try a failed step again: it fails again as long as nothing has changed."""
    if one.block.kind == "work" and model.broken:
        return
    if one.block.kind == "work" or (one.block.trigger == "work" and model.choices[f"d_{one.block.id}"] != 1):
        model.live = model.replaced(model.live, one, None)
    else:
        one.failed = False
    throw(model)


def skip(model: Model, one: Live) -> None:
    """Count a failed step as done. An error's end ends its token."""
    unit = one
    if one.block.trigger == "error":
        scope = model.scope_of(one)
        unit = next(
            kid for kid in [*scope.kids, *(live for _, live in scope.beside)] if kid and one in kid.under()
        )
    model.live = model.replaced(model.live, unit, None)
    throw(model)


def may_skip(model: Model, one: Live) -> bool:
    """Whether skipping leaves a tree of blocks: an error's end in a fork lets the join wait in vain."""
    forks = [above for above in _above(model, one) if above.block.kind in {"par", "inc"}]
    scope = model.scope_of(one)
    return one.block.trigger != "error" or not any(fork in scope.under() for fork in forks)


def is_stuck(model: Model) -> bool:
    """Whether an error that nobody caught stands in a fork: its end brings nothing to the join, so whatever draws up
    what is awaited there anew waits for it no longer."""
    return any(one.block.kind == "throw" and not may_skip(model, one) for one in model.failed())


def _hearers(model: Model, one: Live) -> list[Live]:
    """Return what happens when it is thrown: what climbs is caught once, what is sent reaches all who wait for it."""
    if one.block.trigger in {"message", "signal"}:
        return [live for live in model.listening() if live.block.id == one.block.code]
    catcher = _catcher(model, one)
    return [] if catcher is None else [catcher]


def _catcher(model: Model, one: Live) -> Live | None:
    """Return the nearest guard or alarm that catches it: first inside a scope, then at its border."""
    path = [*_above(model, one), one]
    for index in reversed(range(len(path))):
        live = path[index]
        if live.block.kind in SCOPES:
            inside = live.alarm
            is_own = index + 1 < len(path) and path[index + 1].block.kind == "alarm"
            if inside is not None and not is_own and _catches(inside, one.block):
                return inside
        if live.block.kind in SCOPES or live is one:
            border = _border(path[:index], live)
            if border is not None and _catches(border, one.block):
                return border
    return None


def _border(path: list[Live], host: Live) -> Live | None:
    """Return the guard whose activity a block is, alone or repeated."""
    for above in reversed(path):
        if above.block.kind == "guard":
            return above if above.at == 0 and host in above.kids else None
        if above.block.kind not in {"many", "again"}:
            return None
        host = above
    return None


def _catches(catcher: Live, thrown: Block) -> bool:
    kind = "error" if thrown.trigger == "work" else thrown.trigger
    block = catcher.block
    return catcher.armed and block.trigger == kind and block.code in {"", thrown.code}


def _above(model: Model, leaf: Live) -> list[Live]:
    """Return the running blocks around one, from the outside in."""
    return [one for one in model.all() if one is not leaf and any(inner is leaf for inner in one.under())]
