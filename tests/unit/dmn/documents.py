"""Small DMN documents for tests, written in a few words."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def document(*elements: str, namespace: str = NAMESPACE) -> bytes:
    """Return a document around its elements."""
    return f'<definitions xmlns="{namespace}" id="doc" name="doc">{"".join(elements)}</definitions>'.encode()


def text(tag: str, content: str, attributes: str = "") -> str:
    """Return an element with a `<text>`."""
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def table(
    inputs: list[str],
    outputs: list[str],
    rules: list[list[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    defaults: list[str] | None = None,
    values: list[str] | None = None,
) -> str:
    """Return a decision table; each rule lists its input cells, then its output cells."""
    columns = [
        f'<input id="in{number}" label={quoteattr(name)}>{text("inputExpression", name)}</input>'
        for number, name in enumerate(inputs)
    ]
    for number, name in enumerate(outputs):
        inner = text("outputValues", values[number]) if values else ""
        inner += text("defaultOutputEntry", defaults[number]) if defaults else ""
        columns.append(f'<output id="out{number}" name={quoteattr(name)}>{inner}</output>')
    rows = []
    for number, cells in enumerate(rules, 1):
        entries = [text("inputEntry", cell) for cell in cells[: len(inputs)]]
        entries += [text("outputEntry", cell) for cell in cells[len(inputs) :]]
        rows.append(f'<rule id="r{number}">{"".join(entries)}</rule>')
    aggregates = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{aggregates}>{"".join(columns + rows)}</decisionTable>'


def literal(content: str) -> str:
    """Return a literal expression."""
    return text("literalExpression", content)


def decision(key: str, logic: str, *requires: str, kind: str = "", name: str = "") -> str:
    """Return a decision; `requires` are ids of decisions (`@id` for input data, `!id` for knowledge)."""
    links = ""
    for target in requires:
        if target.startswith("!"):
            links += f'<knowledgeRequirement><requiredKnowledge href="#{target[1:]}"/></knowledgeRequirement>'
        else:
            tag = "requiredInput" if target.startswith("@") else "requiredDecision"
            links += f'<informationRequirement><{tag} href="#{target.lstrip("@")}"/></informationRequirement>'
    variable = f"<variable name={quoteattr(name or key)}{f' typeRef={quoteattr(kind)}' if kind else ''}/>"
    return f'<decision id="{key}" name={quoteattr(name or key)}>{variable}{links}{logic}</decision>'


def input_data(key: str, kind: str = "", name: str = "") -> str:
    """Return input data."""
    type_ref = f" typeRef={quoteattr(kind)}" if kind else ""
    return f'<inputData id="{key}" name={quoteattr(name or key)}><variable name={quoteattr(name or key)}{type_ref}/></inputData>'
