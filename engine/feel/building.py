"""Build the syntax tree while lark reduces: one method per alternative of `grammar.lark`."""

from decimal import Decimal
from typing import Any

from lark import Token
from lark.visitors import Transformer, v_args

from engine.feel import nodes
from engine.feel.literals import at_text, number_value, string_value
from engine.feel.nodes import Node
from engine.feel.reading import any_temporal

_RANGE_ENDS = {"<": (False, False), "<=": (False, True), ">": (False, False), ">=": (True, False)}


def _at(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class TreeBuilder(Transformer[Any, Any]):
    """Callbacks of the parser; children arrive as nodes and tokens."""

    def number(self, token: Token) -> Node:
        return nodes.Literal(_at(token), number_value(token))

    def string(self, token: Token) -> Node:
        return nodes.Literal(_at(token), string_value(token))

    def at_literal(self, token: Token) -> Node:
        at, text = _at(token), at_text(token)
        value = any_temporal(text)
        if value is None:  # read again where it is evaluated, so that it warns
            return nodes.Call(at, nodes.Name(at, "date and time"), None, [nodes.Literal(at, text)])
        return nodes.Literal(at, value)

    def true(self, token: Token) -> Node:
        return nodes.Literal(_at(token), True)

    def false(self, token: Token) -> Node:
        return nodes.Literal(_at(token), False)

    def null(self, token: Token) -> Node:
        return nodes.Literal(_at(token), None)

    def name(self, token: Token) -> Node:
        return nodes.Name(_at(token), str(token))

    def group(self, _open: Token, inner: Node, _close: Token) -> Node:
        return inner

    def comparator(self, token: Token) -> Token:
        return token

    added = multiplied = raised = comparator

    def chain(self, first: Node, *rest: Any) -> Node:
        return nodes.Chain(
            first.at, first, [(str(op), operand) for op, operand in zip(rest[::2], rest[1::2], strict=True)]
        )

    def conjunction(self, *operands: Any) -> Node:
        return nodes.Logic(operands[0].at, "and", list(operands[::2]))

    def disjunction(self, *operands: Any) -> Node:
        return nodes.Logic(operands[0].at, "or", list(operands[::2]))

    def compare(self, left: Node, op: Token, right: Node) -> Node:
        return nodes.Compare(left.at, str(op), left, right)

    def between(self, value: Node, _b: Token, low: Node, _a: Token, high: Node) -> Node:
        return nodes.Between(value.at, value, low, high)

    def in_one(self, value: Node, _in: Token, tested: Node) -> Node:
        return nodes.In(value.at, value, [nodes.Test(tested.at, None, tested)])

    def in_compared(self, value: Node, _in: Token, op: Token, tested: Node) -> Node:
        return nodes.In(value.at, value, [nodes.Test(_at(op), str(op), tested)])

    def in_tests(self, value: Node, *rest: Any) -> Node:
        return nodes.In(value.at, value, [part for part in rest if isinstance(part, nodes.Test)])

    def instance_of(self, value: Node, _i: Token, _of: Token, type_name: nodes.TypeName) -> Node:
        return nodes.InstanceOf(value.at, value, type_name)

    def negate(self, sign: Token, operand: Node) -> Node:
        if isinstance(operand, nodes.Literal) and isinstance(operand.value, Decimal):
            return nodes.Literal(_at(sign), operand.value.copy_negate() if operand.value else operand.value)
        return nodes.Negate(_at(sign), operand)

    def path(self, base: Node, _dot: Token, name: Token) -> Node:
        return nodes.Path(_at(name), base, str(name))

    def filtered(self, base: Node, _open: Token, test: Node, _close: Token) -> Node:
        return nodes.Filter(base.at, base, test)

    def call_empty(self, callee: Node, *_brackets: Token) -> Node:
        return nodes.Call(callee.at, callee, None, [])

    def call(self, callee: Node, *rest: Any) -> Node:
        return nodes.Call(callee.at, callee, None, [part for part in rest if isinstance(part, Node)])

    def named(self, name: Token, _colon: Token, value: Node) -> tuple[str, Node]:
        return str(name), value

    def entry(self, key: Token, _colon: Token, value: Node) -> tuple[str, Node]:
        return string_value(key) if key.type == "STRING" else str(key), value

    def call_named(self, callee: Node, *rest: Any) -> Node:
        pairs = [part for part in rest if isinstance(part, tuple)]
        return nodes.Call(callee.at, callee, [name for name, _ in pairs], [value for _, value in pairs])

    def half_range(self, opened: Token, op: Token, end: Node, _close: Token) -> Node:
        return self.open_range(op, end, opened)

    def open_range(self, op: Token, end: Node, opened: Token | None = None) -> Node:
        opened = opened or op
        if str(op) == "=":
            return nodes.RangeOf(_at(opened), end, end, True, True)
        if str(op) == "!=":
            return nodes.Compare(_at(opened), str(op), nodes.Name(_at(opened), "?"), end)
        low_included, high_included = _RANGE_ENDS[str(op)]
        low, high = (None, end) if str(op).startswith("<") else (end, None)
        return nodes.RangeOf(_at(opened), low, high, low_included, high_included)

    def range(self, opened: Token, low: Node, _dots: Token, high: Node, close: Token) -> Node:
        return nodes.RangeOf(_at(opened), low, high, opened.type == "LSQB", close.type == "RSQB")

    def range_close(self, token: Token) -> Token:
        return token

    def list(self, opened: Token, *rest: Any) -> Node:
        return nodes.ListOf(_at(opened), [part for part in rest if isinstance(part, Node)])

    def context(self, opened: Token, *rest: Any) -> Node:
        pairs = [part for part in rest if isinstance(part, tuple)]
        return nodes.ContextOf(_at(opened), pairs)

    def conditional(self, *parts: Any) -> Node:
        return nodes.If(_at(parts[0]), parts[1], parts[3], parts[5])

    def iterator(
        self, name: Token, _in: Token, source: Node, _dots: Any = None, until: Node | None = None
    ) -> Node:
        return nodes.Iterator(_at(name), str(name), source, until)

    def loop(self, word: Token, *rest: Any) -> Node:
        iterators = [part for part in rest[:-1] if isinstance(part, nodes.Iterator)]
        return nodes.For(_at(word), iterators, rest[-1])

    def quantified(self, word: Token, *rest: Any) -> Node:
        iterators = [part for part in rest[:-1] if isinstance(part, nodes.Iterator)]
        return nodes.Quantified(_at(word), str(word), iterators, rest[-1])

    def parameter(self, name: Token, _colon: Any = None, kind: nodes.TypeName | None = None) -> Any:
        return str(name), kind

    def body(self, body: Node) -> Any:
        return body, False

    def external(self, _word: Token, body: Node) -> Any:
        return body, True

    def function(self, word: Token, *rest: Any) -> Node:
        pairs = [part for part in rest[:-1] if isinstance(part, tuple)]
        body, external = rest[-1]
        return nodes.FunctionOf(_at(word), pairs, body, external)

    def type(self, *parts: Token) -> nodes.TypeName:
        return nodes.TypeName(_at(parts[0]), ".".join(str(part) for part in parts[::2]), [], {})

    def type_of(self, name: Token, *rest: Any) -> nodes.TypeName:
        return nodes.TypeName(
            _at(name), str(name), [part for part in rest if isinstance(part, nodes.TypeName)], {}
        )

    type_function = type_of

    def field(self, name: Token, _colon: Token, kind: nodes.TypeName) -> Any:
        return str(name), kind

    def type_fields(self, name: Token, *rest: Any) -> nodes.TypeName:
        return nodes.TypeName(
            _at(name), str(name), [], dict(part for part in rest if isinstance(part, tuple))
        )

    def test(self, operand: Node) -> Node:
        return nodes.Test(operand.at, None, operand)

    def test_compared(self, op: Token, operand: Node) -> Node:
        return nodes.Test(_at(op), str(op), operand)

    def tests_any(self, dash: Token) -> Node:
        return nodes.Tests(_at(dash), [])

    def tests_not(self, word: Token, *rest: Any) -> Node:
        return nodes.Tests(_at(word), [part for part in rest if isinstance(part, nodes.Test)], negated=True)

    def tests(self, first: nodes.Test, *rest: Any) -> Node:
        return nodes.Tests(first.at, [first, *(part for part in rest if isinstance(part, nodes.Test))])
