"""How a room declares a built-in function: its FEEL name and the ways to call it, written as text."""

from collections.abc import Callable
from typing import Any, TypeVar

from engine.feel.values import Function, Signature

Python = TypeVar("Python", bound=Callable[..., Any])


def signature(text: str) -> Signature:
    """Read `string:text, start position:number, =length:number`.

    `=name` may be left out. `kind?` accepts null. `*name` takes the rest. A name without kind takes any value.
    """
    names: list[str] = []
    kinds: list[str] = []
    required, variadic = 0, False
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, kind = part.partition(":")
        optional, rest = name.startswith("="), name.startswith("*")
        variadic = variadic or rest
        required += not optional and not rest
        names.append(name.lstrip("=*"))
        kinds.append(kind or "any")
    return Signature(tuple(names), tuple(kinds), required, variadic)


def built_in(functions: dict[str, Function], name: str, *signatures: str) -> Callable[[Python], Python]:
    """Register the decorated Python function as a built-in; it receives the run and the arguments in order."""

    def declare(python: Python) -> Python:
        functions[name] = Function(name, tuple(signature(text) for text in signatures), python)
        return python

    return declare
