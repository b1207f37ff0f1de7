"""Rules decided in Python: failures in a row, the panel's verdict, the sample, how figures are printed."""

from decimal import Decimal

import pytest

from ledger.measures.measure import printed, tidy
from ledger.operations.monitoring import failures_in_a_row
from ledger.operations.panel import judge
from ledger.sampling import draw, spot_check

KINDS = ["财政部门", "第三方机构", "人大或政协委员"]


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([], (0, False)),
        ([(True, None), (True, None)], (0, False)),
        ([(False, "rectified"), (False, "rectified")], (2, False)),
        ([(False, "rectified"), (False, "unrectified")], (2, True)),
        ([(False, None), (True, None), (False, "rectified")], (1, True)),
        ([(False, "unrectified"), (None, None), (False, "rectified")], (1, True)),
    ],
)
def test_failed_rounds_are_counted_in_a_row(
    rounds: list[tuple[bool | None, str | None]], expected: tuple[int, bool]
) -> None:
    assert failures_in_a_row(rounds) == expected


def test_a_panel_passes_with_two_thirds_of_all_required_kinds() -> None:
    votes = [(KINDS[0], False, "通过"), (KINDS[1], False, "修改后通过"), (KINDS[2], False, "不通过")]

    assert judge(votes, KINDS) == (True, [])


def test_a_panel_fails_without_one_required_kind() -> None:
    votes = [(KINDS[0], False, "通过"), (KINDS[1], False, "通过"), (KINDS[2], True, "通过")]

    assert judge(votes, KINDS) == (False, [KINDS[2]])


def test_a_panel_fails_below_two_thirds() -> None:
    votes = [(KINDS[0], False, "通过"), (KINDS[1], False, "不通过"), (KINDS[2], False, "不通过")]

    assert judge(votes, KINDS) == (False, [])


def test_the_same_frame_and_seed_draw_the_same_sample() -> None:
    frame = [f"P{number:03}" for number in range(100)]

    once, again, other = draw(frame, 10, "a"), draw(frame[::-1], 10, "a"), draw(frame, 10, "b")

    assert once == again
    assert len(once.codes) == 10
    assert once.codes != other.codes
    assert once.frame_hash == other.frame_hash


def test_a_spot_check_rounds_its_share_up_and_adds_large_projects() -> None:
    amounts = {f"P{number}": Decimal(number) * 10_000 for number in range(1, 22)}

    share = spot_check(amounts, {"spot_check": {"min_ratio": 0.1}}, "s")
    large = spot_check(amounts, {"spot_check": {"min_ratio": 0, "amount_wan": 20}}, "s")
    whole = spot_check(amounts, {"finance_review": {"coverage": "all"}}, "s")

    assert len(share.codes) == 3
    assert large.codes == {"P20", "P21"}
    assert len(whole.codes) == 21


def test_figures_are_printed_half_up() -> None:
    assert printed(Decimal("98.045"), 2) == "98.05"
    assert printed(Decimal("289479.90"), 1) == "289479.9"
    assert printed(Decimal("92000"), 0) == "92000"


def test_values_have_no_exponent_and_no_trailing_zeros() -> None:
    assert format(tidy(Decimal("92000.000")), "f") == "92000"
    assert format(tidy(Decimal("98.300")), "f") == "98.3"
