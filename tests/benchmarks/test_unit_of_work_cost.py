"""What a unit of work costs before it does anything."""

import time
from collections.abc import Callable

import pytest

from engine.events import Event
from host.composition import Bihuan

pytestmark = pytest.mark.bench
ROUNDS = 500


def milliseconds(work: Callable[[], None]) -> float:
    """Return the mean time of one call."""
    work()
    began = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    return (time.perf_counter() - began) / ROUNDS * 1000


def test_cost_of_a_unit_of_work(bihuan: Bihuan) -> None:
    def one_event() -> None:
        with bihuan.unit_of_work() as uow:
            uow.record(Event("bench.one"))

    def twenty_events_and_audit() -> None:
        with bihuan.unit_of_work() as uow:
            for number in range(20):
                uow.record(Event("bench.many", data={"number": number}))
            uow.audit("bench")

    print(f"\none event:               {milliseconds(one_event):.2f} ms")
    print(f"20 events and an audit entry: {milliseconds(twenty_events_and_audit):.2f} ms")
