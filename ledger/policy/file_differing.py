"""What differs between two texts of one pack: key by key, the old value and the new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.differences import Difference, turned
from ledger.policy.entries import Edition, Entry, PackFile
from ledger.policy.groups import grouped
from ledger.policy.schema import label
from ledger.policy.vocabulary import cited
from ledger.policy.wording import worded

HEAD: Final = {"name": "名称", "extends": "沿用哪个政策包", "evidence": "依据", "year": "依据所说的预算年度"}
INHERITED: Final = "沿用上一级"


@dataclass(frozen=True, slots=True)
class Change(Difference):
    """A value that differs: its group, its name, both values in words. also: what else differs, as a sentence."""

    group: str
    label: str
    before: str
    after: str
    also: str


def changes(old: PackFile, new: PackFile) -> list[Difference]:
    """Return every difference in the order of the groups; where none is seen but the texts differ, one that says so."""
    found = [*_heads(old, new), *_entries(old.entries, new.entries)]
    if not found and old.hash != new.hash:
        return [Difference("-", "changed", "只有注释或排版不同,取值没有变。")]
    return found


def _heads(old: PackFile, new: PackFile) -> Iterator[Difference]:
    for name, word in HEAD.items():
        before, after = (str(getattr(one, name) or "") for one in (old, new))
        if before != after:
            yield Difference("pack", "changed", f"政策包的{turned(word, before, after)}。")
    for number in sorted({*old.variants, *new.variants}):
        before, after = (one.variants.get(number, "") for one in (old, new))
        if before != after:
            yield Difference("variants", "changed", f"流程 {number} 的{turned('不同之处', before, after)}。")


def _entries(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Iterator[Difference]:
    for group, keys in grouped().items():
        for key in keys:
            if old.get(key) != new.get(key):
                yield _change(group, key, old.get(key), new.get(key))


def _change(group: str, key: str, old: Entry | None, new: Entry | None) -> Change:
    before, after = value_of(key, old), value_of(key, new)
    also = "".join(f"{one}。" for one in _remarks(old, new))
    values = f"“{label(key)}”{turned('取值', before, after)}。" if before != after else f"“{label(key)}”:"
    kind: Literal["added", "removed", "changed"] = "changed"
    if old is None or new is None:
        kind = "added" if old is None else "removed"
    return Change(key, kind, values + also, group, label(key), before, after, also)


def value_of(key: str, entry: Entry | None) -> str:
    """Return in words what a file says of a key: its value and those of single years."""
    stated = worded(key, entry.value) if entry is not None and entry.states else INHERITED
    editions = entry.editions if entry is not None else ()
    return ";".join([stated, *(f"{_years(one)}:{worded(key, one.value)}" for one in editions)])


def _years(one: Edition) -> str:
    if one.first is None or one.last is None:
        return f"{one.first} 年度起" if one.first is not None else f"到 {one.last} 年度为止"
    return f"{one.first} 年度" if one.first == one.last else f"{one.first} 至 {one.last} 年度"


def _remarks(old: Entry | None, new: Entry | None) -> Iterator[str]:
    for word, before, after in (
        ("依据", grounds_of(old), grounds_of(new)),
        ("说明", _said(old, "note"), _said(new, "note")),
        ("待确认的事项", _said(old, "confirm"), _said(new, "confirm")),
    ):
        if before != after:
            yield turned(word, before, after)


def grounds_of(entry: Entry | None) -> str:
    """Return the grounds that a file gives for a key, for people."""
    if entry is None or not (entry.states or entry.editions):
        return ""
    each = [entry.rules] if entry.states else []
    return ";".join(cited(rules) for rules in [*each, *(one.rules for one in entry.editions)])


def _said(entry: Entry | None, name: str) -> Any:
    return getattr(entry, name) if entry is not None else ""
