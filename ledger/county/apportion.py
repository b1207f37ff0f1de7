"""Split integers so that the parts add up exactly."""

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[float], *, caps: Sequence[int] | None = None) -> list[int]:
    """Split `total` in proportion to `weights` by largest remainder; no part is above its cap.

    Raises ValueError if the caps leave no room for `total`.
    """
    room = list(caps) if caps is not None else [total] * len(weights)
    if sum(room) < total:
        raise ValueError(f"expected caps with room for {total}, found room for {sum(room)}")
    parts = [0] * len(weights)
    left = total
    while left > 0:
        open_ = [i for i in range(len(parts)) if parts[i] < room[i]]
        weight = sum(weights[i] for i in open_)
        exact = {i: left * (weights[i] / weight if weight else 1 / len(open_)) for i in open_}
        given = {i: min(int(exact[i]), room[i] - parts[i]) for i in open_}
        short = left - sum(given.values())
        for i in sorted(open_, key=lambda i: (int(exact[i]) - exact[i], i)):
            if short > 0 and parts[i] + given[i] < room[i]:
                given[i] += 1
                short -= 1
        for i, part in given.items():
            parts[i] += part
        left -= sum(given.values())
    return parts
