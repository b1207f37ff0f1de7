"""What is written as JSON reads back as what the standard library would have written."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.json_values import ENCODER, dumps

ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=8))])
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.uuids()
    | st.dates()
    | st.times(timezones=ZONES)
    | st.datetimes(timezones=ZONES)
    | st.timedeltas()
)
KEYS = st.text(st.characters(exclude_categories=["Cs"])) | st.integers()
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.dictionaries(KEYS, inner).map(MappingProxyType)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_it_says_what_the_standard_library_says(value: object) -> None:
    assert json.loads(dumps(value)) == json.loads(ENCODER.encode(value))


def test_decimals_and_times_are_written_exactly() -> None:
    value = {
        "得分": Decimal("9.170"),
        "at": datetime(2022, 2, 15, 8, tzinfo=UTC),
        "on": date(2022, 2, 15),
        "time": time(9, 0, tzinfo=UTC),
        "id": UUID(int=1),
        "span": timedelta(minutes=1),
    }

    assert dumps(value) == (
        '{"得分":"9.170","at":"2022-02-15T08:00:00+00:00","on":"2022-02-15","time":"09:00:00+00:00",'
        '"id":"00000000-0000-0000-0000-000000000001","span":"PT60.000000S"}'
    )


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="found object"):
        dumps({"thing": object()})
