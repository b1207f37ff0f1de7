"""How much an expression may cost: to be read, and to be evaluated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no diagram can exceed: the default keeps reading and evaluating each within about 50 ms.

    tokens: words, literals and symbols of one source. depth: nesting of brackets and operators in the source.
    steps: what one evaluation may cost, about 2 µs each: iterations, calls and comparisons, weighted by the size of
    what they repeat. call_depth: nested calls of FEEL functions.
    """

    source_length: int = 20_000
    tokens: int = 1_200
    depth: int = 60
    steps: int = 15_000
    call_depth: int = 40
    text_length: int = 50_000
    list_length: int = 10_000
    value_depth: int = 60


DEFAULT = Limits()
