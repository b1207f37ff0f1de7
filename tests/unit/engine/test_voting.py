"""Rules of counter-signing: when a task has passed, when it has failed, and never a third end."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.feel.compiling import compile_expression
from engine.voting import PRESETS, choice, decided


def evaluate(source: str, counters: Mapping[str, Any]) -> Any:
    return compile_expression(source).evaluate(counters)


def counters(votes: str, weights: list[Decimal] | None = None, share: Any = None) -> dict[str, Any]:
    """Count votes written as text: y, n, a (abstained), o (open)."""
    weights = weights or [Decimal(1)] * len(votes)
    found: dict[str, Any] = {"total": len(votes), "total_weight": sum(weights), "share": share}
    for letter, name in zip("ynao", ("yes", "no", "abstained", "open"), strict=True):
        found[name] = votes.count(letter)
        found[f"{name}_weight"] = sum(
            (weight for vote, weight in zip(votes, weights, strict=True) if vote == letter), Decimal(0)
        )
    return found


def outcome(preset: str, votes: str, **more: Any) -> bool | None:
    chosen = PRESETS[preset]
    rule = {"pass_when": chosen.pass_when, "fail_when": chosen.fail_when}
    return decided(rule, counters(votes, **more), evaluate)


@pytest.mark.parametrize(
    ("preset", "votes", "expected"),
    [
        ("all", "yyo", None),
        ("all", "yyy", True),
        ("all", "yno", False),
        ("all", "yya", True),
        ("all", "aaa", False),
        ("any", "noo", None),
        ("any", "nyo", True),
        ("any", "nnn", False),
        ("any", "nna", False),
        ("first", "oao", None),
        ("first", "noo", False),
        ("first", "yoo", True),
        ("ordered", "yoo", None),
        ("ordered", "yno", False),
    ],
)
def test_presets(preset: str, votes: str, expected: bool | None) -> None:
    assert outcome(preset, votes) is expected


@pytest.mark.parametrize(
    ("votes", "expected"), [("yoo", None), ("yyo", True), ("nno", False), ("yna", False), ("yno", None)]
)
def test_two_thirds_of_three_are_two(votes: str, expected: bool | None) -> None:
    assert outcome("share", votes, share=evaluate("2/3", {})) is expected


def test_two_thirds_are_reached_exactly_whatever_the_number_of_signers() -> None:
    share = evaluate("2/3", {})

    for number in range(1, 301):
        needed = -(-2 * number // 3)
        assert outcome("share", "y" * needed + "o" * (number - needed), share=share) is True
        assert outcome("share", "y" * (needed - 1) + "n" * (number - needed + 1), share=share) is False


def test_weights_count_and_not_heads() -> None:
    weights = [Decimal(3), Decimal(1), Decimal(1)]

    assert outcome("weighted", "ynn", weights=weights, share=Decimal("0.6")) is True
    assert outcome("weighted", "nyo", weights=weights, share=Decimal("0.6")) is False
    assert outcome("weighted", "oyy", weights=weights, share=Decimal("0.6")) is None


def along(preset: str, votes: tuple[str, ...]) -> list[bool | None]:
    """Return the outcome before the first vote and after each."""
    texts = ["".join(votes[:voted]).ljust(len(votes), "o") for voted in range(len(votes) + 1)]
    return [outcome(preset, text, share=Decimal("0.5")) for text in texts]


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_decides_at_the_latest_when_nobody_is_left(preset: str) -> None:
    for votes in product("yna", repeat=4):
        seen = along(preset, votes)
        assert seen[0] is None
        assert seen[-1] is not None, votes


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"first"}))
def test_no_later_vote_would_have_changed_what_was_decided_early(preset: str) -> None:
    for votes in product("yna", repeat=4):
        assert len(set(along(preset, votes)) - {None}) == 1, votes


def test_a_rule_that_is_silent_in_the_end_has_failed() -> None:
    rule = {"pass_when": "ja > 0", "fail_when": "nein > 0"}

    assert decided(rule, counters("yyo"), evaluate) is None
    assert decided(rule, counters("yyy"), evaluate) is False


@pytest.mark.parametrize("found", [None, 1, "yes", "", [True]])
def test_a_vote_that_is_neither_yes_nor_no_nor_abstained_is_refused(found: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        choice(found)

    assert refused.value.code == "sign.vote_unclear"
