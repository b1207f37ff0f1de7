"""Turn pieces into the terminals of `grammar.lark`: names joined, keywords and brackets told apart."""

from collections.abc import Iterator
from typing import Any

from lark import Token
from lark.lexer import Lexer

from engine.feel.naming import KEYWORDS, Known, is_plain, key_at, known_at, learn, run_of_words, written
from engine.feel.scanning import Piece, refuse

_SYMBOLS = {
    "=": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "+": "PLUS", "-": "MINUS", "*": "STAR",
    "/": "SLASH", "**": "POWER", "..": "RANGE", ":": "COLON", ",": "COMMA", ".": "DOT", "->": "ARROW",
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE", "'": "QUOTE",
}  # fmt: skip
_OPERANDS = frozenset(
    ["NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "RRANGE"]
)
_INFIX = KEYWORDS - frozenset(["if", "for", "some", "every", "function", "true", "false", "null"])
_MOST_DECLARED = 200
_LITERALS = {"number": "NUMBER", "string": "STRING", "at": "AT"}


class TokenStream(Lexer):
    """The lexer lark asks for: our tokens are ready before the parser starts."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        """Hand the tokens on."""
        return iter(data)


class Reader:
    """One pass over the pieces of one source."""

    def __init__(self, source: str, pieces: list[Piece], known: Known) -> None:
        self.source = source
        self.pieces = pieces
        self.known = known
        self.tokens: list[Token] = []
        self.last = ""
        self.declared: set[str] = set()

    def tokenise(self) -> list[Token]:
        """Return all terminals in order."""
        at = 0
        while at < len(self.pieces):
            at = self.step(at)
        return self.tokens

    def step(self, at: int) -> int:
        """Emit the terminal that starts at piece `at`; return the piece after it."""
        piece = self.pieces[at]
        if self.last in ("LBRACE", "COMMA", "LPAR", "LT") and piece.kind in ("word", "symbol"):
            end = key_at(self.pieces, at)
            if end is not None:
                return self.name(at, end, declares=True)
        if piece.kind == "word":
            return self.word(at, piece)
        if piece.kind == "symbol":
            self.emit(self.bracket(at, piece.text) or _SYMBOLS[piece.text], piece.text, piece.at)
            return at + 1
        self.emit(_LITERALS[piece.kind], piece.text, piece.at)
        return at + 1

    def word(self, at: int, piece: Piece) -> int:
        """Emit a keyword or a name."""
        found = known_at(self.pieces, at, self.known)
        plain_end = run_of_words(self.pieces, at) if is_plain(self.pieces, at) else at
        if found and found[0] >= plain_end:
            self.emit("NAME", found[1], piece.at)
            return found[0]
        if self.last == "DOT" and piece.text in KEYWORDS:
            return self.name(at, at + 1)
        if self.last in ("FOR", "SOME", "EVERY"):
            return self.name(at, self.end_of_variable(at), declares=True)
        if (piece.text in KEYWORDS and plain_end == at) or (piece.text == "external" and self.last == "RPAR"):
            self.emit(piece.text.upper(), piece.text, piece.at)
            return at + 1
        return self.name(at, plain_end)

    def name(self, at: int, end: int, *, declares: bool = False) -> int:
        """Emit pieces `at` to `end` as one name."""
        name = written(self.pieces, at, end, self.source)
        if declares and end - at > 1:
            self.declared.add(name)
            if len(self.declared) > _MOST_DECLARED:
                raise refuse(
                    self.source, self.pieces[at].at, f"一个表达式最多声明 {_MOST_DECLARED} 个多词名称"
                )
            learn(self.known, name)
        self.emit("NAME", name, self.pieces[at].at)
        return end

    def end_of_variable(self, at: int) -> int:
        """Return the end of the variable of a loop: all up to `in`."""
        end = at + 1
        while end < len(self.pieces) and self.pieces[end].text != "in":
            end += 1
        return end if end < len(self.pieces) else run_of_words(self.pieces, at)

    def bracket(self, at: int, text: str) -> str | None:
        """Tell `]1..5]` from the end of a list, and `[1..5[` from a filter."""
        if text == "]" and self.last not in _OPERANDS:
            follows = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
            if self.last != "LSQB" or (follows and follows.kind != "symbol" and not self.keyword(follows)):
                return "LRANGE"
        if text == "[" and self.last in _OPERANDS and not self.starts_operand(at + 1):
            return "RRANGE"
        return None

    def starts_operand(self, at: int) -> bool:
        """Say whether an expression may start at this piece."""
        if at >= len(self.pieces):
            return False
        piece = self.pieces[at]
        if piece.kind == "symbol":
            return piece.text in ("(", "[", "{", "-")
        return piece.kind != "word" or not self.keyword(piece)

    @staticmethod
    def keyword(piece: Piece) -> bool:
        """Say whether the piece is a keyword that cannot start an expression."""
        return piece.kind == "word" and piece.text in _INFIX

    def emit(self, kind: str, text: str, at: int) -> None:
        """Append one terminal."""
        self.last = kind
        self.tokens.append(Token(kind, text, start_pos=at))
