"""Three-valued `and` and `or`, and `if`."""

from typing import Any

from engine.feel import nodes
from engine.feel.closures.terms import Build
from engine.feel.state import Closure, Scope


def logic(node: nodes.Logic, build: Build) -> Closure:
    """Decide by the first operand that decides alone; anything that is no boolean counts as null."""
    decisive = node.word == "or"
    first, *others = [build(operand) for operand in node.operands]
    if len(others) == 1:
        return _binary(first, others[0], decisive)

    def decide(scope: Scope) -> Any:
        known = True
        for operand in (first, *others):
            value = operand(scope)
            if value is decisive:
                return decisive
            known = known and value.__class__ is bool
        return not decisive if known else None

    return decide


def _binary(left: Closure, right: Closure, decisive: bool) -> Closure:
    neutral = not decisive

    def decide(scope: Scope) -> Any:
        one = left(scope)
        if one is decisive:
            return decisive
        two = right(scope)
        if two is decisive:
            return decisive
        return neutral if one is neutral and two is neutral else None

    return decide


def conditional(node: nodes.If, build: Build) -> Closure:
    """`if`: everything that is not true takes the else branch."""
    condition, then, otherwise, at = build(node.condition), build(node.then), build(node.otherwise), node.at

    def choose(scope: Scope) -> Any:
        value = condition(scope)
        if value is True:
            return then(scope)
        if value is not False and value is not None:
            scope.run.warn("no_boolean", at, "if 的条件不是布尔值，按 else 处理")
        return otherwise(scope)

    return choose
