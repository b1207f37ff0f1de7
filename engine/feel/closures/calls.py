"""Calling functions, and functions written in FEEL."""

from typing import Any

from engine.feel import nodes
from engine.feel.binding import call_function, injected
from engine.feel.builtins.registry import BUILT_IN
from engine.feel.closures.terms import Build
from engine.feel.depth import size
from engine.feel.membership import type_of
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import Function, Signature


def call(node: nodes.Call, build: Build) -> Closure:
    """`callee(arguments)`; null and a warning if there is no such function or the arguments do not fit."""
    arguments = [build(argument) for argument in node.arguments]
    names, at = node.names, node.at
    find = _finder(node.callee, build)

    def invoke(scope: Scope) -> Any:
        function = find(scope)
        run = scope.run
        if function.__class__ is not Function:
            run.warn("no_function", at, "被调用的不是函数，按 null 处理")
            return None
        return call_function(function, [argument(scope) for argument in arguments], names, run, at)

    return invoke


def _finder(callee: nodes.Node, build: Build) -> Closure:
    if not isinstance(callee, nodes.Name):
        return build(callee)
    wanted = callee.name
    built_in = BUILT_IN.get(wanted)

    def find(scope: Scope) -> Any:
        inner: Scope | None = scope
        while inner is not None:
            if wanted in inner.names:
                value = inner.names[wanted]
                if value.__class__ is Function or built_in is None:
                    return value
            inner = inner.parent
        functions = scope.run.functions
        if functions is not None and wanted in functions:
            return injected(wanted, functions[wanted])
        if built_in is None:
            scope.run.warn("unknown_function", callee.at, f"没有函数“{wanted}”")
        return built_in

    return find


def function_of(node: nodes.FunctionOf, build: Build) -> Closure:
    """A function value, closed over the scope in which it stands."""
    names = tuple(name for name, _ in node.parameters)
    signature = Signature(names, ("any",) * len(names), len(names))
    types = tuple(type_of(kind) if kind is not None else None for _, kind in node.parameters)
    body, cost = (None, 0) if node.external else (build(node.body), size(node.body))

    def make(scope: Scope) -> Any:
        source = scope.run.source

        def run_body(run: Run, *values: Any) -> Any:
            if body is None:
                run.warn("external", node.at, "不运行外部函数，按 null 处理")
                return None
            run.charge(cost)
            outer, run.source = run.source, source
            value = body(Scope(dict(zip(names, values, strict=True)), scope, run))
            run.source = outer
            return value

        return Function("", (signature,), run_body, types)

    return make
