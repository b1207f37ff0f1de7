"""A document as blocks: what Markdown and Word are both written from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
"""Characters that no line of text has: they would break a table row, the XML of Word or the direction of reading."""


@dataclass(frozen=True)
class Heading:
    """A heading. level: 1 or 2."""

    text: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Items:
    """Numbered items."""

    texts: Sequence[str]
    kind: str = "items"


@dataclass(frozen=True)
class Table:
    """A table. align: one of `l`, `c`, `r` per column; widths: parts of the line per column.

    dense: a long table in small type. Rows are all as long as the header.
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: str
    widths: Sequence[int]
    dense: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Annex:
    """The beginning of an annex, on a new page."""

    text: str
    kind: str = "annex"


Block = Heading | Paragraph | Items | Table | Annex


@dataclass(frozen=True)
class Document:
    """A title and what follows."""

    title: str
    blocks: Sequence[Block]


def line(text: object) -> str:
    """Return a value as one line of printable text."""
    return " ".join(CONTROL.sub(" ", str(text)).split())


def chinese_number(number: int) -> str:
    """Return 1–99 in Chinese, as headings count."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not head else "")
