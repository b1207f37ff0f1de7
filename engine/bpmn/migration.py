"""Images of older versions, brought up to date by named pure functions: `STEPS[n]` makes version n + 1 of version n.

A function takes and returns the body of an image (see `image`), touches nothing else and is never changed again.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from engine.bpmn.failing import ImageRejected

Body = dict[str, Any]
Migration = Callable[[Body], Body]


def timers_of_unknown_age(body: Body) -> Body:
    """Version 2 keeps since when a timer runs. Of older ones nobody knows: worked out anew, they count from that moment."""
    return body


VERSION = 2
STEPS: Mapping[int, Migration] = MappingProxyType({1: timers_of_unknown_age})


def current(body: Any, steps: Mapping[int, Migration] = STEPS, version: int = VERSION) -> Body:
    """Return a body of this version. Raises ImageRejected for a newer one, or one that no function leads away from."""
    found = body.get("v") if isinstance(body, dict) else None
    if not isinstance(found, int) or found > version:
        raise ImageRejected(
            f"实例映像应是第 {version} 版或更早,现在是“{found}”;请升级程序后再打开。", code="image.version"
        )
    for number in range(found, version):
        if number not in steps:
            raise ImageRejected(
                f"实例映像是第 {number} 版,本程序已不认识;请先用中间版本的程序打开它。", code="image.version"
            )
        body = {**steps[number](body), "v": number + 1}
    return body  # type: ignore[no-any-return]
