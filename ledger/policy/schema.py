"""The one place that knows each policy key and its type."""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError

from ledger.policy import own_keys, rule_keys
from ledger.policy.errors import PolicyInvalid, UnknownKey
from ledger.policy.shapes import Shape

FIELDS: dict[str, Shape] = {
    **rule_keys.CALENDAR_AND_SCORING,
    **rule_keys.PLANNING,
    **rule_keys.MONITORING,
    **rule_keys.EVALUATION,
    **rule_keys.RESULT,
    **own_keys.LADDER,
    **own_keys.LATENESS,
    **own_keys.EXTENSION,
    **own_keys.STAGES,
    **own_keys.DECISIONS,
    **own_keys.SLOTS,
    **own_keys.STATED_FIGURES,
}


@lru_cache(maxsize=1024)
def nearest(key: str) -> str:
    """Return the known key that looks most like `key`."""
    return max(sorted(FIELDS), key=lambda known: SequenceMatcher(None, key[:200], known).ratio())


def label(key: str) -> str:
    """Return the Chinese name of a known key."""
    return FIELDS[key].label


def known(key: str, where: str) -> Shape:
    """Return the type of `key`. Raises UnknownKey naming the nearest known key."""
    shape = FIELDS.get(key)
    if shape is None:
        near = nearest(key)
        raise UnknownKey(
            f"{where}:没有政策参数“{key}”,是否要写“{near}”({label(near)})?请改正后重试。",
            key=key,
            nearest=near,
            where=where,
        )
    return shape


def accept(key: str, value: Any, where: str) -> Any:
    """Return `value` if it has the type of `key`.

    Raises UnknownKey, or PolicyInvalid saying what was expected and found.
    """
    shape = known(key, where)
    try:
        if value is None and not shape.allow_none:
            raise ValidationError(f"应为{shape.expected},实际为空(null)")
        return shape.deserialize(value)
    except ValidationError as error:
        raise PolicyInvalid(
            f"{where}:政策参数“{key}”({shape.label}){'、'.join(map(str, error.messages))}。请改正后重试。",
            key=key,
            expected=shape.expected,
            where=where,
        ) from None
