"""What a form hands to the engine: clean values, proved by the one validator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Submission:
    """Clean values of one form; only `forms` constructs it (an architecture test holds that).

    values: by field name; amounts in yuan, shares 0–1, points and scores as Decimal.
    warnings: (rule id, path, text) of the soft rules that fired.
    """

    form_key: str
    form_version: str
    values: Mapping[str, Any]
    warnings: tuple[tuple[str, str, str], ...] = ()
