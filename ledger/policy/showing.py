"""A resolved pack as rows: each value in words, whence it comes, what is to be confirmed."""

from typing import Any

from ledger.policy.confirming import MARK, confirmed
from ledger.policy.resolved import ResolvedPack
from ledger.policy.schema import FIELDS, known, label
from ledger.policy.wording import worded


def shown(pack: ResolvedPack, keys: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the rows of these keys or groups of keys (`self_eval`), all of them by default.

    Raises UnknownKey naming the nearest known key.
    """
    return [_row(pack, key) for key in FIELDS if not keys or key in _wanted(keys)]


def _wanted(keys: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for wanted in keys:
        inside = [key for key in FIELDS if key == wanted or key.startswith(f"{wanted}.")]
        if not inside:
            known(wanted, "--key")
        found.update(inside)
    return found


def _row(pack: ResolvedPack, key: str) -> dict[str, Any]:
    origin = pack.origins[key]
    return {
        "key": key,
        "label": label(key),
        "value": pack.values[key],
        "worded": worded(key, pack.values[key]),
        "rules": list(origin.rules),
        "pack": origin.pack,
        "inherited": origin.pack != pack.id,
        "note": origin.note,
        "to_confirm": origin.confirm,
        "confirmed": confirmed(origin),
    }


def line(row: dict[str, Any]) -> str:
    """Return a row for people: `self_eval.deadline 单位自评截止日 = 次年 2 月 15 日〔SW-R46〕`."""
    whence = f"〔{'、'.join(row['rules'])}" + (f",继承自 {row['pack']}" if row["inherited"] else "") + "〕"
    text = f"{row['key']} {row['label']} = {row['worded']} {whence}"
    if row["to_confirm"]:
        text += f"\n    【{MARK}】{row['to_confirm']}"
    if row["confirmed"]:
        text += f"\n    【已确认】{row['confirmed']}"
    return f"{text}\n    说明:{row['note']}" if row["note"] else text
