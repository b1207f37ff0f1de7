"""How much an expression may cost: to be read, and to be evaluated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no diagram can exceed.

    steps: iterations, calls and copied items of one evaluation, each weighted by the size of what it repeats.
    depth: nesting of brackets and operators in the source; call_depth: nested calls of FEEL functions.
    """

    source_length: int = 20_000
    depth: int = 60
    steps: int = 1_000_000
    call_depth: int = 40
    text_length: int = 200_000
    list_length: int = 100_000
    value_depth: int = 60


DEFAULT = Limits()
