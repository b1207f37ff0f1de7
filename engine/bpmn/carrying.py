"""Carry an instance over to another version of its diagrams: the same tokens, in the new picture.

Works on the compacted image. Ids, variables, due moments, correlation keys and the memory of loops stay; a due moment that
is worked out anew counts from when its element was reached. What the new version attaches to a running activity begins
now; at a join whose incoming flows differ just those branches count as arrived that nobody can bring.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from engine.bpmn import image, spiff, values, watching
from engine.bpmn.bundle import Bundle
from engine.bpmn.compiling import compiled
from engine.bpmn.expressions import Expressions
from engine.bpmn.failing import CrossingRefused
from engine.bpmn.fates import Crossing, Fate, Map
from engine.bpmn.fitting import fit
from engine.bpmn.flows import MainFlow
from engine.bpmn.nodes.gateways import Joining
from engine.bpmn.places import entry_of
from engine.bpmn.returning import remove
from engine.bpmn.tokens import FAILURE

Row = list[Any]


def carry(
    top: MainFlow,
    variables: dict[str, Any],
    old: Bundle,
    new: Bundle,
    plan: Crossing,
    expressions: Expressions,
) -> tuple[MainFlow, dict[str, Any], list[Fate]]:
    """Return trees and variables in the new version, and what became of each token; nothing settles. Uses `top` up.

    Raises CrossingRefused with every live token that has no place there.
    """
    specs = compiled(new)
    found = Map(top, specs.root, specs.all, plan)
    _refuse([fate for fate in found.fates if fate.kind == "refused"])
    planted = _withdraw(found)
    body = values.loads(image.write(top, old, variables))
    flows = list(top.flows())
    indexes: list[list[int]] = []
    for flow, tree in zip(flows, body["flows"], strict=True):
        rebuilt = _Rows(found, flow, tree[3], plan)
        holder = indexes[tree[1]][tree[2]] if tree[1] >= 0 else -1
        tree[0], tree[2], tree[3] = found.spec_of[id(flow)].name, holder, rebuilt.rows
        indexes.append(rebuilt.index)
    body["bundle"] = new.hash
    carried, scope = image.read(values.dumps(body), new, expressions)
    pairs = list(zip(flows, carried.flows(), strict=True))
    fit(carried, pairs, found, [(carried_by(pairs, flow), goal) for flow, goal in planted])
    _end_cycles(carried)
    _require_alive(carried, found.fates)
    return carried, scope, found.fates


def _end_cycles(top: MainFlow) -> None:
    """Take out the timers that happened already as often as the new version wants."""
    for _, token in watching.timers(top):
        cycle = token.internal_data.get("cycle")
        if cycle is not None and cycle["times"] is not None and cycle["index"] >= cycle["times"]:
            token.workflow._remove_task(token.id)


def carried_by(pairs: Sequence[tuple[Any, Any]], flow: Any) -> Any:
    """Return the tree that an old one has become."""
    return next(new for old, new in pairs if old is flow)


def _refuse(refused: list[Fate]) -> None:
    if refused:
        error = CrossingRefused(
            "有在办步骤在新版流程中没有去处:"
            + ";".join(f"“{one.name}”({one.element_id}){one.reason}" for one in refused)
            + "。",
            elements=sorted({one.element_id for one in refused}),
        )
        error.fates = refused
        raise error


def _require_alive(top: MainFlow, fates: list[Fate]) -> None:
    """Raise CrossingRefused if what is given up was all there is to do."""
    if not top.completed and not watching.tokens(top, spiff.LIVE):
        reason = "放弃后流程没有任何在办步骤,请改为指定要移到的环节"
        _refuse([replace(fate, kind="refused", reason=reason) for fate in fates if fate.kind == "dropped"])


def _withdraw(found: Map) -> list[tuple[Any, str]]:
    """Take out the tokens that leave; return the trees and elements at which new ones begin, one per place."""
    places: list[tuple[Any, str]] = []
    for token, fate in found.leaving:
        flow = token.workflow
        if token.id not in flow.tasks:
            continue
        if fate.target is None and isinstance(token.task_spec, spiff.BoundaryEvent):
            flow._remove_task(token.id)
        else:
            remove(token)
        if fate.target is not None and (flow, fate.target) not in places:
            places.append((flow, fate.target))
    return places


class _Rows:
    """The tokens of one tree, written for the new version. index: of each old row, its new one."""

    def __init__(self, found: Map, flow: Any, old: Sequence[Row], plan: Crossing) -> None:
        self._found, self._flow, self._old, self._plan = found, flow, old, plan
        self._spec = found.spec_of[id(flow)]
        self.rows: list[Row] = []
        self.index: list[int] = []
        for row in old:
            self.index.append(self._carried(row))

    def _add(self, *row: Any) -> int:
        self.rows.append(list(row))
        return len(self.rows) - 1

    def _carried(self, row: Row) -> int:
        token_id, under, name, state, scope, *memory = row
        above = self.index[under] if under >= 0 else -1
        node, target = self._flow.spec.task_specs[name], self._found.node_name(self._flow, name)
        is_live = bool(state & spiff.LIVE)
        if target not in self._spec.task_specs and not is_live:
            return above
        if isinstance(node, Joining) and state in (spiff.WAITING, spiff.CANCELLED):
            came_from = self._found.node_name(self._flow, self._old[under][2])
            above = above if came_from in self._spec.task_specs else 0  # `fit` says what has arrived
        elif is_live and under >= 0:
            above = self._wrapped(above, self._old[under], target)
        return self._add(token_id, above, target, state, scope, *map(self._memory, memory))

    def _wrapped(self, above: int, parent: Row, target: str) -> int:
        """Return the row above an activity that has boundary events now and had none before."""
        entry = entry_of(self._spec, target)
        parent_node = self._flow.spec.task_specs[parent[2]]
        is_inside = isinstance(parent_node, spiff.LoopTask | spiff.BoundaryEventSplit)
        if entry == target or (is_inside and self.rows[above][2] == entry):
            return above
        return self._add(uuid4().hex, above, entry, spiff.COMPLETED, parent[4])

    def _memory(self, memory: dict[str, Any]) -> dict[str, Any]:
        """Return what a token remembers, under the new ids of the elements."""
        key = self._flow.spec.definition_key
        told = dict(memory)
        for name in ("due", "since", "key"):
            if name in told:
                told[name] = {self._plan.target(key, one): value for one, value in told[name].items()}
        if isinstance(told.get("fired"), str):
            told["fired"] = self._plan.target(key, told["fired"])
        if self._plan.recompute and FAILURE not in told and "event_fired" not in told:
            told.pop("due", None)
        return told
