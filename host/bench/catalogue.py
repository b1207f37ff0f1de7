"""All measurements, in the order in which they are taken."""

from host.bench import expressions
from host.bench.measure import Measure

MEASURES: tuple[Measure, ...] = (*expressions.MEASURES,)
