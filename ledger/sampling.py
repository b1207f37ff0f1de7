"""Drawing a sample that anybody can draw again: frame, seed and algorithm give the same codes."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

ALGORITHM = "sha256-rank/1"
YUAN_PER_WAN = Decimal(10_000)


@dataclass(frozen=True)
class Draw:
    """A sample: who could be drawn (by hash and count), with which seed, and who was."""

    seed: str
    frame_hash: str
    frame_count: int
    codes: frozenset[str]
    algorithm: str = ALGORITHM


def draw(frame: Collection[str], count: int, seed: str) -> Draw:
    """Draw `count` codes: those whose hash with the seed ranks lowest."""
    ordered = sorted(frame)
    ranked = sorted(ordered, key=lambda code: hashlib.sha256(f"{seed}\n{code}".encode()).hexdigest())
    frame_hash = hashlib.sha256("\n".join(ordered).encode()).hexdigest()
    return Draw(seed, frame_hash, len(ordered), frozenset(ranked[: max(0, count)]))


def spot_check(amounts: Mapping[str, Decimal], policy: Mapping[str, Any], seed: str) -> Draw:
    """Draw the projects whose self-evaluation the bureau checks (D10).

    amounts: yuan by project code. All of them if the finance review covers all; otherwise a share,
    and in mode `threshold` also every project at or above the amount.
    """
    review, rules = policy.get("finance_review", {}), policy.get("spot_check", {})
    if review.get("coverage") == "all":
        return draw(amounts, len(amounts), seed)
    share = Decimal(str(rules.get("min_ratio") or 0))
    count = int((share * len(amounts)).to_integral_value(rounding=ROUND_CEILING))
    drawn = draw(amounts, count, seed)
    forced = _at_least(amounts, rules.get("amount_wan"))
    return Draw(drawn.seed, drawn.frame_hash, drawn.frame_count, drawn.codes | forced)


def _at_least(amounts: Mapping[str, Decimal], limit_wan: Any) -> frozenset[str]:
    """Return the codes at or above a limit in 万元; none without a limit."""
    if limit_wan is None:
        return frozenset()
    limit = Decimal(str(limit_wan)) * YUAN_PER_WAN
    return frozenset(code for code, amount in amounts.items() if amount >= limit)


def drawn_in_order(drawn: Draw) -> Sequence[str]:
    """Return the drawn codes in the order of their names, for lists and rows."""
    return sorted(drawn.codes)
