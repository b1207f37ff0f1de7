"""What the compilation of one document shares: known names, known types, and the problems found."""

from collections.abc import Callable

from engine.dmn.elements import FEEL_NAMESPACES, Element, attribute, place, text_of
from engine.dmn.matching import Cell, literals_of
from engine.feel.closures.compiler import build
from engine.feel.depth import children
from engine.feel.errors import FeelSyntaxError
from engine.feel.nodes import Literal, Node, TypeName
from engine.feel.parsing import parse_expression, parse_unary_tests
from engine.feel.state import Closure, Scope
from engine.problems import Problem, Severity

_FEEL = frozenset(["", "feel", *(namespace.lower() for namespace in FEEL_NAMESPACES)])


def nothing(scope: Scope) -> None:
    """The closure of what could not be compiled."""
    return


class Compilation:
    """Compiles texts of one document and collects problems instead of raising."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.problems: list[Problem] = []
        self.type_named: Callable[[str], TypeName | None] = lambda name: None

    def problem(self, element: Element, code: str, text: str, severity: Severity = "error") -> None:
        """Note a problem at the nearest element with an id."""
        self.problems.append(Problem(place(element), severity, code, text))

    def expression(self, element: Element, *, needed: bool = True) -> Closure:
        """Compile the FEEL text of a literal expression."""
        language = attribute(element, "expressionLanguage").lower()
        if language not in _FEEL:
            self.problem(element, "dmn.language", f"只支持 FEEL 表达式，这里写的是“{language}”；请改用 FEEL")
            return nothing
        text = text_of(element)
        if not text:
            if needed:
                self.problem(element, "dmn.empty", "这里没有表达式；请填写一个 FEEL 表达式")
            return nothing
        try:
            tree = self._typed(parse_expression(text, self.names))
        except FeelSyntaxError as error:
            return self._refused(element, text, error)
        return build(tree) if isinstance(tree, Literal) else _spoken(text, build(tree))

    def tests(self, element: Element) -> Closure | None:
        """Compile unary tests; None if every value passes."""
        cell = self.cell(element)
        return None if cell is None else cell.test

    def cell(self, element: Element) -> Cell | None:
        """Compile the condition of a rule; None if every value passes."""
        text = text_of(element)
        if text in ("", "-"):
            return None
        try:
            tree = parse_unary_tests(text, self.names)
            self._typed(tree)
        except FeelSyntaxError as error:
            return Cell(self._refused(element, text, error))
        literals = literals_of(tree)
        return Cell(build(tree), literals) if literals is not None else Cell(_spoken(text, build(tree)))

    def _typed(self, tree: Node) -> Node:
        """Put the document's own types in the place of their names."""
        level = [tree]
        while level:
            for node in level:
                if isinstance(node, TypeName) and (known := self.type_named(node.name)) is not None:
                    node.name, node.arguments, node.fields = known.name, known.arguments, known.fields
            level = [below for node in level for below in children(node)]
        return tree

    def _refused(self, element: Element, text: str, error: FeelSyntaxError) -> Closure:
        self.problem(element, error.code, f"{error.text}（{text[:60]}）")
        return nothing


def _spoken(text: str, closure: Closure) -> Closure:
    """Let warnings name their place in this text."""

    def read(scope: Scope) -> object:
        run = scope.run
        outer, run.source = run.source, text
        value = closure(scope)
        run.source = outer
        return value

    return read
