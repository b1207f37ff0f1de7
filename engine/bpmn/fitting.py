"""After tokens were carried over: begin what the new version adds to them."""

from collections.abc import Sequence
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.fates import Map
from engine.bpmn.flows import MainFlow
from engine.bpmn.nodes.gateways import Joining, ParallelGateway
from engine.bpmn.nodes.subprocesses import arm_again
from engine.bpmn.places import entry_of, place_of
from engine.bpmn.returning import arm, fill_joins, plant
from engine.bpmn.ways import Ways


def fit(
    top: MainFlow, pairs: Sequence[tuple[Any, Any]], found: Map, planted: Sequence[tuple[Any, str]]
) -> None:
    """Plant moved tokens, new boundary events and event subprocesses, and let branches that nobody brings arrive.

    pairs: each old tree with its new one.
    """
    for flow, goal in planted:
        plant(flow, (goal,), frozenset())
    for flow, goal in planted:
        entry = entry_of(flow.spec, goal)
        fill_joins(flow, Ways(flow.spec).ahead(entry), entry)
    for old, new in pairs:
        known = {found.node_name(old, name) for name in old.spec.task_specs}
        _attach(new, known)
        for name, spec in new.spec.task_specs.items():
            if isinstance(spec, spiff.EventSubprocess) and name not in known:
                arm_again(new, spec, {})
    arm(top)
    for old, new in pairs:
        if _fill(found, old, new):
            new.update_waiting_tasks()


def _attach(flow: Any, known: set[str]) -> None:
    """Attach the boundary events that running activities did not have before."""
    nodes = flow.spec.task_specs
    for split in list(flow.tasks.values()):
        if not isinstance(split.task_spec, spiff.BoundaryEventSplit):
            continue
        if not any(
            child._state & spiff.LIVE and not isinstance(child.task_spec, spiff.BoundaryEvent)
            for child in split.children
        ):
            continue
        there = {child.task_spec.name for child in split.children}
        for name in split.task_spec._outputs:
            if isinstance(nodes[name], spiff.BoundaryEvent) and name not in known | there:
                event = split._add_child(nodes[name], spiff.FUTURE)
                nodes[name]._update(event)


def _fill(found: Map, old: Any, flow: Any) -> bool:
    """Say anew what has arrived at joins whose incoming flows differ. Returns whether those of any do."""
    before = {
        found.node_name(old, name): {found.node_name(old, source) for source in node._inputs}
        for name, node in old.spec.task_specs.items()
        if isinstance(node, Joining)
    }
    changed = False
    for name, join in flow.spec.task_specs.items():
        if isinstance(join, ParallelGateway) and set(join._inputs) != before.get(name, set()):
            changed = True
            _arrive(flow, join)
    return changed


def _arrive(flow: Any, join: Any) -> None:
    """Let just those branches of a join count as arrived that no live token can bring."""
    ways = Ways(flow.spec)
    places = [
        token.task_spec.name if isinstance(token.task_spec, Joining) else place_of(token)
        for token in flow.tokens()
        if token.parent is not None
    ]
    if join.name not in ways.reachable(places, without=frozenset()):
        return
    missing = set(join._inputs) - ways.reachable(places, without=frozenset({join.name}))
    arrived = []
    for token in flow.tokens(spiff.WAITING | spiff.CANCELLED):
        if token.task_spec is not join or token.parent._state != spiff.COMPLETED:
            continue
        if token.parent.task_spec.name in missing:
            missing.remove(token.parent.task_spec.name)
            arrived.append(token)
        else:
            flow._remove_task(token.id)
    for source in sorted(missing) if len(join._inputs) > 1 else ():
        stub = flow.task_tree._add_child(flow.spec.task_specs[source], spiff.COMPLETED)
        arrived.append(stub._add_child(join, spiff.CANCELLED))
    for token in arrived:
        token._set_state(spiff.WAITING if token is arrived[-1] else spiff.CANCELLED)
