"""When a pre-evaluation goes to a third party."""

from decimal import Decimal

import pytest

from ledger.policy.conditions import third_party_required
from ledger.policy.pack import load


@pytest.mark.parametrize(
    ("amount", "specialised", "required"),
    [
        (Decimal(1_000_000), False, True),
        (Decimal("999999.99"), False, False),
        (Decimal(1), True, True),
        (None, False, False),
    ],
)
def test_a_large_or_specialised_project_goes_to_a_third_party(
    amount: Decimal | None, specialised: bool, required: bool
) -> None:
    policy = load("shawan").resolve(2021).context()

    assert third_party_required(policy, amount, specialised) is required


def test_without_a_condition_nobody_goes_there() -> None:
    policy = load("cn-default").resolve(2021).context()

    assert not third_party_required(policy, Decimal(10**9), True)


def test_a_reviewer_may_decide() -> None:
    policy = load("rushan").resolve(2021).context()

    assert third_party_required(policy, None, False, reviewer_decides=True)
    assert not third_party_required(policy, Decimal(10**9), True)


def test_a_condition_that_is_set_is_followed() -> None:
    changed = {"pre_eval.third_party_when": "total_investment_wan >= 300 and highly_specialised"}
    policy = load("cn-default").resolve(2021, changed).context()

    assert third_party_required(policy, Decimal(3_000_000), True)
    assert not third_party_required(policy, Decimal(3_000_000), False)
