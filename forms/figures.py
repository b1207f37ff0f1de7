"""The few figures that tell a reader what a filed form comes to, as its definition names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from engine.errors import BihuanError
from forms.checking import displayed
from forms.definition import FormDefinition
from forms.looks import Figure


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of one form. value: "" if it cannot be told; note: "" without."""

    head: str
    value: str
    note: str


def told(
    definition: FormDefinition,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
) -> list[Told]:
    """Return the figures of a form. values: clean, as `assess` gives them; context and functions as there."""
    scope = {
        **{name: context.get(name) for name in (*definition.context, *definition.optional_context)},
        **values,
    }
    display = partial(displayed, definition.field_map)
    return [
        Told(
            one.head,
            _written(one, scope, functions),
            one.note.write(scope, functions, display) if one.note is not None else "",
        )
        for one in definition.figures
    ]


def _written(figure: Figure, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> str:
    try:
        value = figure.value.evaluate(dict(scope), functions=functions)
    except BihuanError:
        return ""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return ""
    number = Decimal(value)
    if figure.look == "share":
        return f"{number * 100:.2f}%"
    if figure.look == "count":
        return f"{number:,.0f}"
    return f"{number / 10_000:,.2f} 万元" if figure.look == "money" else f"{number:.2f}"
