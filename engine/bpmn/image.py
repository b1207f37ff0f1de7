"""The stored form of an instance: one compact JSON text.

    {"v": 2, "bundle": HASH, "state": "running" | "finished" | "cancelled",
     "scopes": [{variables}, [under, {own layer}], …],       0 is the instance itself
     "flows": [[spec, holder flow, holder token, [token, …]], …]}  0 is the process itself
    token = [id, parent (index in its flow, -1: root), node, state, scope] or the same with its memory at the end

No future, no finished past (`compaction`), no spec: the bundle's hash names it.
"""

from collections import ChainMap
from typing import Any
from uuid import UUID

from engine.bpmn import spiff, values
from engine.bpmn.bundle import Bundle
from engine.bpmn.compaction import compact
from engine.bpmn.compiling import compiled
from engine.bpmn.expressions import Expressions
from engine.bpmn.failing import ImageRejected
from engine.bpmn.flows import MainFlow, SubFlow
from engine.bpmn.migration import VERSION, current
from engine.bpmn.scopes import Variables, layer
from engine.bpmn.tokens import Token


class _Scopes:
    """Numbers the variable scopes of an instance as they are met."""

    def __init__(self, instance: dict[str, Any]) -> None:
        self._numbers = {id(instance): 0}
        self.written: list[Any] = [instance]

    def number(self, data: Variables) -> int:
        """Return the number of a scope, writing it and those below it first."""
        maps = data.maps if isinstance(data, ChainMap) else [data]
        known = self._numbers.get(id(maps[0]))
        if known is not None:
            return known
        under = self.number(ChainMap(*maps[1:]) if len(maps) > 2 else maps[1])
        self._numbers[id(maps[0])] = len(self.written)
        self.written.append([under, maps[0]])
        return len(self.written) - 1


def write(top: MainFlow, bundle: Bundle, variables: dict[str, Any]) -> str:
    """Compact an instance and return its image. Raises ImageRejected for a value that cannot be kept."""
    compact(top)
    scopes = _Scopes(variables)
    numbers: dict[UUID, tuple[int, int]] = {}
    flows = []
    for number, flow in enumerate(top.flows()):
        tokens = []
        for index, token in enumerate(flow.tasks.values()):
            numbers[token.id] = (number, index)
            parent = -1 if token._parent is None else numbers[token._parent][1]
            row = [token.id.hex, parent, token.task_spec.name, token._state, scopes.number(token.data)]
            if token.internal_data:
                row.append(token.internal_data)
            tokens.append(row)
        holder = numbers[flow.holder.id] if isinstance(flow, SubFlow) else (-1, -1)
        flows.append([flow.spec.name, *holder, tokens])
    state = "cancelled" if top.cancelled else "finished" if top.completed else "running"
    body = {"v": VERSION, "bundle": bundle.hash, "state": state, "scopes": scopes.written, "flows": flows}
    return values.dumps(body)


def read(text: str, bundle: Bundle, expressions: Expressions) -> tuple[MainFlow, dict[str, Any]]:
    """Return the trees and the variables of an image. Raises ImageRejected if it is not one of this bundle."""
    try:
        body = values.loads(text)
    except ValueError:
        raise ImageRejected("实例映像已损坏,无法读出;请从备份恢复这个实例。", code="image.damaged") from None
    body = current(body)
    if body["bundle"] != bundle.hash:
        raise ImageRejected("实例映像属于另一组流程定义;请按实例登记的绑定打开。", code="image.other_bundle")
    specs = compiled(bundle)
    top = MainFlow(specs.root, dict(specs.all), expressions)
    scopes = _read_scopes(body["scopes"])
    trees: list[tuple[Any, list[Token]]] = []
    for name, holder_flow, holder_token, rows in body["flows"]:
        if holder_flow < 0:
            flow: Any = top
        else:
            holder = trees[holder_flow][1][holder_token]
            flow = SubFlow(specs.all[name], holder, top)
            top.subprocesses[holder.id] = flow
        trees.append((flow, _read_tokens(flow, rows, scopes)))
    top.completed = body["state"] != "running"
    top.cancelled = body["state"] == "cancelled"
    return top, scopes[0]


def _read_scopes(written: list[Any]) -> list[Any]:
    scopes: list[Any] = [written[0]]
    for under, own in written[1:]:
        scopes.append(layer(scopes[under], own))
    return scopes


def _read_tokens(flow: Any, rows: list[Any], scopes: list[Any]) -> list[Token]:
    nodes, waits = flow.spec.task_specs, flow.top_workflow.event_manager
    tokens: list[Token] = []
    for row in rows:
        parent = tokens[row[1]] if row[1] >= 0 else None
        token = Token(flow, nodes[row[2]], parent, state=row[3], id=UUID(row[0]))
        token.data = scopes[row[4]]
        token.owns_data = parent is None or token.data is not parent.data
        if len(row) > 5:
            token.internal_data = row[5]
        spec = token.task_spec
        if parent is None:
            flow.task_tree = token
        elif isinstance(parent.task_spec, spiff.LoopTask):
            token.triggered = spec.name == parent.task_spec.task_spec
        if token._state == spiff.WAITING and isinstance(spec, spiff.CatchingEvent) and not token.is_failed:
            waits.add_task(token)
        tokens.append(token)
    return tokens
