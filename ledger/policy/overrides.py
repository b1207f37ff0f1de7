"""Values set over a pack for one run: texts of the form KEY=JSON."""

import json
from collections.abc import Iterable
from typing import Any

from ledger.policy.errors import PolicyInvalid
from ledger.policy.schema import accept

LONGEST_TEXT = 100_000


def read_overrides(texts: Iterable[str]) -> dict[str, Any]:
    """Read `KEY=JSON` texts into key → value; types are checked, a later text wins.

    Raises UnknownKey naming the nearest known key; PolicyInvalid for bad JSON or a wrong type.
    """
    return dict(_read(text) for text in texts)


def _read(text: str) -> tuple[str, Any]:
    key, equals, source = text.partition("=")
    key = key.strip()
    if not equals or not key:
        raise PolicyInvalid(
            f"--set 应写成 KEY=JSON,如 dept_eval.min_amount_share=0.2,实际为“{text[:80]}”;请改正。"
        )
    if len(source) > LONGEST_TEXT:
        raise PolicyInvalid(f"--set {key}:取值超过 {LONGEST_TEXT} 个字符;请改短。", key=key)
    try:
        value = json.loads(source, parse_constant=_refuse_constant, object_pairs_hook=_distinct_pairs)
    except (ValueError, RecursionError) as error:
        raise PolicyInvalid(
            f"--set {key}:“{source[:80]}”不是有效的 JSON({error});文字要加双引号,如 '{key}=\"文字\"'。",
            key=key,
        ) from None
    return key, accept(key, value, f"--set {key}")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} 不是数")


def _distinct_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("同一名称出现了两次")
    return table
