"""One measurement: the figures it gives, what they should be, how to take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Say = Callable[[str], None]
Figures = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Measure:
    """Figures that are taken together.

    targets: by key, how good the figure should be, e.g. "≤ 5"; a key without a target has "".
    run: take them; says its progress line by line. A figure that cannot be taken here is None, said why.
    slow: only taken when a key of it is asked for by name.
    """

    targets: Mapping[str, str]
    run: Callable[[Say], Figures]
    slow: bool = False
