"""Sentences of rules: Chinese text with FEEL in braces, `得分 {points} 低于分值 {weight}`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import BihuanError
from engine.feel.compiling import Compiled, compile_expression

_BRACES = re.compile(r"\{([^{}]*)\}")


class Sentence:
    """A text whose braces are filled from the clean values when its rule fires."""

    def __init__(self, source: str) -> None:
        """Compile every pair of braces; raises FeelSyntaxError."""
        self.source = source
        pieces = _BRACES.split(source)
        self._words = pieces[0::2]
        self._gaps: list[tuple[str, Compiled]] = [
            (text.strip(), compile_expression(text)) for text in pieces[1::2]
        ]

    @property
    def expressions(self) -> tuple[Compiled, ...]:
        """The expressions in braces."""
        return tuple(compiled for _, compiled in self._gaps)

    def write(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        display: Callable[[str, Any], str],
    ) -> str:
        """Fill the braces; display(source, value) shows a value, by the field's type where it is one."""
        written = [self._words[0]]
        for (source, compiled), words in zip(self._gaps, self._words[1:], strict=True):
            try:
                value = compiled.evaluate(scope, functions=functions)
            except BihuanError:
                value = None
            written += [display(source, value), words]
        return "".join(written)
