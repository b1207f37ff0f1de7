"""What the signs mean."""

from dataclasses import replace

import pytest

from host.health.judging import STILL_SECONDS, findings, stands_still
from host.health.signs import Signs
from host.health.watching import LOOK_SECONDS
from host.workers.scheduler import SWEEP_SECONDS

WELL = Signs(
    sweep_age_seconds=3,
    database_time=0,
    late_timers=0,
    late_reminders=0,
    open_incidents=0,
    unsealed_entries=4,
    unsealed_age_seconds=9,
    late_deliveries=0,
    dead_deliveries=0,
    failing_endpoints=0,
    late_letters=0,
    dead_letters=0,
    late_calls=0,
    quarantined_calls=0,
    jobs={"todo": 2},
    workers=1,
    connections=20,
    most_connections=100,
)


def test_nothing_is_wrong_with_a_system_that_is_well() -> None:
    assert findings(WELL) == []


@pytest.mark.parametrize("age", [None, STILL_SECONDS + 1])
def test_time_stands_still_after_eight_sweeps_that_did_not_come(age: float | None) -> None:
    ill = replace(WELL, sweep_age_seconds=age, late_timers=5, late_letters=3, late_calls=1)

    assert stands_still(ill)
    assert [one.code for one in findings(ill)] == ["scheduler.still"]  # what is late is a consequence


def test_a_dead_scheduler_is_noticed_within_a_minute_of_its_death_and_a_slow_one_is_not_called_dead() -> None:
    assert STILL_SECONDS + LOOK_SECONDS <= 60
    assert STILL_SECONDS >= 5 * SWEEP_SECONDS
    assert not stands_still(replace(WELL, sweep_age_seconds=STILL_SECONDS))


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ({"workers": 0}, "worker.none"),
        ({"late_timers": 2, "late_reminders": 1}, "timers.late"),
        ({"unsealed_age_seconds": 121}, "audit.unsealed"),
        ({"open_incidents": 1}, "incidents.open"),
        ({"jobs": {"failed": 1}}, "jobs.failed"),
        ({"jobs": {"todo": 1_001}}, "jobs.many"),
        ({"dead_deliveries": 1}, "webhooks.dead"),
        ({"failing_endpoints": 1}, "webhooks.failing"),
        ({"late_letters": 1}, "letters.late"),
        ({"dead_letters": 1}, "letters.dead"),
        ({"late_calls": 1}, "calls.late"),
        ({"quarantined_calls": 1}, "calls.quarantined"),
        ({"connections": 91}, "database.crowded"),
    ],
)
def test_each_sign_has_its_finding(sign: dict[str, object], code: str) -> None:
    found = findings(replace(WELL, **sign))  # type: ignore[arg-type]

    assert [one.code for one in found] == [code]


def test_the_worst_comes_first() -> None:
    found = findings(replace(WELL, open_incidents=1, workers=0))

    assert [one.weight for one in found] == ["bad", "warn"]
