"""From source to a checked syntax tree. The parser is loaded at first use, never at import."""

from collections.abc import Iterable
from typing import Any, cast

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from engine.feel import nodes
from engine.feel.automaton import parser
from engine.feel.depth import check_tree
from engine.feel.lexer import Reader
from engine.feel.limits import DEFAULT, Limits
from engine.feel.naming import known_names
from engine.feel.scanning import check_depth, refuse, scan


def parse_expression(source: str, names: Iterable[str] = (), limits: Limits = DEFAULT) -> nodes.Node:
    """Return the tree of an expression; `names` are variables with keywords or operators in their names."""
    tree = _parse(source, "whole", names, limits)
    return cast(nodes.Node, tree)


def parse_unary_tests(source: str, names: Iterable[str] = (), limits: Limits = DEFAULT) -> nodes.Tests:
    """Return the tree of the unary tests of a decision cell."""
    return cast(nodes.Tests, _parse(source, "unary_tests", names, limits))


def _parse(source: str, start: str, names: Iterable[str], limits: Limits) -> Any:
    pieces = scan(source, limits)
    check_depth(pieces, source, limits)
    if not pieces:
        raise refuse(source, 0, "表达式是空的；请填写一个 FEEL 表达式", "feel.empty")
    tokens = Reader(source, pieces, known_names(names)).tokenise()
    if start == "unary_tests":
        _mark_negation(tokens)
    try:
        tree = cast(nodes.Node, parser().parse(cast(str, tokens), start=start))
    except UnexpectedInput as error:
        raise _explain(source, error) from None
    check_tree(tree, source, limits)
    return tree


def _mark_negation(tokens: list[Token]) -> None:
    """Make `not` a keyword where its bracket closes at the very end."""
    if len(tokens) < 3 or tokens[0] != "not" or tokens[1].type != "LPAR":
        return
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if depth == 0 and index > 0:
            if index == len(tokens) - 1:
                tokens[0] = Token("NOT", "not", start_pos=tokens[0].start_pos)
            return


def _explain(source: str, error: UnexpectedInput) -> Exception:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return refuse(
            source, error.token.start_pos or 0, f"这里不应出现“{error.token}”；请检查前面的运算符和括号"
        )
    return refuse(source, len(source), "表达式没有写完；请补全括号、then/else、return 或运算数")
