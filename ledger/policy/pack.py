"""Packs by name: load one with all it extends, and resolve it for a budget year."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.calendar.documents import national
from engine.calendar.work_calendar import WorkCalendar
from ledger.policy.consistency import Remark, remarks
from ledger.policy.entries import Entry, PackFile, read_pack
from ledger.policy.errors import PolicyInvalid, PolicyNotFound
from ledger.policy.resolved import Origin, ResolvedPack
from ledger.policy.schema import FIELDS, accept

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_CHAIN = 8
Laid = tuple[dict[str, Any], dict[str, Origin]]
"""Values and where each comes from, by key."""


def factory_folder() -> Path:
    """Return the folder of the packs that come with the application."""
    return Path(str(files("workflows") / "policies"))


def available(folder: Path | None = None) -> list[str]:
    """Return the ids of all packs of a folder (default: the factory folder)."""
    return sorted(path.stem for path in (folder or factory_folder()).glob("*.toml"))


@dataclass(frozen=True)
class Pack:
    """One pack and the packs below it, nearest first."""

    chain: tuple[PackFile, ...]

    @property
    def id(self) -> str:
        """Return the id, which is the jurisdiction's code."""
        return self.chain[0].id

    @property
    def name(self) -> str:
        """Return the Chinese name of the locality."""
        return self.chain[0].name

    @property
    def year(self) -> int | None:
        """Return the budget year that its evidence speaks of; that of the pack below if it states none."""
        return next((file.year for file in self.chain if file.year is not None), None)

    @property
    def variants(self) -> Mapping[str, str]:
        """Return, by process number, what differs from the common process."""
        return self.chain[0].variants

    def resolve(
        self, year: int, overrides: Mapping[str, Any] | None = None, *, calendar: WorkCalendar | None = None
    ) -> ResolvedPack:
        """Return every value valid in budget year `year`, with `overrides` (dotted key → value) on top.

        Raises UnknownKey or PolicyInvalid for an override that is no policy key or has the wrong type.
        """
        if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
            raise PolicyInvalid(f"预算年度应为 {FIRST_YEAR}–{LAST_YEAR} 的整数,实际为 {year!r};请改正年度。")
        lasting, editions = self._lasting, self._laid(year, of_years=True)
        values, origins = {**lasting[0], **editions[0]}, {**lasting[1], **editions[1]}
        for key, value in (overrides or {}).items():
            values[key] = accept(key, value, "参数设置")
            origins[key] = Origin(pack=self.id, rules=(), overridden=True)
        work = calendar or national()
        return ResolvedPack(self.id, self.name, year, values, origins, self.variants, work, self.chain)

    @cached_property
    def _lasting(self) -> Laid:
        """The values that hold in every year: laid once, however many years are asked for."""
        return self._laid(FIRST_YEAR, of_years=False)

    @cached_property
    def _of_years(self) -> frozenset[str]:
        """The keys of which a file says something else for single years."""
        return frozenset(key for file in self.chain for key, entry in file.entries.items() if entry.editions)

    def _laid(self, year: int, *, of_years: bool) -> Laid:
        values: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for file in reversed(self.chain):
            for key, entry in file.entries.items():
                if (key in self._of_years) == of_years:
                    _lay(values, origins, key, entry, file.id, year)
        return values, origins

    def check(self, years: range = range(2018, 2028)) -> list[Remark]:
        """Return what is inconsistent, unproven or still to be confirmed, over `years`."""
        found = {(r.key, r.code): r for year in years for r in remarks(self.resolve(year))}
        return list(found.values())


def _lay(
    values: dict[str, Any], origins: dict[str, Origin], key: str, entry: Entry, pack: str, year: int
) -> None:
    """Put what one file says about one key on top of what lies there."""
    edition = next((edition for edition in entry.editions if edition.holds_in(year)), None)
    if edition is not None:
        values[key] = edition.value
        origins[key] = Origin(pack, edition.rules, entry.note, entry.confirm)
    elif entry.states:
        values[key] = entry.value
        origins[key] = Origin(pack, entry.rules, entry.note, entry.confirm)
    elif key in origins:
        origins[key] = origins[key].remarked(entry.note, entry.confirm)
    else:
        raise PolicyInvalid(f"{pack}.toml [{key}]:没有可继承的值,请写上 value 或 unset = true。", key=key)


def load(policy_id: str, folder: Path | None = None) -> Pack:
    """Load a pack and what it extends, from `folder` first and then from the factory folder.

    Raises PolicyNotFound naming the packs there are; PolicyInvalid for a bad file, a circle or missing keys.
    """
    return assembled(policy_id, lambda one: read_pack(_path(one, folder)))


def assembled(policy_id: str, find: Callable[[str], PackFile]) -> Pack:
    """Return a pack with what it extends, each found by its id. Raises PolicyInvalid for a circle or missing keys."""
    chain: list[PackFile] = []
    wanted: str | None = policy_id
    while wanted is not None:
        if wanted in [file.id for file in chain] or len(chain) >= LONGEST_CHAIN:
            names = " → ".join([file.id for file in chain] + [wanted])
            raise PolicyInvalid(
                f"政策包的 extends 成环或过长:{names};请改正。", chain=names, key="pack.extends"
            )
        chain.append(find(wanted))
        wanted = chain[-1].extends
    stated = {key for file in chain for key, entry in file.entries.items() if entry.states}
    missing = [key for key in FIELDS if key not in stated]
    if missing:
        raise PolicyInvalid(
            f"政策包“{policy_id}”缺少 {len(missing)} 个参数,如 {'、'.join(missing[:3])};"
            "请补上,或在 [pack] 中写 extends 以继承全国通用政策包。",
            missing=missing,
        )
    return Pack(tuple(chain))


def load_file(path: Path) -> Pack:
    """Load the pack file at `path`; what it extends comes from its folder or from the factory folder.

    Raises PolicyNotFound if there is no such file, and as `load` does.
    """
    if not path.is_file():
        raise PolicyNotFound(f"没有政策包文件“{path}”;请核对路径。", policy=str(path))
    return load(path.stem, path.parent)


def _path(policy_id: str, folder: Path | None) -> Path:
    places = [folder, factory_folder()] if folder is not None else [factory_folder()]
    for place in places:
        if policy_id in available(place):
            return place / f"{policy_id}.toml"
    names = "、".join(sorted({name for place in places for name in available(place)}))
    raise PolicyNotFound(f"没有名为“{policy_id}”的政策包;现有:{names}。", policy=policy_id)
