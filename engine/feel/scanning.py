"""Cut FEEL source into words, literals and symbols; nothing is known yet about names or brackets."""

import re
from dataclasses import dataclass

from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import Limits

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = "\t-\r\u0020\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_SCANNER = re.compile(
    rf"(?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![0-9]))?)"
    rf"|(?P<word>[{_START}][{_PART}]*)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r'|(?P<at>@[ ]*"(?:[^"\\]|\\.)*")'
    r"|(?P<symbol>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>(){}\[\],:.'])",
    re.DOTALL,
)
_SPACES = re.compile(f"[{_SPACE}]+")
_OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Piece:
    """One word, literal or symbol; kind is the group of the scanner, later the terminal of the grammar."""

    kind: str
    text: str
    at: int


def position(source: str, at: int) -> tuple[int, int]:
    """Tell line and column of an offset, both from 1."""
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


def refuse(source: str, at: int, text: str, code: str | None = None) -> FeelSyntaxError:
    """Make the error for a place in the source."""
    line, column = position(source, at)
    return FeelSyntaxError(f"第 {line} 行第 {column} 列：{text}", line=line, column=column, code=code)


def scan(source: str, limits: Limits) -> list[Piece]:
    """Return the pieces without spaces and comments; raises FeelSyntaxError for a foreign character."""
    if len(source) > limits.source_length:
        text = f"表达式最长 {limits.source_length} 个字符，实际 {len(source)} 个；请拆成几个变量"
        raise FeelSyntaxError(text, code="feel.too_long")
    pieces: list[Piece] = []
    at, end = 0, len(source)
    match_at = _SCANNER.match
    while at < end:
        found = match_at(source, at)
        if found is None:
            raise refuse(source, at, f"不能识别字符“{source[at]}”；字符串要用双引号括起来并闭合")
        if found.lastgroup != "space":
            pieces.append(Piece(str(found.lastgroup), found.group(), at))
            if len(pieces) > limits.tokens:
                text = f"表达式最多 {limits.tokens} 个词和符号；请拆成几个变量或一张决策表"
                raise refuse(source, at, text, "feel.too_long")
        at = found.end()
    return pieces


def normal_name(text: str) -> str:
    """Collapse white space, so that a name written over two lines is the same name."""
    return _SPACES.sub(" ", text).strip(" ")


def check_depth(pieces: list[Piece], source: str, limits: Limits) -> None:
    """Refuse brackets nested deeper than the limit, before a parser sees them."""
    depth = 0
    for piece in pieces:
        if piece.kind == "symbol":
            if piece.text in "([{":
                depth += 1
                if depth > limits.depth:
                    raise refuse(source, piece.at, f"括号最多嵌套 {limits.depth} 层", "feel.too_deep")
            elif piece.text in ")]}":
                depth -= 1
