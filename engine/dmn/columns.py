"""Cut the columns of a decision table into stretches, for the static checks; and find cells of the wrong type."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from engine.dmn.cells import constants, samples
from engine.dmn.coverage import Column
from engine.dmn.elements import Element, attribute, child, children, place, text_of, type_name
from engine.feel import nodes
from engine.feel.compiling import CompiledTests, compile_unary_tests
from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing import parse_expression
from engine.feel.wide import kind_of
from engine.problems import Problem

_CLASSES: dict[str, type] = {"number": Decimal, "string": str, "boolean": bool, "date": date}
Names = frozenset[str]


class TableColumns:
    """The columns of one table; `problems` holds wrong types, `skipped` the labels that cannot be analysed."""

    def __init__(self, table: Element, names: Names) -> None:
        self.table = table
        self.names = names
        self.rules = list(children(table, "rule"))
        self.problems: list[Problem] = []
        self.skipped: list[str] = []
        self.columns: list[Column] = []
        groups: dict[str, list[int]] = {}
        for number, column in enumerate(children(table, "input")):
            groups.setdefault(text_of(child(column, "inputExpression")), []).append(number)
        inputs = list(children(table, "input"))
        for text, numbers in groups.items():
            self._add(text, [(inputs[number], number) for number in numbers])
        for number, output in enumerate(children(table, "output")):
            self._check_results(output, number)

    def _add(self, text: str, group: list[tuple[Element, int]]) -> None:
        """Add one column; columns that read the same expression are one, for their answers depend on each other."""
        label = attribute(group[0][0], "label") or text
        allowed = [test for column, _ in group for test in self._allowed(column)]
        wanted = self._type(child(group[0][0], "inputExpression"))
        cells = [self._cells(number) for _, number in group]
        found: list[Any] = [True] if wanted == "boolean" else []
        for test in (*allowed, *(cell for column in cells for cell in column if cell is not None)):
            values = constants(test.tree) if isinstance(test.tree, nodes.Tests) else None
            if values is None:
                self.skipped.append(label)
                return
            found += values
        if self._mistyped(cells, wanted, label):
            return
        cut = samples(found, closed=bool(allowed) and not any(_negated(test) for test in allowed))
        if cut is None:
            self.skipped.append(label)
            return
        cut = [value for value in cut if value is None or all(test.test(value, {}) for test in allowed)]
        taken = [
            _bits([cell for column in cells if (cell := column[rule])], cut)
            for rule in range(len(self.rules))
        ]
        self.columns.append(Column(label, tuple(cut), tuple(taken)))

    def _cells(self, number: int) -> list[CompiledTests | None]:
        return [self._tests(list(children(rule, "inputEntry"))[number]) for rule in self.rules]

    def _tests(self, element: Element | None) -> CompiledTests | None:
        text = text_of(element)
        return compile_unary_tests(text, names=self.names) if text not in ("", "-") else None

    def _item(self, element: Element | None) -> Element | None:
        """Return the item definition that an element's type names."""
        name = type_name(element) if element is not None else ""
        root = self.table.getroottree().getroot()
        return next(
            (item for item in children(root, "itemDefinition") if attribute(item, "name") == name), None
        )

    def _type(self, element: Element | None) -> str:
        item = self._item(element)
        named = item if item is not None else element
        return "" if named is None else type_name(named)

    def _allowed(self, column: Element) -> Iterator[CompiledTests]:
        item = self._item(child(column, "inputExpression"))
        for holder in (
            child(column, "inputValues"),
            child(item, "allowedValues") if item is not None else None,
        ):
            if holder is not None and (test := self._tests(holder)) is not None:
                yield test

    def _mistyped(self, cells: list[list[CompiledTests | None]], wanted: str, label: str) -> bool:
        before = len(self.problems)
        for column in cells:
            for rule, cell in zip(self.rules, column, strict=True):
                values = constants(cell.tree) if cell and isinstance(cell.tree, nodes.Tests) else None
                self._note(rule, wanted, values or [], f"“{label}”一格")
        return len(self.problems) > before

    def _check_results(self, output: Element, number: int) -> None:
        label = attribute(output, "label") or attribute(output, "name") or "结果"
        for rule in self.rules:
            text = text_of(list(children(rule, "outputEntry"))[number])
            try:
                tree = parse_expression(text, self.names) if text else None
            except FeelSyntaxError:
                continue
            if isinstance(tree, nodes.Literal) and tree.value is not None:
                self._note(rule, self._type(output), [tree.value], f"结果“{label}”一格")

    def _note(self, rule: Element, wanted: str, values: list[Any], where: str) -> None:
        kind = _CLASSES.get(wanted)
        if kind is not None and any(value is not None and kind_of(value) is not kind for value in values):
            text = f"{where}应为 {wanted} 类型，写的却是别的类型；请改正取值或列的类型"
            self.problems.append(Problem(place(rule), "error", "dmn.cell_type", text))


def _negated(tests: CompiledTests) -> bool:
    return isinstance(tests.tree, nodes.Tests) and tests.tree.negated


def _bits(cells: list[CompiledTests], cut: list[Any]) -> int:
    return sum(
        1 << number for number, value in enumerate(cut) if all(cell.test(value, {}) is True for cell in cells)
    )
