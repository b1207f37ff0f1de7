"""Boxed expressions: contexts, invocations, lists, relations, functions, conditionals and iterators."""

from collections.abc import Callable
from typing import Any

from engine.dmn.compiling import Compilation, nothing
from engine.dmn.control import controlled
from engine.dmn.elements import Element, attribute, child, children, local_name
from engine.dmn.itemtypes import ItemType, ItemTypes, fit
from engine.dmn.tablereading import read_table
from engine.feel.binding import call_function
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import Function, Signature

KINDS = (
    "literalExpression", "decisionTable", "context", "invocation", "list", "relation", "functionDefinition",
    "conditional", "for", "every", "some", "filter",
)  # fmt: skip
_DEEPEST = 20


class Boxes:
    """Compiles the boxed expressions of one document."""

    def __init__(self, work: Compilation, types: ItemTypes) -> None:
        self.work = work
        self.types = types
        self._depth = 0

    def inside(self, element: Element) -> Closure | None:
        """Compile the expression that an element holds; None if it holds none."""
        found = child(element, *KINDS)
        return None if found is None else self.build(found)

    def needed(self, element: Element | None, owner: Element) -> Closure:
        """Compile the expression that an element must hold."""
        closure = self.inside(element) if element is not None else None
        if closure is None:
            self.work.problem(owner, "dmn.no_expression", "这里缺少表达式；请补充")
            return nothing
        return closure

    def build(self, element: Element) -> Closure:
        """Compile one boxed expression."""
        makers: dict[str, Callable[[Element], Closure]] = {
            "literalExpression": self.work.expression,
            "decisionTable": lambda table: read_table(table, self.work, self.types).decide,
            "context": self._context,
            "invocation": self._invocation,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self.function,
        }
        if self._depth >= _DEEPEST:
            self.work.problem(element, "dmn.too_deep", f"表达式最多嵌套 {_DEEPEST} 层；请拆成几个决策")
            return nothing
        self._depth += 1
        try:
            return makers.get(local_name(element), self._control)(element)
        finally:
            self._depth -= 1

    def _context(self, element: Element) -> Closure:
        entries: list[tuple[str, Closure, Any]] = []
        result: Closure | None = None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            if variable is None:
                result = self.needed(entry, entry)
            else:
                entries.append(
                    (attribute(variable, "name"), self.needed(entry, entry), self.types.of(variable))
                )

        def make(scope: Scope) -> Any:
            values: dict[str, Any] = {}
            inner = Scope(values, scope, scope.run)
            for name, value, kind in entries:
                made = value(inner)
                values[name] = fit(made, kind, scope.run) if kind is not None else made
            return result(inner) if result is not None else values

        return make

    def _invocation(self, element: Element) -> Closure:
        callee = self.needed(element, element)
        names: list[str] = []
        arguments: list[Closure] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            names.append(attribute(parameter, "name") if parameter is not None else "")
            arguments.append(self.inside(binding) or nothing)

        def invoke(scope: Scope) -> Any:
            function = callee(scope)
            if function.__class__ is not Function:
                scope.run.warn("no_function", 0, "被调用的不是函数，按 null 处理")
                return None
            return call_function(function, [argument(scope) for argument in arguments], names, scope.run, 0)

        return invoke

    def _list(self, element: Element) -> Closure:
        items = [self.build(item) for item in children(element, *KINDS)]
        return lambda scope: [item(scope) for item in items]

    def _relation(self, element: Element) -> Closure:
        columns = [attribute(column, "name") for column in children(element, "column")]
        rows = [[self.build(cell) for cell in children(row, *KINDS)] for row in children(element, "row")]
        for row in rows:
            if len(row) != len(columns):
                self.work.problem(element, "dmn.row_width", f"每行应有 {len(columns)} 格，实际 {len(row)} 格")
                return nothing
        return lambda scope: [
            {name: cell(scope) for name, cell in zip(columns, row, strict=True)} for row in rows
        ]  # fmt: skip

    def function(self, element: Element, result: ItemType | None = None) -> Closure:
        """Compile a boxed function whose result must fit; Java and PMML are never run."""
        parameters = list(children(element, "formalParameter"))
        names = tuple(attribute(parameter, "name") for parameter in parameters)
        kinds = [self.types.of(parameter) for parameter in parameters]
        signature = Signature(names, ("any",) * len(names), len(names))
        if attribute(element, "kind") not in ("", "FEEL"):
            self.work.problem(element, "dmn.external", "不运行外部函数（Java、PMML），结果为 null", "warning")
            return lambda scope: Function("", (signature,), lambda run, *values: None)
        body = self.needed(element, element)

        def make(scope: Scope) -> Function:
            def run_body(run: Run, *values: Any) -> Any:
                fitted = [
                    fit(value, kind, run) if kind else value
                    for value, kind in zip(values, kinds, strict=True)
                ]
                if any(new is None and old is not None for new, old in zip(fitted, values, strict=True)):
                    return None
                value = body(Scope(dict(zip(names, fitted, strict=True)), scope, run))
                return fit(value, result, run) if result is not None else value

            return Function("", (signature,), run_body)

        return make

    def _control(self, element: Element) -> Closure:
        name = local_name(element)
        parts = {
            local_name(part): self.needed(part, part)
            for part in children(element)
            if child(part, *KINDS) is not None
        }
        wanted = {"conditional": ("if", "then", "else"), "for": ("in", "return"), "filter": ("in", "match")}
        for part in wanted.get(name, ("in", "satisfies")):
            if part not in parts:
                self.work.problem(element, "dmn.no_expression", f"“{name}”缺少“{part}”部分；请补充")
                return nothing
        variable = attribute(element, "iteratorVariable")
        return controlled(name, variable, parts)
