"""The parser of `grammar.lark`, from tables made beforehand: building them takes longer than reading a county's tables.

The tables are JSON, which runs no code, unlike the pickle that lark would write.
They are renewed by `python -m tests.architecture.grammar_tables`; a test keeps them current.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark import Lark

from engine.feel.building import TreeBuilder
from engine.feel.lexer import TokenStream

_GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = _GRAMMAR.with_suffix(".json")


@cache
def parser() -> Lark:
    """Return the parser; built anew if the tables were made by another version of lark."""
    stored = json.loads(TABLES.read_text(encoding="utf-8"), object_hook=_numbered)
    return _loaded(stored) if stored["lark"] == lark.__version__ else built()


def built() -> Lark:
    """Build the parser from the grammar."""
    return Lark(
        _GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer=TokenStream,
        start=["whole", "unary_tests"],
        transformer=TreeBuilder(),
        maybe_placeholders=False,
    )


def _loaded(stored: dict[str, Any]) -> Lark:
    stored["data"]["options"] |= {"lexer": TokenStream, "transformer": TreeBuilder()}
    stored["data"]["parser"]["lexer_conf"]["lexer_type"] = TokenStream
    made: Lark = Lark.__new__(Lark)
    return made._load(stored)


def _numbered(found: dict[str, Any]) -> dict[Any, Any]:
    """Turn the keys that are numbers back: JSON has only texts."""
    return {int(key): value for key, value in found.items()} if next(iter(found), "").isdigit() else found
