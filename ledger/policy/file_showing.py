"""What one pack file itself says, in groups: what it inherits is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.policy.entries import PackFile
from ledger.policy.file_differing import grounds_of, value_of
from ledger.policy.groups import grouped
from ledger.policy.schema import label


@dataclass(frozen=True, slots=True)
class Stated:
    """A section in words. confirm: what the bureau must still confirm."""

    key: str
    label: str
    value: str
    grounds: str
    note: str
    confirm: str


def sections(file: PackFile) -> Mapping[str, Sequence[Stated]]:
    """Return by the title of its group what a file says of each key."""
    found = {
        title: [_stated(file, key) for key in keys if key in file.entries]
        for title, keys in grouped().items()
    }
    return {title: rows for title, rows in found.items() if rows}


def _stated(file: PackFile, key: str) -> Stated:
    entry = file.entries[key]
    return Stated(key, label(key), value_of(key, entry), grounds_of(entry), entry.note, entry.confirm)
