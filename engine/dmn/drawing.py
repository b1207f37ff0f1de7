"""Read a DMN document for people."""

from collections.abc import Iterator

from engine.dmn.drawn import Column, Drawing, Drawn, Row, Table
from engine.dmn.elements import Element, attribute, child, children, local_name, place, text_of, type_name
from engine.xml import parse

LOGIC = ("decisionTable", "literalExpression", "context", "relation", "list", "invocation", "functionDefinition",
         "conditional", "filter", "for", "some", "every")  # fmt: skip


def drawing(xml: bytes) -> Drawing:
    """Read a document for people; whatever it has is shown, right or wrong. Raises XmlRejected."""
    root = parse(xml)
    inputs = {place(one): _label(one) for one in children(root, "inputData")}
    drawn = tuple(_drawn(one) for one in children(root, "decision", "businessKnowledgeModel"))
    return Drawing(attribute(root, "name"), _words(root, "description"), inputs, drawn)


def _drawn(decision: Element) -> Drawn:
    logic = child(decision, "encapsulatedLogic", *LOGIC)
    tables = tuple(_table(one) for one in decision.iter("{*}decisionTable"))
    needs = [
        one.get("href", "").lstrip("#")
        for one in decision.iter("{*}requiredInput", "{*}requiredDecision", "{*}requiredKnowledge")
    ]
    plain = logic is not None and local_name(logic) != "decisionTable"
    text = _text(logic, 0) if logic is not None and plain else ""
    return Drawn(
        place(decision), _label(decision), _words(decision, "description"), tables, text, tuple(needs)
    )


def _label(element: Element) -> str:
    return attribute(element, "label") or attribute(element, "name") or place(element)


def _words(element: Element, name: str) -> str:
    found = child(element, name)
    return "" if found is None else " ".join((found.text or "").split())


def _table(table: Element) -> Table:
    policy = [attribute(table, "hitPolicy") or "UNIQUE", attribute(table, "aggregation")]
    rows = tuple(_row(number, row) for number, row in enumerate(children(table, "rule"), 1))
    inputs, outputs = children(table, "input"), children(table, "output")
    return Table(
        place(table),
        " ".join(filter(None, policy)),
        tuple(map(_input, inputs)),
        tuple(map(_output, outputs)),
        rows,
    )


def _input(column: Element) -> Column:
    read = child(column, "inputExpression")
    text = text_of(read)
    kind = "" if read is None else type_name(read)
    return Column(attribute(column, "label") or text, text, kind, text_of(child(column, "inputValues")))


def _output(column: Element) -> Column:
    name = attribute(column, "name")
    values, default = (text_of(child(column, one)) for one in ("outputValues", "defaultOutputEntry"))
    return Column(attribute(column, "label") or name or "结果", name, type_name(column), values, default)


def _row(number: int, row: Element) -> Row:
    conditions = tuple(text_of(cell) or "-" for cell in children(row, "inputEntry"))
    results = tuple(text_of(cell) for cell in children(row, "outputEntry"))
    return Row(attribute(row, "id") or f"rule-{number}", conditions, results, _words(row, "description"))


def _text(logic: Element, depth: int) -> str:
    """Return an expression as text: boxed ones line by line, a table inside by its id."""
    kind, indent = local_name(logic), "  " * depth
    if kind == "decisionTable":
        return f"{indent}({place(logic)})"
    own = text_of(logic)
    if own:
        return "\n".join(f"{indent}{line}" for line in own.splitlines())
    return "\n".join(filter(None, _parts(logic, depth)))


def _parts(logic: Element, depth: int) -> Iterator[str]:
    for one in children(logic):
        named = child(one, "variable", "parameter")
        if named is not None:
            yield f"{'  ' * depth}{attribute(named, 'name')}:"
        yield _text(one, depth + (named is not None))
