"""A year is some 12,000 validations in 100 seconds: forms of nine lines take a few milliseconds at most."""

import time
from typing import Any

from forms import library
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS, indicator, line


def test_a_self_evaluation_of_nine_lines_takes_three_milliseconds_at_most() -> None:
    lines = [line(no, 10) for no in range(1, 10)]
    raw = {**EXAMPLES["self_evaluation"], "lines": lines}
    context = {
        **CONTEXT,
        "baseline": {"lines": [{k: v for k, v in row.items() if k != "actual"} for row in lines]},
    }

    assert fastest("self_evaluation", raw, context) < 0.003


def test_a_target_of_nine_indicators_takes_a_good_millisecond_at_most() -> None:
    rows = [indicator(10, l3=f"新建机井数量{number}") for number in range(9)]

    assert fastest("target_filing", {**EXAMPLES["target_filing"], "indicators": rows}, CONTEXT) < 0.0012


def fastest(key: str, raw: dict[str, Any], context: dict[str, Any]) -> float:
    """Return the seconds of the quickest of twenty validations: the others waited for the processor."""
    definition = library.load(key)
    durations = []
    for _ in range(20):
        started = time.perf_counter()
        validate(definition, raw, context=context, functions=FUNCTIONS)
        durations.append(time.perf_counter() - started)
    return min(durations)
