"""What was refused, in the reader's language: the sentence of an error tells by its own shape which one it is."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from engine.errors import BihuanError
from host.web.words import english, language

HOLE = re.compile(r"\{(\d)\}")
PIECE = re.compile(r"(?:“[^”]*”|[^;。“])+")
"""A piece of a sentence about a difference; what is quoted stays whole."""
REFUSALS, DIFFERENCES = "refusals.toml", "differences.toml"
Shape = tuple[re.Pattern[str], str]


def said(error: BihuanError) -> str:
    """Return the sentence of an error for who reads the page."""
    return refusal(error.text)


def refusal(text: str) -> str:
    """Return the sentence of a refusal in the reader's language; as it is, where it has no English."""
    return _translated(text) if language() == "en" else text


def difference(text: str) -> str:
    """Return what differs between two versions of a definition, in the reader's language, piece by piece."""
    if language() != "en":
        return text
    pieces = [_translated(piece, DIFFERENCES) for piece in PIECE.findall(text)]
    return "; ".join(pieces) + "." if pieces else text


@lru_cache(maxsize=2)
def sentences(catalogue: str = REFUSALS) -> Mapping[str, str]:
    """Return the English of every sentence of a catalogue, with numbers where something stands in it."""
    return tomllib.loads((files("host.web.languages") / catalogue).read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _shapes(catalogue: str) -> Sequence[Shape]:
    """Return a pattern for each sentence with holes, the one with the most fixed words first."""
    known = sentences(catalogue)
    with_holes = [one for one in known if HOLE.search(one)]
    longest = sorted(with_holes, key=lambda one: len(HOLE.sub("", one)), reverse=True)
    return [(_pattern(one), known[one]) for one in longest]


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = HOLE.split(sentence)
    words = "".join(rf"(?P<h{part}>.*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile(words, re.DOTALL)


def _translated(text: str, catalogue: str = REFUSALS) -> str:
    whole = sentences(catalogue).get(text) or english().get(text)
    if whole is not None:
        return whole
    for pattern, other in _shapes(catalogue):
        found = pattern.fullmatch(text)
        if found is not None:
            parts = {name: _translated(part, catalogue) for name, part in found.groupdict().items()}
            return _filled(other, parts)
    return text


def _filled(sentence: str, parts: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: parts[f"h{hole[1]}"], sentence)
