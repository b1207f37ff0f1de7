"""Inputs that come near to being right: heaps of tokens, and expressions and files that somebody has spoiled."""

import re
from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from engine.feel.builtins.registry import BUILT_IN
from tests.architecture.sources import ROOT
from tests.unit.hostile.corpus import ALL

_PIECES = (
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not", "between",
    "instance of", "function", "external", "true", "false", "null", "list<number>", "context<a: string>", "range<date>",
    "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "..", "->", ".", ",", ":", "(", ")", "[", "]", "{", "}",
    "]1..3[", "(< 5)", "[1, 2]", "{a: 1}", "x", "a", "b", "n", "d", "c.a", "first name", "?", "item", "partial", "0", "1",
    "-1", "2.50", "1e6144", "1e-6143", "9999999999999999999999999999999999", '"文字"', '"\\u00e9"', '"\\uD83D\\uDE00"', '""',
    '@"2021-02-29"', '@"P1Y"', '@"-PT0.1S"', '@"9999-12-31T24:00:00Z"', '@"10:00:00@Asia/Shanghai"',
    '@"-0044-03-15"', '@"999999999-12-31T23:59:59.999999999@Europe/Paris"', '@"P999999999DT1H"', '@"-P999999999DT1H"',
    '@"PT0.000000001S"', "// c\n", "/* c */",
    "\u3000", "\ud800", "甲 乙", "1 2", "'",
)  # fmt: skip
_TEXTS = (
    "",
    "-",
    "x",
    "0",
    "-1",
    "1e99",
    "true",
    "#x",
    "id",
    "null",
    "a b",
    "甲",
    "P1D",
    "R5/PT1S",
    "&#10;",
    "feel:number",
)
_FOLDERS = {"dmn": "workflows/decisions", "bpmn": "workflows/processes"}


def expression(random: Random) -> str:
    """Return a heap of tokens, or a hostile expression that was changed a little."""
    if random.random() < 0.6:
        names = sorted(BUILT_IN)
        parts = [
            f"{random.choice(names)}(" if random.random() < 0.15 else random.choice(_PIECES)
            for _ in range(random.randint(1, 25))
        ]
        return random.choice((" ", "")).join(parts)
    text = random.choice(ALL)
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(text))
        cut = text[at + random.randint(0, 4) :] if random.random() < 0.5 else text[at:]
        text = text[:at] + random.choice(("", random.choice(_PIECES))) + cut
    return text


def files(kind: str) -> list[str]:
    """Return our own files of a kind, without their pictures."""
    found = sorted((ROOT / _FOLDERS[kind]).glob(f"*.{kind}"))
    texts = (path.read_text(encoding="utf-8") for path in found)
    return [re.sub(r"<(bpmndi|dmndi):.*</\1:\w+>", "", text, flags=re.DOTALL) for text in texts]


def document(kind: str) -> Callable[[Random], str]:
    """Return a maker of files with some elements, attributes and texts spoiled."""
    seeds = files(kind)

    def make(random: Random) -> str:
        root = etree.fromstring(random.choice(seeds).encode())
        for _ in range(random.randint(1, 6)):
            _spoil(root, random)
        text = etree.tostring(root, encoding="unicode")
        if random.random() < 0.1:
            at = random.randrange(len(text))
            text = text[:at] + random.choice(("", "<", "&", "]]>", "\0")) + text[at + random.randint(0, 9) :]
        return text

    return make


def _spoil(root: "etree._Element", random: Random) -> None:
    elements = [one for one in root.iter() if isinstance(one.tag, str) and one is not root]
    if not elements:
        return
    one, two = random.choice(elements), random.choice(elements)
    around = one.getparent()
    match random.randrange(6):
        case 0 if around is not None:
            around.remove(one)
        case 1:
            two.append(deepcopy(one))
        case 2:
            one.tag = two.tag
        case 3 if one.attrib or two.attrib:
            name = random.choice([*map(str, one.attrib), *map(str, two.attrib)])
            one.set(name, _value(random))
        case 4 if one.attrib:
            del one.attrib[random.choice(list(one.attrib))]
        case _:
            texts = [element for element in elements if (element.text or "").strip()] or elements
            random.choice(texts).text = _value(random)


def _value(random: Random) -> str:
    text = random.choice((*_TEXTS, expression(random)))
    return re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


MAKERS: dict[str, Callable[[Random], str]] = {
    "feel": expression,
    "unary_tests": lambda random: ", ".join(expression(random) for _ in range(random.randint(1, 2))),
    "dmn": document("dmn"),
    "bpmn": document("bpmn"),
}
