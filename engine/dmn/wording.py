"""The words of a DMN document: how inputs are called, and what stands in the cells of each rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn.elements import Element, attribute, child, children, local_name, place, text_of
from engine.xml import parse


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One row as it is written.

    conditions, results: (column, cell); conditions that always hold are left out. note: the row's description.
    """

    id: str
    table: str
    conditions: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]
    note: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the row for the history: JSON that can be read without the table."""
        return {
            "id": self.id,
            "table": self.table,
            "when": [list(cell) for cell in self.conditions],
            "then": [list(cell) for cell in self.results],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Wording:
    """labels: Chinese name of each input and decision, by id (an input's also by its variable); rules: the rows by id."""

    labels: Mapping[str, str]
    rules: Mapping[str, RuleWords]


def wording(xml: bytes) -> Wording:
    """Read the words of a document that was checked before."""
    root = parse(xml)
    labels = {
        attribute(element, key): attribute(element, "label") or attribute(element, "name")
        for element in children(root, "inputData")
        for key in ("id", "name")
    }
    labels |= {attribute(element, "id"): attribute(element, "name") for element in children(root, "decision")}
    tables = [element for element in root.iter("{*}decisionTable") if local_name(element)]
    return Wording(labels, {row.id: row for table in tables for row in _rows(table)})


def _rows(table: Element) -> Iterator[RuleWords]:
    inputs = [
        attribute(column, "label") or text_of(child(column, "inputExpression"))
        for column in children(table, "input")
    ]
    outputs = [
        attribute(column, "label") or attribute(column, "name") or "结果"
        for column in children(table, "output")
    ]
    for number, row in enumerate(children(table, "rule"), 1):
        conditions = [text_of(cell) for cell in children(row, "inputEntry")]
        results = [text_of(cell) for cell in children(row, "outputEntry")]
        yield RuleWords(
            attribute(row, "id") or f"rule-{number}",
            place(table),
            tuple(pair for pair in zip(inputs, conditions, strict=False) if pair[1] not in ("", "-")),
            tuple(zip(outputs, results, strict=False)),
            _note(row),
        )


def _note(row: Element) -> str:
    found = child(row, "description")
    return "" if found is None else " ".join((found.text or "").split())
