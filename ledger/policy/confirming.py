"""What a bureau must still decide: each marked default with its value, its question and where it stands."""

from collections.abc import Mapping
from typing import Any

from ledger.policy.resolved import Origin, ResolvedPack
from ledger.policy.schema import label
from ledger.policy.wording import worded

MARK = "待财政局确认"


def to_confirm(pack: ResolvedPack) -> list[dict[str, Any]]:
    """Return every value of the year that waits for the bureau, by key; a value set for this run no longer does.

    Each: key, label, value (JSON), worded, question, rules, pack.
    """
    return [
        {
            "key": key,
            "label": label(key),
            "value": pack.values[key],
            "worded": worded(key, pack.values[key]),
            "question": origin.confirm,
            "rules": list(origin.rules),
            "pack": origin.pack,
        }
        for key, origin in sorted(pack.origins.items())
        if origin.confirm
    ]


def sentence(item: Mapping[str, Any]) -> str:
    """Return one of these for people."""
    return f"{item['label']}:暂按“{item['worded']}”【{MARK}】{item['question']}"


def confirmed(origin: Origin) -> str:
    """Return who confirmed a value, when and on what grounds, in one phrase; empty if nobody did."""
    done = origin.confirmed
    return f"{done.by} {done.on.isoformat()}:{done.note}" if done else ""
