"""Check the names that the expressions of a form use: a misspelt one would be null and its rule never fire."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from engine.feel import nodes
from engine.feel.builtins.registry import BUILT_IN
from engine.feel.compiling import Compiled
from forms.definition import FormDefinition, FormField, Rule
from forms.errors import DefinitionProblem

Names = frozenset[str]
Found = Iterator[DefinitionProblem]


def expression_faults(definition: FormDefinition) -> Found:
    """Yield every name that is no field, no context, no function."""
    given = frozenset((*definition.context, *definition.optional_context, *definition.functions))
    known = given | frozenset(definition.field_map)
    columns = frozenset(column.name for field in definition.fields for column in field.columns)
    for i, section in enumerate(definition.sections):
        for j, field in enumerate(section.fields):
            place = f"sections[{i}].fields[{j}]"
            yield from _field(field, place, known, columns)
            row = known | frozenset(field.column_map)
            for k, column in enumerate(field.columns):
                yield from _field(column, f"{place}.columns[{k}]", row, columns)
            yield from _rules(field.rules, f"{place}.rules", row, columns)
    yield from _rules(definition.rules, "rules", known, columns)
    if definition.card is not None:
        for k, part in enumerate(definition.card.parts):
            yield from _expression(part.of, f"card.parts[{k}].of", known, columns)
    if definition.meter is not None:
        yield from _expression(definition.meter.when, "meter.when", known | columns, columns)
    for k, figure in enumerate(definition.figures):
        notes = figure.note.expressions if figure.note is not None else ()
        for compiled in (figure.value, *notes):
            yield from _expression(compiled, f"figures[{k}]", known, columns)


def unknown_names(node: Any, known: Names, columns: Names) -> Iterator[str]:
    """Yield the names below `node` that nothing defines; inside a filter the columns of tables are defined."""
    if isinstance(node, nodes.Name):
        if node.name not in known and node.name not in BUILT_IN:
            yield node.name
    elif isinstance(node, nodes.Filter):
        yield from unknown_names(node.base, known, columns)
        yield from unknown_names(node.test, known | columns | {"item"}, columns)
    elif isinstance(node, nodes.For | nodes.Quantified):
        inner = known | {"partial", *(iterator.name for iterator in node.iterators)}
        yield from unknown_names(node.iterators, inner, columns)
        yield from unknown_names(node.body, inner, columns)
    elif isinstance(node, nodes.FunctionOf):
        yield from unknown_names(node.body, known | {name for name, _ in node.parameters}, columns)
    elif isinstance(node, nodes.ContextOf):
        inner = known | {name for name, _ in node.entries}
        yield from unknown_names([entry for _, entry in node.entries], inner, columns)
    elif isinstance(node, nodes.Node):
        for part in fields(node):
            yield from unknown_names(getattr(node, part.name), known, columns)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from unknown_names(part, known, columns)


def _field(field: FormField, place: str, known: Names, columns: Names) -> Found:
    for key in ("required_when", "options_from", "expression", "baseline", "default_from"):
        yield from _expression(getattr(field, key), f"{place}.{key}", known, columns)


def _rules(rules: tuple[Rule, ...], place: str, known: Names, columns: Names) -> Found:
    for k, rule in enumerate(rules):
        yield from _expression(rule.when, f"{place}[{k}].when", known, columns)
        for compiled in rule.text.expressions:
            yield from _expression(compiled, f"{place}[{k}].text", known, columns)


def _expression(compiled: Compiled | None, place: str, known: Names, columns: Names) -> Found:
    if compiled is not None:
        for name in dict.fromkeys(unknown_names(compiled.tree, known, columns)):
            text = f"表达式里的 {name} 既不是填写项，也不是 context、functions 里的名称"
            yield DefinitionProblem(place, text)
