"""A year is some 12,000 validations in 100 seconds: one self-evaluation of nine lines takes 3 ms at most."""

import time

from forms import library
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS, line


def test_a_self_evaluation_of_nine_lines_takes_three_milliseconds_at_most() -> None:
    definition = library.load("self_evaluation")
    lines = [line(no, 10) for no in range(1, 10)]
    raw = {**EXAMPLES["self_evaluation"], "lines": lines}
    context = {
        **CONTEXT,
        "baseline": {"lines": [{k: v for k, v in row.items() if k != "actual"} for row in lines]},
    }

    durations = []
    for _ in range(20):
        started = time.perf_counter()
        validate(definition, raw, context=context, functions=FUNCTIONS)
        durations.append(time.perf_counter() - started)

    assert min(durations) < 0.003
