"""Drop from a token tree what can never matter again, so that an instance stays small for ever.

Kept, per tree: the root; every live token; for a gateway join that waits, its arrived tokens with their parents; the
split before an activity with boundary events, while one of its children is live, with the activity and the
interrupting events that fired. Everything else goes, and a kept token hangs under its nearest kept ancestor.
"""

from typing import Any
from uuid import UUID

from engine.bpmn import spiff
from engine.bpmn.nodes.gateways import Joining


def compact(top: Any) -> None:
    """Compact every tree of an instance in place; forget the trees that ended."""
    for token_id in [token_id for token_id, flow in top.subprocesses.items() if flow.completed]:
        del top.subprocesses[token_id]
    for flow in list(top.flows()):
        _compact(flow)


def _compact(flow: Any) -> None:
    keep = _kept(flow)
    if len(keep) == len(flow.tasks):
        return
    above: dict[UUID, UUID | None] = {}
    order = [token for token in flow.tasks.values() if token.id in keep]
    for token in order:
        above[token.id] = _nearest(flow, token, keep)
    flow.tasks = {token.id: token for token in order}
    for token in order:
        token._children = []
    for token in order:
        token._parent = above[token.id]
        if token._parent is not None:
            flow.tasks[token._parent]._children.append(token.id)


def _nearest(flow: Any, token: Any, keep: set[UUID]) -> UUID | None:
    """Return the kept token to hang a token under; a split gets no children but its own."""
    parent = token._parent
    while parent is not None:
        above = flow.tasks[parent]
        is_own = parent == token._parent or not isinstance(above.task_spec, spiff.BoundaryEventSplit)
        if parent in keep and is_own:
            return above.id  # type: ignore[no-any-return]
        parent = above._parent
    return None


def _kept(flow: Any) -> set[UUID]:
    keep = {flow.task_tree.id}
    for token in flow.tokens():
        spec = token.task_spec
        if isinstance(spec, spiff.BoundaryEventJoin) and token._state == spiff.WAITING:
            continue
        keep.add(token.id)
        if isinstance(spec, Joining) and token._state == spiff.WAITING:
            for arrived in spec.arrived(token):
                keep.update((arrived.id, arrived.parent.id))
        parent = token.parent
        if parent is not None and isinstance(parent.task_spec, spiff.BoundaryEventSplit):
            keep.update(_split(parent))
    return keep


def _split(split: Any) -> set[UUID]:
    keep = {split.id}
    for child in split.children:
        spec = child.task_spec
        fired = child._state & (spiff.READY | spiff.COMPLETED)
        if not isinstance(spec, spiff.BoundaryEvent) or (spec.cancel_activity and fired):
            keep.add(child.id)
    return keep
