"""Arithmetic, comparison and `between`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.arithmetic import OPERATORS, negate
from engine.feel.closures.terms import Build
from engine.feel.comparing import ORDER, equal, ordered
from engine.feel.state import Closure, Run, Scope
from engine.feel.writing import kind_name


def _mismatch(run: Run, at: int, op: str, left: Any, right: Any) -> None:
    if left is not None and right is not None:
        text = f"“{op}”不能用于 {kind_name(left)} 和 {kind_name(right)}（或结果超出范围），按 null 处理"
        run.warn("bad_operands", at, text)


def chain(node: nodes.Chain, build: Build) -> Closure:
    """Operators of one precedence, from left to right."""
    if len(node.rest) == 1:
        return _binary(node, build)
    first = build(node.first)
    rest = [(op, OPERATORS[op], build(operand), operand.at) for op, operand in node.rest]

    def calculate(scope: Scope) -> Any:
        value, run = first(scope), scope.run
        for op, apply, operand, at in rest:
            right = operand(scope)
            result = apply(value, right, run)
            if result is None:
                _mismatch(run, at, op, value, right)
            value = result
        return value

    return calculate


def _binary(node: nodes.Chain, build: Build) -> Closure:
    op, operand = node.rest[0]
    left, right, apply, at = build(node.first), build(operand), OPERATORS[op], node.at

    def calculate(scope: Scope) -> Any:
        one, two = left(scope), right(scope)
        result = apply(one, two, scope.run)
        if result is None:
            _mismatch(scope.run, at, op, one, two)
        return result

    return calculate


def negated(node: nodes.Negate, build: Build) -> Closure:
    """Arithmetic negation."""
    operand = build(node.operand)
    return lambda scope: negate(operand(scope))


def compared(node: nodes.Compare, build: Build) -> Closure:
    """`=` and `!=` over any values, the others over ordered ones."""
    left, right = build(node.left), build(node.right)
    if node.op in ("=", "!="):
        return _equality(node, left, right)
    op, at = node.op, node.at
    direct: Callable[[Any, Any], bool] = ORDER[op]
    if isinstance(node.right, nodes.Literal) and node.right.value.__class__ is Decimal:
        return _limited(node, left, node.right.value)

    def compare(scope: Scope) -> Any:
        one, two = left(scope), right(scope)
        if one.__class__ is Decimal and two.__class__ is Decimal:
            return direct(one, two)
        result = ordered(op, one, two)
        if result is None:
            _mismatch(scope.run, at, op, one, two)
        return result

    return compare


def _limited(node: nodes.Compare, left: Closure, limit: Decimal) -> Closure:
    """Compare with a number that stands in the source: the most frequent condition of all."""
    op, at, direct = node.op, node.at, ORDER[node.op]

    def compare(scope: Scope) -> Any:
        value = left(scope)
        if value.__class__ is Decimal:
            return direct(value, limit)
        _mismatch(scope.run, at, op, value, limit)
        return None

    return compare


def _equality(node: nodes.Compare, left: Closure, right: Closure) -> Closure:
    at, op, wanted = node.at, node.op, node.op == "="

    def compare(scope: Scope) -> Any:
        one, two = left(scope), right(scope)
        result = equal(one, two, scope.run)
        if result is None:
            _mismatch(scope.run, at, op, one, two)
            return None
        return result is wanted

    return compare


def between(node: nodes.Between, build: Build) -> Closure:
    """`value between low and high`, both ends included."""
    value, low, high, at = build(node.value), build(node.low), build(node.high), node.at

    def compare(scope: Scope) -> Any:
        tested = value(scope)
        start, end = low(scope), high(scope)
        above, below = ordered(">=", tested, start), ordered("<=", tested, end)
        if above is False or below is False:
            return False
        if above is None or below is None:
            _mismatch(scope.run, at, "between", tested, start if above is None else end)
            return None
        return True

    return compare
