"""Which characters a class, an escape or a plain character stands for."""

import unicodedata
from collections.abc import Callable

Accepts = Callable[[str], bool]


class PatternError(ValueError):
    """The pattern is no XPath regular expression, or uses what we refuse (back references)."""


def _word(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "PZC"


def _name_start(letter: str) -> bool:
    return letter.isalpha() or letter in "_:"


def _name(letter: str) -> bool:
    return letter.isalnum() or letter in "_:-.·"


_GROUPS: dict[str, Accepts] = {
    "d": lambda letter: unicodedata.category(letter) == "Nd",
    "s": lambda letter: letter in " \t\n\r",
    "w": _word,
    "i": _name_start,
    "c": _name,
}
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL = frozenset("\\|.?*+(){}[]-^$ /,\"'!@#%&:;<=>~`_")
_BLOCKS = {
    "IsBasicLatin": (0x0, 0x7F),
    "IsLatin-1Supplement": (0x80, 0xFF),
    "IsGreek": (0x370, 0x3FF),
    "IsCyrillic": (0x400, 0x4FF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}


def negate(accepts: Accepts) -> Accepts:
    """Accept what the other refuses."""
    return lambda letter: not accepts(letter)


def either(accepted: list[Accepts]) -> Accepts:
    """Accept what one of them accepts."""
    return lambda letter: any(accepts(letter) for accepts in accepted)


def without(accepts: Accepts, removed: Accepts) -> Accepts:
    """Accept what the first accepts and the second does not."""
    return lambda letter: accepts(letter) and not removed(letter)


def plain(wanted: str, ignore_case: bool) -> Accepts:
    """Accept one character."""
    if ignore_case:
        folded = wanted.casefold()
        return lambda letter: letter.casefold() == folded
    return lambda letter: letter == wanted


def between(low: str, high: str, ignore_case: bool) -> Accepts:
    """Accept a range of characters. Raises PatternError if it is the wrong way round."""
    if low > high:
        raise PatternError(f"{low}-{high}")
    if ignore_case:
        return lambda letter: (
            low <= letter <= high or low <= letter.lower() <= high or low <= letter.upper() <= high
        )
    return lambda letter: low <= letter <= high


def category(name: str) -> Accepts:
    """Accept a Unicode category (`L`, `Lu`) or a block (`IsGreek`). Raises PatternError if unknown."""
    if name in _BLOCKS:
        low, high = _BLOCKS[name]
        return lambda letter: low <= ord(letter) <= high
    if not 1 <= len(name) <= 2 or name[0] not in "LMNPZSC":
        raise PatternError(name)
    return lambda letter: unicodedata.category(letter).startswith(name)


def escape(code: str) -> Accepts | str:
    """Return what `\\code` stands for: a group, or one character. Raises PatternError."""
    if code.lower() in _GROUPS:
        group = _GROUPS[code.lower()]
        return group if code.islower() else negate(group)
    if code in _SINGLE:
        return _SINGLE[code]
    if code in _LITERAL:
        return code
    raise PatternError(f"\\{code}")
