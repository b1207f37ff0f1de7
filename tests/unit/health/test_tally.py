"""Requests are counted by several processes in memory they share; a killed one holds nothing up and loses nothing."""

import os
import signal
from contextlib import suppress

from host.health.tally import BOUNDS, Tally


def in_a_child(tally: Tally, *, killed: bool, times: int = 5) -> None:
    """Count in a process that was forked, as the server's are."""
    child = os.fork()
    if not child:
        for _ in range(times):
            tally.count("inbox", 0.02, failed=False)
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)


def test_what_each_process_counted_is_added_up() -> None:
    tally = Tally(["inbox", "form"], places=2)

    in_a_child(tally, killed=False)
    in_a_child(tally, killed=True)
    tally.count("form", 2.0, failed=True)

    found = tally.read()
    assert found["inbox"].requests == 10
    assert found["form"].requests == found["form"].failed == 1


def test_the_place_of_a_process_that_ended_is_taken_over_and_counted_on() -> None:
    tally = Tally(["inbox"], places=1)

    for _ in range(3):
        in_a_child(tally, killed=True)

    assert tally.read()["inbox"].requests == 15


def test_a_request_falls_into_the_bucket_of_its_time() -> None:
    tally = Tally(["inbox"])

    for seconds in (BOUNDS[0], BOUNDS[0] + 0.001, BOUNDS[-1] + 1):
        tally.count("inbox", seconds, failed=False)

    count = tally.read()["inbox"]
    assert count.buckets == (1, 1, 0, 0, 0, 0, 1)
    assert count.cumulated == [1, 2, 2, 2, 2, 2, 3]
