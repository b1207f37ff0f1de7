"""Conditions where they belong, defaults that exist, event-based gateways that lead to events."""

from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.lint.flows import Scope, scope_of
from engine.bpmn.names import bpmn

CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})
CATCHES = frozenset({"intermediateCatchEvent", "receiveTask"})


def condition_of(flow: Any) -> str:
    """Return the condition of a flow; '' if it has none."""
    return (flow.findtext(bpmn("conditionExpression")) or "").strip()


def check_gateways(found: Findings) -> None:
    """Check the outgoing flows of every node."""
    for node in found.scopes():
        scope = scope_of(node)
        for own, one in scope.nodes.items():
            if local_name(one) in CHOICES:
                _check_choice(found, one, scope.out[own])
            else:
                _check_no_conditions(found, one, scope.out[own])
            if local_name(one) == "eventBasedGateway":
                _check_event_gateway(found, scope, one)


def _check_choice(found: Findings, node: Any, out: list[Any]) -> None:
    default = node.get("default")
    if default and default not in {flow.get("id") for flow in out}:
        found.error(
            node, "gateway.unknown_default", f"网关“{title(node)}”的默认出线“{default}”不存在;请重新指定。"
        )
    if len(out) < 2:
        return
    for flow in out:
        is_default, condition = flow.get("id") == default, condition_of(flow)
        if not is_default and not condition:
            found.error(
                flow,
                "condition.missing",
                f"网关“{title(node)}”的这条出线没有条件;请写条件,或把它设为默认出线。",
            )
        if is_default and condition:
            found.warning(flow, "condition.on_default", "默认出线上的条件不起作用;请删掉条件。")
    if not default:
        found.warning(
            node,
            "gateway.no_default",
            f"网关“{title(node)}”没有默认出线,条件都不成立时流程会停下;请指定一条。",
        )


def _check_no_conditions(found: Findings, node: Any, out: list[Any]) -> None:
    for flow in out:
        if condition_of(flow):
            found.error(
                flow,
                "condition.misplaced",
                f"条件只能写在排他或包容网关的出线上,“{title(node)}”不是;请插入网关。",
            )


def _check_event_gateway(found: Findings, scope: Scope, node: Any) -> None:
    out = scope.out[node.get("id", "")]
    if len(out) < 2:
        found.error(
            node,
            "gateway.one_event",
            f"事件网关“{title(node)}”至少要等两个事件,现在有 {len(out)} 个;请补上。",
        )
    for flow in out:
        target = scope.nodes[flow.get("targetRef")]
        if local_name(target) not in CATCHES:
            found.error(
                target,
                "gateway.not_an_event",
                f"事件网关“{title(node)}”之后只能接中间捕获事件或接收任务;请调整连线。",
            )
        elif len(scope.into[target.get("id", "")]) > 1:
            found.error(
                target, "gateway.shared_event", f"“{title(target)}”由事件网关等待,不能再有别的入线;请分开画。"
            )
