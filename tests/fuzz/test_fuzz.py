"""A short, always equal part of `make fuzz`: no input gets anything but a typed error out of a reader."""

from random import Random

import pytest

from tests.fuzz.inputs import MAKERS
from tests.fuzz.targets import TARGETS, guarded

RUNS = {"feel": 1000, "unary_tests": 500, "dmn": 150, "bpmn": 150}


@pytest.mark.parametrize("target", TARGETS)
def test_no_spoiled_input_gets_anything_but_a_typed_error(target: str) -> None:
    for number in range(RUNS[target]):
        guarded(target, MAKERS[target](Random(f"{target}/{number}")).encode("utf-8", "surrogatepass"))
