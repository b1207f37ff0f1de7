"""All measurements, in the order in which they are taken."""

from host.bench import expressions
from host.bench.completing import COMPLETING
from host.bench.firing import FIRING
from host.bench.inbox import INBOX
from host.bench.launching import LAUNCHING
from host.bench.looping import LOOPING
from host.bench.measure import Measure
from host.bench.notifying import MILLION, NOTIFYING
from host.bench.pages import LARGE_PAGES, PAGES
from host.bench.reminding import REMINDING
from host.bench.scaling import SCALING
from host.bench.serving import SERVING
from host.bench.together import TOGETHER
from host.bench.yearmap import YEARMAP

MEASURES: tuple[Measure, ...] = (
    COMPLETING,
    TOGETHER,
    SERVING,
    LOOPING,
    LAUNCHING,
    FIRING,
    REMINDING,
    NOTIFYING,
    MILLION,
    *expressions.MEASURES,
    SCALING,
    INBOX,
    PAGES,
    LARGE_PAGES,
    YEARMAP,
)
