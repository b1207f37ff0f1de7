"""Policy packs in force: the version that was published last, else the file that comes with the program."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from engine import library, versions
from engine.library import Shelf
from ledger.policy.entries import PackFile, pack_of, read_pack
from ledger.policy.errors import PolicyNotFound
from ledger.policy.pack import Pack, assembled, available, factory_folder

KIND = "policy"
_read: Shelf[PackFile] = Shelf(200)


class Packs:
    """All packs, as a unit of work finds them; asked in one statement when the first is wanted.

    offered: one that is not published yet and counts as if it were.
    """

    def __init__(self, session: Session, offered: PackFile | None = None) -> None:
        self._session = session
        self._offered = offered
        self._loaded: dict[str, Pack] = {}

    @cached_property
    def _published(self) -> dict[str, Any]:
        return {row.key: row for row in versions.newest(self._session, KIND)}

    @property
    def ids(self) -> list[str]:
        """The ids of all packs."""
        offered = [self._offered.id] if self._offered else []
        return sorted({*available(), *self._published, *offered})

    @property
    def names(self) -> dict[str, str]:
        """The names of all packs by id."""
        return {one: self._file(one).name for one in self.ids}

    def load(self, policy_id: str) -> Pack:
        """Return a pack with what it extends. Raises PolicyNotFound; PolicyInvalid."""
        if policy_id not in self._loaded:
            self._loaded[policy_id] = assembled(policy_id, self._file)
        return self._loaded[policy_id]

    def opened(self, policy_id: str, packs: Iterable[Mapping[str, Any]]) -> Pack:
        """Return a pack as a year was opened with it. packs: what its parameters recorded; else files of the program.

        Sections that today's program would refuse are left out: the year's own values are in its parameters.
        """
        kept = {one["id"]: one for one in packs if one["version"]}

        def file(one: str) -> PackFile:
            if one in kept:
                return self._published_file(one, kept[one]["hash"], kept[one]["version"], strict=False)
            return _shipped(one) or self._file(one)

        return assembled(policy_id, file)

    def _file(self, policy_id: str) -> PackFile:
        if self._offered is not None and policy_id == self._offered.id:
            return self._offered
        row = self._published.get(policy_id)
        if row is not None:
            return self._published_file(policy_id, row.content_hash, row.version, strict=True)
        shipped = _shipped(policy_id)
        if shipped is None:
            names = "、".join(self.ids)
            raise PolicyNotFound(
                f"没有名为“{policy_id}”的政策包;现有:{names}。", policy=policy_id, key="pack.extends"
            )
        return shipped

    def _published_file(self, policy_id: str, content_hash: str, version: int, *, strict: bool) -> PackFile:
        """Return a published text; what a newer program wants of a pack that extends nothing, its own file says."""

        def read() -> PackFile:
            return pack_of(library.text(self._session, content_hash), f"{policy_id}.toml", strict=strict)

        found = replace(_read.get(f"{content_hash} {strict}", read), version=version)
        shipped = _shipped(policy_id) if found.extends is None else None
        return replace(found, entries={**shipped.entries, **found.entries}) if shipped else found


def _shipped(policy_id: str) -> PackFile | None:
    if policy_id not in available():
        return None
    return read_pack(factory_folder() / f"{policy_id}.toml")
