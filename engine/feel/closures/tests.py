"""Unary tests of decision cells, `in`, and `instance of`."""

from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.closures.terms import Build
from engine.feel.comparing import ORDER, equal, inside, ordered
from engine.feel.depth import mentions
from engine.feel.membership import belongs, is_complete, type_of
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import Range, lift


def matches(value: Any, tested: Any, run: Run) -> bool | None:
    """Say whether a value is in what an expression gave: a range, a list of values and ranges, or a value."""
    if tested.__class__ is Range:
        return inside(value, tested, run)
    if tested.__class__ is list:
        if value.__class__ is list and equal(value, tested, run):
            return True
        run.charge(len(tested))
        return any(_matches_item(value, lift(item), run) for item in tested)
    if tested is None:
        return True if value is None else None
    return equal(value, tested, run)


def _matches_item(value: Any, item: Any, run: Run) -> bool | None:
    return inside(value, item, run) if item.__class__ is Range else equal(value, item, run)


def one_test(node: nodes.Test, build: Build) -> Closure:
    """One positive unary test of the variable `?`."""
    operand, op = build(node.operand), node.op
    if op in ("=", "!="):
        wanted = op == "="

        def check_equal(scope: Scope) -> Any:
            result = equal(scope.names["?"], operand(scope), scope.run)
            return None if result is None else result is wanted

        return check_equal
    if op is not None:
        return _comparison(op, operand)
    if isinstance(node.operand, nodes.Literal) and node.operand.value.__class__ in (Decimal, str):
        return _constant(node.operand.value)
    if mentions(node.operand, "?"):
        return lambda scope: _condition(operand(scope), scope)
    return lambda scope: matches(scope.names["?"], operand(scope), scope.run)


def _comparison(op: str, operand: Closure) -> Closure:
    direct = ORDER[op]

    def compare(scope: Scope) -> Any:
        value, limit = scope.names["?"], operand(scope)
        if value.__class__ is Decimal and limit.__class__ is Decimal:
            return direct(value, limit)
        return ordered(op, value, limit)

    return compare


def _constant(wanted: Any) -> Closure:
    kind = wanted.__class__

    def compare(scope: Scope) -> Any:
        value = scope.names["?"]
        return value == wanted if value.__class__ is kind else equal(value, wanted, scope.run)

    return compare


def _condition(result: Any, scope: Scope) -> Any:
    return result if result.__class__ is bool else matches(scope.names["?"], result, scope.run)


def _any(checks: list[Closure], scope: Scope) -> bool | None:
    """Disjunction: true if one test holds, false if all are false, otherwise null."""
    known = True
    for check in checks:
        result = check(scope)
        if result is True:
            return True
        known = known and result is not None
    return False if known else None


def all_tests(node: nodes.Tests, build: Build) -> Closure:
    """The tests of a cell; `-` is always true, `not(…)` turns them round."""
    checks = [build(test) for test in node.tests]
    if not checks:
        return lambda scope: True
    if len(checks) == 1 and not node.negated:
        return checks[0]
    if not node.negated:
        return lambda scope: _any(checks, scope)

    def negated(scope: Scope) -> Any:
        result = _any(checks, scope)
        return None if result is None else not result

    return negated


def contained(node: nodes.In, build: Build) -> Closure:
    """`value in tests`"""
    value = build(node.value)
    checks = [build(test) for test in node.tests]

    def check(scope: Scope) -> Any:
        return _any(checks, Scope({"?": value(scope)}, scope, scope.run))

    return check


def instance_of(node: nodes.InstanceOf, build: Build) -> Closure:
    """`value instance of type`"""
    value, kind = build(node.value), type_of(node.type) if is_complete(node.type) else None
    return lambda scope: None if kind is None else belongs(value(scope), kind, scope.run)
