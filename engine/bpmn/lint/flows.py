"""Sequence flows: every way leads somewhere, everything can be reached."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.names import ACTIVITIES, GATEWAYS, NODES, bpmn


@dataclass
class Scope:
    """The nodes and flows of a process or one subprocess."""

    node: Any
    nodes: dict[str, Any]
    out: dict[str, list[Any]]
    into: dict[str, list[Any]]

    def starts(self) -> list[Any]:
        """Return the start events."""
        return [node for node in self.nodes.values() if local_name(node) == "startEvent"]


def is_event_subprocess(node: Any) -> bool:
    """Whether a node is a subprocess that waits for an event."""
    return local_name(node) == "subProcess" and node.get("triggeredByEvent") == "true"


def scope_of(node: Any) -> Scope:
    """Collect the direct content of a process or subprocess."""
    nodes = {child.get("id", ""): child for child in node if local_name(child) in NODES}
    out: dict[str, list[Any]] = defaultdict(list)
    into: dict[str, list[Any]] = defaultdict(list)
    for flow in node.findall(bpmn("sequenceFlow")):
        if flow.get("sourceRef") in nodes and flow.get("targetRef") in nodes:
            out[flow.get("sourceRef")].append(flow)
            into[flow.get("targetRef")].append(flow)
    return Scope(node, nodes, out, into)


def check_flows(found: Findings) -> None:
    """Check every scope of the document."""
    everywhere = {node.get("id") for node in found.nodes()}
    for node in found.scopes():
        scope = scope_of(node)
        _check_ends_of_flows(found, scope, everywhere)
        _check_borders(found, scope)
        for one in scope.nodes.values():
            _check_degree(found, scope, one)
            _check_boundary(found, scope, one)
        _check_reachable(found, scope)


def _check_ends_of_flows(found: Findings, scope: Scope, everywhere: set[str]) -> None:
    for flow in scope.node.findall(bpmn("sequenceFlow")):
        for end, word in (("sourceRef", "起点"), ("targetRef", "终点")):
            reference = flow.get(end, "")
            if reference in scope.nodes:
                continue
            if reference in everywhere:
                found.error(
                    flow,
                    "flow.crosses",
                    f"连线的{word}“{reference}”在另一层流程里;连线不能穿过子流程的边界。",
                )
            else:
                found.error(
                    flow, "flow.dangling", f"连线的{word}“{reference}”不存在;请重新连接或删掉这条线。"
                )


def _check_borders(found: Findings, scope: Scope) -> None:
    starts = scope.starts()
    if len(starts) != 1:
        code = "start.none" if not starts else "start.many"
        found.error(
            starts[1] if len(starts) > 1 else scope.node,
            code,
            f"“{title(scope.node)}”应恰好有一个开始事件,现在有 {len(starts)} 个;请补上,或合成一个再分支。",
        )
    if not any(local_name(node) == "endEvent" for node in scope.nodes.values()):
        found.error(scope.node, "end.none", f"“{title(scope.node)}”没有结束事件;请在每条路的末尾放一个。")


def _check_degree(found: Findings, scope: Scope, node: Any) -> None:
    kind, own = local_name(node), node.get("id", "")
    out, into = scope.out[own], scope.into[own]
    if is_event_subprocess(node):
        if out or into:
            found.error(
                node, "event_subprocess.connected", f"事件子流程“{title(node)}”不应有连线;请删掉连线。"
            )
        return
    if kind in {"startEvent", "boundaryEvent"} and into:
        found.error(node, "flow.into_event", f"“{title(node)}”不能有入线;请改连到它后面的环节。")
    if kind == "endEvent" and out:
        found.error(node, "flow.out_of_end", f"结束事件“{title(node)}”不能有出线;请改用中间事件。")
    if kind != "endEvent" and not out:
        found.error(
            node, "node.dead_end", f"“{title(node)}”之后没有下一步,流程会停在这里;请连到下一步或结束事件。"
        )
    if len(out) > 1 and kind not in GATEWAYS:
        found.error(
            node, "flow.fork", f"“{title(node)}”有 {len(out)} 条出线;分支请用网关画出(排他、并行或包容)。"
        )
    targets = [flow.get("targetRef") for flow in out]
    if kind in {"parallelGateway", "eventBasedGateway"} and len(set(targets)) < len(targets):
        found.error(node, "flow.double", f"网关“{title(node)}”有两条线连到同一环节;请删掉多余的一条。")


def _check_boundary(found: Findings, scope: Scope, node: Any) -> None:
    if local_name(node) != "boundaryEvent":
        return
    host = scope.nodes.get(node.get("attachedToRef", ""))
    if host is None or local_name(host) not in ACTIVITIES or is_event_subprocess(host):
        found.error(
            node, "boundary.not_attached", f"边界事件“{title(node)}”应附在同一层的任务或子流程上;请重新放置。"
        )


def _check_reachable(found: Findings, scope: Scope) -> None:
    if not scope.starts():
        return
    reached = _reached(scope)
    for own, node in scope.nodes.items():
        if own not in reached and not is_event_subprocess(node):
            found.error(node, "node.unreachable", f"从开始事件走不到“{title(node)}”;请连上入线,或删掉它。")
    for own, node in scope.nodes.items():
        if local_name(node) == "parallelGateway" and own in reached and len(scope.into[own]) > 1:
            before = _reached(scope, without=own)
            late = [flow for flow in scope.into[own] if flow.get("sourceRef") not in before]
            if late:
                found.error(
                    node,
                    "gateway.waits_for_itself",
                    f"并行网关“{title(node)}”要等一条从它自己绕回来的线,会永远等下去;请在它前面加一个排他网关来合并。",
                )


def _reached(scope: Scope, *, without: str = "") -> set[str]:
    """Return what can be reached from the start, not passing the node `without`."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for own, node in scope.nodes.items():
        if local_name(node) == "boundaryEvent":
            hosts[node.get("attachedToRef", "")].append(own)
    reached: set[str] = set()
    border = [node.get("id", "") for node in scope.starts()]
    while border:
        own = border.pop()
        if own in reached or own == without:
            continue
        reached.add(own)
        border.extend(flow.get("targetRef") for flow in scope.out[own])
        border.extend(hosts[own])
    return reached
