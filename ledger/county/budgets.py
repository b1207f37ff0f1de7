"""Project budgets: log-normal in size, exact in sum, every owner with at least one."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from ledger.county.apportion import apportion

AVERAGE = 23_235  # 232.35 万元 a project
LEAST = 300


def project_budgets(count: int, rng: Random) -> list[int]:
    """Return `count` budgets in 0.01 万元 that sum to count × AVERAGE."""
    parts = apportion((AVERAGE - LEAST) * count, [rng.lognormvariate(0, 1) for _ in range(count)])
    return [LEAST + part for part in parts]


def deal(count: int, owners: int, rng: Random) -> list[int]:
    """Return the owner's number for each project: one each first, then more to the larger ones."""
    weights = [rng.lognormvariate(0, 0.7) for _ in range(owners)]
    rest = rng.choices(range(owners), weights, k=max(0, count - owners))
    return [*range(min(count, owners)), *rest]


def choose(budgets: Sequence[int], least: Decimal, rng: Random) -> list[int]:
    """Return which of one department's projects to evaluate: drawn until `least` of the money is reached."""
    order = list(range(len(budgets)))
    rng.shuffle(order)
    wanted, chosen, money = sum(budgets) * least, list[int](), 0
    for place in order:
        if money >= wanted and chosen:
            break
        chosen.append(place)
        money += budgets[place]
    return chosen
