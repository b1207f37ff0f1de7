"""Walk along the chain, seal by seal, and note what is not as it was sealed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from engine.calendar.local_time import local_date
from engine.sealing.anchors import Anchor
from engine.sealing.digests import DIGEST_BYTES, GENESIS, seal_hash
from engine.sealing.findings import Verification


class Walk:
    """The way along the chain: the seal reached, and the anchors that are still ahead.

    kept: the daily anchors of the database; printed: anchors from outside.
    """

    def __init__(self, found: Verification, kept: Sequence[Anchor], printed: Sequence[Anchor]) -> None:
        self._found = found
        self._anchors: dict[int, list[Anchor]] = defaultdict(list)
        for anchor in (*kept, *printed):
            self._anchors[anchor.number].append(anchor)
        self._kept = {anchor.number for anchor in kept}
        self._number = 0
        self._hash = GENESIS
        self._day: date | None = None

    def step(self, seal: "Row[Any]", present: Mapping[int, bytes]) -> None:
        """Check the next seal. present: digests of the entries as they are now, by id."""
        self._check_link(seal)
        whole = entries_of(seal)
        own = seal_hash(seal.number, seal.previous_hash, seal.sealed_at, seal.entry_ids, seal.digests)
        if own != seal.hash or whole is None:
            self._found.add(
                "seal.edited", f"封印 {seal.number} 的内容与它的哈希不符,被改动过。", seal=seal.number
            )
        for entry_id, digest in (whole or {}).items():
            self._check_entry(seal.number, entry_id, digest, present.get(entry_id))
        day = _day(seal.sealed_at)
        self._check_anchors(seal, day)
        self._number, self._hash, self._day = seal.number, seal.hash, day
        self._found.seals += 1
        if day is not None:
            self._found.head = Anchor(day, seal.number, seal.hash)

    def finish(self, seals_seen: int) -> None:
        """Check that the chain is as long as it was. seals_seen: how many the sealer has seen committed."""
        if seals_seen > self._number:
            self._found.add(
                "seal.cut_off",
                f"封印 {self._number + 1} 至 {seals_seen} 曾经存在,现在没有了:链尾被截断(或数据库由较早的备份恢复)。",
                seal=self._number + 1,
            )
        for number, ahead in sorted(self._anchors.items()):
            for anchor in ahead:
                self._found.add(
                    "anchor.unmatched", f"锚定“{anchor}”所指的封印 {number} 不存在。", seal=number
                )

    def _check_link(self, seal: "Row[Any]") -> None:
        if seal.number != self._number + 1:
            gone = f"{self._number + 1} 至 {seal.number - 1}"
            self._found.add(
                "seal.removed", f"封印 {gone} 不在了;封印 {seal.number} 之前断开。", seal=self._number + 1
            )
        elif seal.previous_hash != self._hash:
            text = f"封印 {seal.number} 没有接在封印 {self._number} 现在的哈希之后:其中之一被改动过。"
            self._found.add("seal.unlinked", text, seal=seal.number)

    def _check_entry(self, number: int, entry_id: int, sealed: bytes, now: bytes | None) -> None:
        self._found.entries += 1
        if now is None:
            text = f"审计记录 {entry_id}(封印 {number})被删除。"
            self._found.add("entry.removed", text, entry_id=entry_id, seal=number)
        elif now != sealed:
            text = f"审计记录 {entry_id}(封印 {number})与封印时不同,被改动过。"
            self._found.add("entry.edited", text, entry_id=entry_id, seal=number)

    def _check_anchors(self, seal: "Row[Any]", day: date | None) -> None:
        next_day = day is not None and self._day is not None and day > self._day
        if next_day and seal.number == self._number + 1 and self._number not in self._kept:
            text = f"{self._day} 的每日锚定(封印 {self._number})不在了。"
            self._found.add("anchor.removed", text, seal=self._number)
        for anchor in self._anchors.pop(seal.number, ()):
            if (anchor.hash, anchor.sealed_on) != (seal.hash, day):
                text = f"封印 {seal.number} 与锚定“{anchor}”不符:从这里或更早起,链被改写过。"
                self._found.add("anchor.differs", text, seal=seal.number)


def entries_of(seal: "Row[Any]") -> dict[int, bytes] | None:
    """Return the digests a seal holds by entry id; None if they do not fit together."""
    ids, digests = seal.entry_ids, seal.digests
    if not all(isinstance(entry_id, int) for entry_id in ids) or len(digests) != DIGEST_BYTES * len(ids):
        return None
    return {
        entry_id: digests[DIGEST_BYTES * place : DIGEST_BYTES * (place + 1)]
        for place, entry_id in enumerate(ids)
    }


def _day(epoch_seconds: str) -> date | None:
    """Return the local day; None for an instant that no calendar has (only an edited seal says so)."""
    try:
        return local_date(datetime.fromtimestamp(int(Decimal(epoch_seconds)), UTC))
    except (ValueError, OverflowError, OSError):
        return None
