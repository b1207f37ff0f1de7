"""What the policy asks of a made-up county: grades, weights, shares and counts, in ledger units."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from engine.errors import InvalidInput

EXECUTION: Final = "预算执行率"
COST: Final = "成本指标"
LEVELS: Final = frozenset({COST, "产出指标", "效益指标", "满意度指标"})
TRACKS: Final = {
    "直达资金": "direct",
    "乡村振兴衔接资金": "rural",
    "衔接资金": "rural",
    "社保基金": "ssf",
    "PPP": "ppp",
    "专项债券": "bond",
    "政府债务": "bond",
}
GRADE_SHARES: Final = (0.853, 0.078, 0.042, 0.027)
KEY_SHARE: Final = 0.016


@dataclass(frozen=True, slots=True)
class Band:
    """A grade band in scores ×100: from `low` to below `high`, the best one up to and with 10000."""

    label: str
    low: int
    high: int

    @property
    def most(self) -> int:
        """Return the highest score of the band."""
        return self.high if self.high >= 10_000 else self.high - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The policy as the generator uses it. bands: best first; weights: points ×100 by level-1 indicator."""

    bands: tuple[Band, ...]
    execution_points: int
    weights: Mapping[str, int]
    selected_share: Decimal
    least_key_projects: int
    excludes_transfers: bool
    tracks: tuple[str, ...]

    @property
    def has_cost_level(self) -> bool:
        """Tell whether cost is a level-1 indicator."""
        return COST in self.weights

    @property
    def weight_total(self) -> int:
        """Return what the weights of a project's indicators sum to."""
        return sum(self.weights.values())

    def key_projects(self, projects: int) -> int:
        """Return how many key evaluations a county of so many projects holds."""
        return min(projects, max(self.least_key_projects, 10, _half_up(projects * KEY_SHARE)))


def plan_of(policy: Mapping[str, Any], year: int) -> Plan:
    """Read the plan from resolved policy values (dotted keys); keys that are absent take the usual value."""
    bands = sorted(
        (
            Band(str(label), _hundredths(low), _hundredths(high))
            for label, low, high in policy["grading.bands"]
        ),
        key=lambda band: -band.low,
    )
    points = {name: _hundredths(weight) for name, weight in policy[_weights_key(policy, year)].items()}
    execution = points.pop(EXECUTION, 0)
    if not LEVELS.issuperset(points):
        raise InvalidInput(
            f"指标权重中有无法生成的一级指标：{'、'.join(sorted(set(points) - LEVELS))}；请只用{'、'.join(sorted(LEVELS))}。",
            code="county.unknown_level",
        )
    named = [TRACKS[track] for track in policy.get("tracks") or () if track in TRACKS]
    return Plan(
        bands=tuple(bands),
        execution_points=execution,
        weights=points,
        selected_share=Decimal(str(policy.get("dept_eval.min_amount_share") or "0.1")),
        least_key_projects=int(policy.get("key_eval.min_projects") or 0),
        excludes_transfers=bool(policy.get("self_eval.exclude_fund_classes")),
        tracks=tuple(dict.fromkeys(named)),
    )


def execution_score(executed: int, budget: int, points: int) -> int:
    """Return `points` × min(1, executed ÷ budget), half-up; 0 without a budget."""
    return _half_up(Decimal(points) * min(executed, budget) / budget) if budget else 0


def _weights_key(policy: Mapping[str, Any], year: int) -> str:
    level = 2
    for first_year, cost_level in sorted(policy.get("taxonomy.cost_level_by_budget_year") or ()):
        level = cost_level if year >= first_year else level
    return "weights.with_cost_l1" if level == 1 else "weights.without_cost_l1"


def _hundredths(value: Any) -> int:
    return _half_up(Decimal(str(value)) * 100)


def _half_up(value: Any) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
