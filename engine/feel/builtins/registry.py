"""All built-in functions by name."""

from engine.feel.builtins import (
    contexts,
    conversions,
    dates,
    intervals,
    lists,
    logic,
    numbers,
    patterns,
    statistics,
    texts,
)
from engine.feel.values import Function

BUILT_IN: dict[str, Function] = {
    function.name: function
    for room in (conversions, numbers, texts, patterns, lists, statistics, contexts, dates, intervals, logic)
    for function in room.FUNCTIONS.values()
}
