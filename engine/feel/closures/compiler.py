"""Compile a syntax tree: look the node's class up, hand it and this function to the room that knows it."""

from collections.abc import Callable
from typing import Any

from engine.feel import nodes
from engine.feel.closures import access, calls, logic, loops, operators, terms, tests
from engine.feel.nodes import Node
from engine.feel.state import Closure

_BUILDERS: dict[type[Node], Callable[[Any, Callable[[Node], Closure]], Closure]] = {
    nodes.Literal: terms.literal,
    nodes.Name: terms.name,
    nodes.ListOf: terms.list_of,
    nodes.ContextOf: terms.context_of,
    nodes.RangeOf: terms.range_of,
    nodes.Path: access.path,
    nodes.Filter: access.filtered,
    nodes.Call: calls.call,
    nodes.FunctionOf: calls.function_of,
    nodes.Chain: operators.chain,
    nodes.Negate: operators.negated,
    nodes.Compare: operators.compared,
    nodes.Between: operators.between,
    nodes.Logic: logic.logic,
    nodes.If: logic.conditional,
    nodes.For: loops.loop,
    nodes.Quantified: loops.quantified,
    nodes.In: tests.contained,
    nodes.Test: tests.one_test,
    nodes.Tests: tests.all_tests,
    nodes.InstanceOf: tests.instance_of,
}


def build(node: Node) -> Closure:
    """Return the closure of a node."""
    return _BUILDERS[node.__class__](node, build)
