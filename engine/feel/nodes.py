"""The syntax tree of FEEL: plain records; `at` is the offset of the first character in the source."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Node:
    """Any expression; below: how many nodes it has, and their names, once they are counted."""

    at: int
    below: tuple[int, frozenset[str]] | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(slots=True)
class Literal(Node):
    """A number, string, boolean, null or date literal, already a value."""

    value: Any


@dataclass(slots=True)
class Name(Node):
    """A variable or a function, by its normalised name."""

    name: str


@dataclass(slots=True)
class Path(Node):
    """`base.name`"""

    base: Node
    name: str


@dataclass(slots=True)
class Filter(Node):
    """`base[test]`: an index or a condition on each item."""

    base: Node
    test: Node


@dataclass(slots=True)
class Call(Node):
    """`callee(a, b)` or `callee(name: a)`; names are None for positional arguments."""

    callee: Node
    names: list[str] | None
    arguments: list[Node]


@dataclass(slots=True)
class Chain(Node):
    """Left-associative operators of one precedence: `first op a op b …`."""

    first: Node
    rest: list[tuple[str, Node]]


@dataclass(slots=True)
class Logic(Node):
    """`and` or `or` over two or more operands."""

    word: str
    operands: list[Node]


@dataclass(slots=True)
class Negate(Node):
    """Arithmetic negation."""

    operand: Node


@dataclass(slots=True)
class Compare(Node):
    """`left op right` with op one of = != < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True)
class In(Node):
    """`value in tests`: true if one test holds."""

    value: Node
    tests: list[Node]


@dataclass(slots=True)
class Test(Node):
    """A positive unary test: with `op` a comparison of the input, otherwise a value or a condition."""

    op: str | None
    operand: Node


@dataclass(slots=True)
class Tests(Node):
    """Unary tests of a decision cell; empty = `-`, always true."""

    tests: list[Node]
    negated: bool = False


@dataclass(slots=True)
class RangeOf(Node):
    """`[low..high)`; a missing end (from `(< 5)`) is None."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(slots=True)
class ListOf(Node):
    """`[a, b]`"""

    items: list[Node]


@dataclass(slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`; later entries see earlier ones."""

    entries: list[tuple[str, Node]]


@dataclass(slots=True)
class If(Node):
    """`if condition then a else b`"""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(slots=True)
class Iterator(Node):
    """`name in source` or `name in low..high` of a loop."""

    name: str
    source: Node
    until: Node | None = None


@dataclass(slots=True)
class For(Node):
    """`for iterators return body`"""

    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class Quantified(Node):
    """`some|every iterators satisfies body`"""

    word: str
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class TypeName(Node):
    """A type: `number`, `list<number>`, `context<a: text>`, `function<number> -> text`."""

    name: str
    arguments: list["TypeName"]
    fields: dict[str, "TypeName"]


@dataclass(slots=True)
class InstanceOf(Node):
    """`value instance of type`"""

    value: Node
    type: TypeName


@dataclass(slots=True)
class FunctionOf(Node):
    """`function(a, b: number) body`; an external body is never run."""

    parameters: list[tuple[str, TypeName | None]]
    body: Node
    external: bool = False
