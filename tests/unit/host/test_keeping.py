"""From which moment on attachments are purged."""

from datetime import UTC, datetime

import pytest

from host.workers.keeping import ended_before


@pytest.mark.parametrize(
    ("now", "years", "expected"),
    [
        (datetime(2026, 11, 26, 10, tzinfo=UTC), 10, datetime(2016, 11, 26, 10, tzinfo=UTC)),
        (datetime(2024, 2, 29, 4, tzinfo=UTC), 1, datetime(2023, 3, 1, 4, tzinfo=UTC)),
        (datetime(2024, 2, 29, 4, tzinfo=UTC), 4, datetime(2020, 2, 29, 4, tzinfo=UTC)),
        (datetime(2025, 12, 31, 17, tzinfo=UTC), 10, datetime(2015, 12, 31, 17, tzinfo=UTC)),
    ],
)
def test_a_review_must_have_ended_so_many_years_ago_to_the_day(
    now: datetime, years: int, expected: datetime
) -> None:
    assert ended_before(now, years) == expected
