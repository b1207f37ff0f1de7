"""Three hundred returns of one instance: the last must cost what the first did."""

from time import perf_counter
from uuid import UUID

from host.bench import diagrams
from host.bench.ground import Ground, complete, ground, signed
from host.bench.measure import Figures, Measure, Say

LOOPS, ENDS = 300, 10


def run(say: Say) -> Figures:
    """Send one instance back 300 times; compare the last ten loops with the first ten."""
    with ground() as place:
        warm = place.started(diagrams.LOOP)
        for _ in range(3 * ENDS):
            _loop(place, warm)
        instance_id = place.started(diagrams.LOOP)
        taken = []
        for _ in range(LOOPS):
            begun = perf_counter()
            _loop(place, instance_id)
            taken.append(perf_counter() - begun)
    first, last = sorted(taken[:ENDS]), sorted(taken[-ENDS:])
    say(f"退回 {LOOPS} 次:前 {ENDS} 次共 {sum(first):.3f} 秒,后 {ENDS} 次共 {sum(last):.3f} 秒")
    return {"loop_flatness": round(sum(last[:-1]) / sum(first[:-1]), 3)}  # without the slowest of each ten


def _loop(place: Ground, instance_id: UUID) -> None:
    complete(place.bihuan, place.claimed(instance_id))
    _send_back(place, instance_id)


def _send_back(place: Ground, instance_id: UUID) -> None:
    """Return the instance by the flow its diagram has for it."""
    complete(place.bihuan, place.claimed(instance_id), signed(agreed=False))


LOOPING = Measure({"loop_flatness": "≤ 1.3"}, run)
