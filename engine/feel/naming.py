"""Join the words of names that have several: `string length`, `date and time`, `first name`, `a+b`.

FEEL puts no operator between two plain words, so adjoining words are one name. A name with a keyword or an
operator inside is joined where it is known: a built-in, a name given by the caller, or one declared in the
expression itself (a key of a context, a parameter, the variable of a loop).
"""

from collections.abc import Iterable
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import DEFAULT
from engine.feel.scanning import Piece, normal_name, scan

KEYWORDS = frozenset(
    "if then else for in return some every satisfies and or between instance of function".split()  # noqa: SIM905
) | {"true", "false", "null"}
BUILT_IN = ("date and time", "years and months duration", "days and time duration")
_NAME_SYMBOLS = frozenset("./-'+*")
Known = dict[str, list[tuple[tuple[str, ...], str]]]


def parts(name: str) -> tuple[str, ...]:
    """Cut a name into the pieces that the scanner sees; nothing if it is no name at all."""
    try:
        return tuple(piece.text for piece in scan(name, DEFAULT))
    except FeelSyntaxError:
        return ()


def learn(known: Known, name: str) -> None:
    """Remember a name of several pieces, longest first."""
    name = normal_name(name)
    pieces = parts(name)
    entry = (pieces, name)
    if len(pieces) > 1 and entry not in (same_start := known.get(pieces[0], [])):
        known[pieces[0]] = sorted([*same_start, entry], key=lambda one: -len(one[0]))


def known_names(names: Iterable[str]) -> Known:
    """Collect built-in names and those that the caller knows; the dict is the caller's own."""
    return dict(_known(frozenset(names)))


@lru_cache(maxsize=64)
def _known(names: frozenset[str]) -> Known:
    known: Known = {}
    for name in (*BUILT_IN, *names):
        learn(known, name)
    return known


def is_plain(pieces: list[Piece], at: int) -> bool:
    """Say whether a piece is a word that is no keyword here: `of` is one only behind `instance`."""
    piece = pieces[at]
    if piece.kind != "word":
        return False
    if piece.text == "instance":
        return at + 1 >= len(pieces) or pieces[at + 1].text != "of"
    if piece.text == "of":
        return at > 0 and pieces[at - 1].kind == "word" and pieces[at - 1].text != "instance"
    return piece.text not in KEYWORDS


def run_of_words(pieces: list[Piece], start: int) -> int:
    """Return the end of the words (and whole numbers) that follow each other from `start`."""
    end = start + 1
    while end < len(pieces) and (
        is_plain(pieces, end) or (pieces[end].kind == "number" and pieces[end].text.isdigit())
    ):
        end += 1
    return end


def known_at(pieces: list[Piece], start: int, known: Known) -> tuple[int, str] | None:
    """Return end and name of the longest known name that starts here."""
    for wanted, name in known.get(pieces[start].text, ()):
        end = start + len(wanted)
        if end <= len(pieces) and all(pieces[start + i].text == text for i, text in enumerate(wanted)):
            return end, name
    return None


def key_at(pieces: list[Piece], start: int) -> int | None:
    """Return the end of the name before a colon that starts here (a key, a parameter), or None."""
    end = start
    while end < len(pieces):
        piece = pieces[end]
        if piece.kind == "symbol" and piece.text == ":":
            return end if end > start else None
        if piece.kind not in ("word", "number") and piece.text not in _NAME_SYMBOLS:
            return None
        end += 1
    return None


def written(pieces: list[Piece], start: int, end: int, source: str) -> str:
    """Return the name as it stands in the source, with its spaces collapsed."""
    last = pieces[end - 1]
    return normal_name(source[pieces[start].at : last.at + len(last.text)])
