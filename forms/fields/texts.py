"""Text: trimmed, bounded, storable."""

import re
from decimal import Decimal
from typing import Any

from forms.fields.base import Input

# Control characters and lone surrogates: PostgreSQL and UTF-8 refuse some, people see none.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAKS = re.compile(r"\s*[\r\n\t]+\s*")
PLACEHOLDERS = frozenset({"*", "**", "xx", "xxx", "待定", "无", "/", "-", "—", "暂无", "同上"})
DEFAULT_LENGTH = {"text": 500, "long_text": 20_000}
MAX_TEXT = 20_000


class TextInput(Input):
    """One line of text; a number typed where text is expected is taken as its digits."""

    def read(self, value: Any) -> str | None:
        """Trim, join lines, and check length and characters."""
        text = self.bounded(value)
        return self.without_placeholder(_LINE_BREAKS.sub(" ", text)) if text else None

    def bounded(self, value: Any) -> str:
        """Return trimmed text within the limit of the field."""
        text = _as_text(value)
        if text is None:
            self.refuse("not_text", found=value)
        limit = self.form_field.max_length or DEFAULT_LENGTH.get(self.form_field.type, MAX_TEXT)
        text = text.strip()
        if len(text) > limit:
            self.refuse("too_long", limit=limit, found=len(text))
        if _FORBIDDEN.search(text):
            self.refuse("bad_character")
        return text

    def without_placeholder(self, text: str) -> str:
        """Refuse `待定`, `XX` and the like where an answer is required (rule L01)."""
        if (
            self.form_field.required
            and not self.form_field.placeholder_allowed
            and text.lower() in PLACEHOLDERS
        ):
            self.refuse("L01", found=text)
        return text


class LongTextInput(TextInput):
    """Several lines of text; line ends become `\\n`."""

    def read(self, value: Any) -> str | None:
        """Trim, unify line ends, and check length and characters."""
        text = self.bounded(value)
        return self.without_placeholder(text.replace("\r\n", "\n").replace("\r", "\n")) if text else None


def _as_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if value.bit_length() < 100 else None
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, Decimal) and number.is_finite() and abs(number.adjusted()) < 30:
        return format(number, "f")
    return None
