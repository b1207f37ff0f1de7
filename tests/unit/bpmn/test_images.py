"""The stored image: small, exact, of one bundle."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock_time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from engine.bpmn import values
from engine.bpmn.bundle import Bundle
from engine.bpmn.failing import ImageRejected, InstanceStalled
from engine.bpmn.migration import VERSION
from engine.bpmn.run import Run
from engine.feel.reading import any_temporal
from engine.feel.values import Months, Range
from tests.unit.bpmn.diagrams import boundary, chain, diagram, end, ends, timer, users
from tests.unit.bpmn.playing import Play

ONE = diagram("one", ends(), users("a", "b"), chain("s", "a", "b", "e"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
EXACT = [
    Decimal("1.20"),
    Decimal("1E+3"),
    Decimal("0.1") + Decimal("0.2"),
    date(2026, 2, 15),
    datetime(2026, 2, 15, 9, 30, 0, 123456, tzinfo=UTC),
    datetime(2026, 2, 15, 9, 30, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 2, 15, 9, 30, tzinfo=SHANGHAI),
    datetime(2026, 2, 15, 9, 30),  # noqa: DTZ001
    clock_time(9, 30),
    clock_time(9, 30, tzinfo=SHANGHAI),
    timedelta(days=-3, seconds=4, microseconds=5),
    Months(14),
    any_temporal("12026-02-15"),
    any_temporal("-0044-03-15T09:30:00.000000001"),
    any_temporal("12026-10-31T02:30:00@Europe/Paris"),
    any_temporal("09:30:00.123456789@Europe/Paris"),
    any_temporal("-PT0.000000001S"),
    Range(Decimal(60), Decimal(80), True, False),
    UUID(int=7),
    "闭环 \ud800 \x00 ␟n",
    True,
    None,
    7,
    2.5,
    {"␟n": "x"},
    {"␟n": "x", "other": {"␟␟d": [Decimal(1)]}},
    [[], {}, [{}]],
    {"深": {"层": [Decimal("9.90"), {"日": date(2020, 2, 29)}]}},
]


@pytest.mark.parametrize(
    "value",
    EXACT,
    ids=lambda value: f"{type(value).__name__} {value!r}"[:40].encode("ascii", "replace").decode(),
)
def test_a_value_survives_the_image_exactly(value: Any) -> None:
    play = Play(ONE, {"v": value})

    found = play.data["v"]

    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)
    play.image.encode()


def test_a_value_that_cannot_be_kept_is_refused_by_name_of_its_type() -> None:
    with pytest.raises(ImageRejected, match="object"):
        Play(ONE, {"v": object()})
    with pytest.raises(ImageRejected):
        values.dumps({"v": {1, 2}})


def test_a_time_in_a_repeated_hour_keeps_its_side() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for fold in (0, 1):
        value = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold)
        found = values.loads(values.dumps(value))
        assert (found.utcoffset(), found.tzinfo) == (value.utcoffset(), berlin)


def test_an_image_is_a_text_that_holds_no_spec_and_no_future() -> None:
    play = Play(ONE, {"x": 1})

    body = json.loads(play.image)

    assert body["bundle"] == play.bundle.hash
    assert [row[2] for row in body["flows"][0][3]] == ["Start", "a"]
    assert len(play.image) < 350


def test_saving_and_restoring_without_acting_changes_nothing() -> None:
    xml = diagram(
        "timers",
        ends(),
        users("a", "x"),
        boundary("t", "a", timer("cycle", "R/P1D"), interrupting=False),
        end("e2"),
        chain("s", "a", "e"),
        chain("t", "x", "e2"),
    )
    play = Play(xml, {"v": Decimal("1.0")})
    play.pass_days(1)

    assert play.restore().image() == play.image


def test_an_image_of_another_bundle_or_version_is_refused() -> None:
    play = Play(ONE)
    other = Bundle("other", play.bundle.root, {})

    with pytest.raises(ImageRejected) as refused:
        Run.restore(other, play.image, **play.view())
    assert refused.value.code == "image.other_bundle"
    with pytest.raises(ImageRejected) as refused:
        Run.restore(play.bundle, play.image.replace(f'"v":{VERSION}', '"v":9'), **play.view())
    assert refused.value.code == "image.version"


def test_a_damaged_image_is_refused() -> None:
    play = Play(ONE)

    for text in ("", "{", "[]", play.image[:-3]):
        with pytest.raises(ImageRejected):
            Run.restore(play.bundle, text, **play.view())


def test_an_instance_with_nothing_live_is_never_stored() -> None:
    run = Play(ONE).restore()
    run._top.withdraw()

    with pytest.raises(InstanceStalled):
        run.image()


def test_a_finished_instance_keeps_its_variables_only() -> None:
    play = Play(ONE, {"v": 1})
    play.complete("a")
    play.complete("b", w=2)

    assert json.loads(play.image)["flows"] == []
    assert play.data == {"v": 1, "w": 2}


def test_variables_of_parallel_branches_are_stored_once() -> None:
    branches = [f"u{number}" for number in range(20)]
    xml = diagram(
        "wide",
        ends(),
        '<bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/>',
        users(*branches),
        chain("s", "f"),
        *(chain("f", one, "j") for one in branches),
        chain("j", "e"),
    )

    play = Play(xml, {"big": "x" * 10_000})

    assert len(play.image) < 12_500


def line(count: int) -> bytes:
    ids = [f"t{number}" for number in range(count)]
    return diagram("line", ends(), users(*ids), chain("s", *ids, "e"))
