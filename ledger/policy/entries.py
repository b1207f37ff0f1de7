"""Read one policy pack file: each key is a table with its value, its rules and its remarks."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ledger.policy.errors import PolicyInvalid
from ledger.policy.schema import FIELDS, accept, known

LARGEST_FILE_BYTES = 1_000_000
RULE_ID = r"[A-Z]{2}-R\d{2,3}|N|S|E"
_ENTRY_NAMES = frozenset({"value", "unset", "rules", "note", "confirm", "editions"})
_HEAD_TABLES = frozenset({"pack", "variants"})


@dataclass(frozen=True)
class Edition:
    """A value that holds for the budget years `first`–`last` only; None leaves that side open."""

    first: int | None
    last: int | None
    value: Any
    rules: tuple[str, ...]

    def holds_in(self, year: int) -> bool:
        """Tell whether the edition is valid for budget year `year`."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


@dataclass(frozen=True)
class Entry:
    """What one file says about one key.

    states: False when the file only remarks on an inherited value.
    rules: ids of rules, or N (national), S (secondary source), E (our default).
    confirm: what the bureau must still confirm, empty if nothing.
    """

    states: bool
    value: Any
    rules: tuple[str, ...]
    note: str
    confirm: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True)
class PackFile:
    """One parsed file. version: of a published one, 0 for a file; hash: of its text."""

    id: str
    name: str
    extends: str | None
    evidence: str
    year: int | None
    variants: Mapping[str, str]
    entries: Mapping[str, Entry]
    version: int = 0
    hash: str = ""


class HeadSchema(Schema):
    """`[pack]`."""

    class Meta:
        unknown = RAISE

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,62}$"))
    name = fields.String(required=True)
    extends = fields.String(load_default=None)
    evidence = fields.String(load_default="")
    year = fields.Integer(strict=True, load_default=None)


class EditionSchema(Schema):
    """`[[key.editions]]`."""

    class Meta:
        unknown = RAISE

    first = fields.Integer(strict=True, data_key="from", load_default=None)
    last = fields.Integer(strict=True, data_key="until", load_default=None)
    value = fields.Raw(required=True)
    rules = fields.List(fields.String(validate=validate.Regexp(f"^({RULE_ID})$")), load_default=lambda: ["E"])


class EntrySchema(Schema):
    """`[key]`."""

    class Meta:
        unknown = RAISE

    value = fields.Raw()
    unset = fields.Boolean(validate=validate.Equal(True))
    rules = fields.List(fields.String(validate=validate.Regexp(f"^({RULE_ID})$")), load_default=lambda: ["E"])
    note = fields.String(load_default="")
    confirm = fields.String(load_default="")
    editions = fields.List(fields.Nested(EditionSchema), load_default=list)


_HEAD, _ENTRY = HeadSchema(), EntrySchema()


def read_pack(path: Path) -> PackFile:
    """Read the pack file at `path`; one that has not changed is read once.

    Raises PolicyInvalid naming file and table; UnknownKey naming the nearest known key.
    """
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, size: int) -> PackFile:
    if size > LARGEST_FILE_BYTES:
        raise PolicyInvalid(f"{path.name}:文件超过 {LARGEST_FILE_BYTES} 字节,不像政策包;请检查文件。")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyInvalid(f"{path.name}:不是有效的 TOML 文件({error});请按提示的行列改正。") from None
    found = pack_of(text, path.name)
    if found.id != path.stem:
        raise PolicyInvalid(
            f"{path.name} [pack]:id 应与文件名一致,为“{path.stem}”,实际为“{found.id}”;请改正。", key="pack"
        )
    return found


def pack_of(text: str, name: str, *, strict: bool = True) -> PackFile:
    """Read the text of a pack; its faults say `name`. strict: False leaves out the sections that have faults.

    Raises PolicyInvalid, with several faults as `lines` and the key of each as `keys`.
    """
    table = _toml(text, name)
    head = _checked(_HEAD, table.get("pack", {}), f"{name} [pack]", "pack")
    variants = table.get("variants", {})
    if not isinstance(variants, dict) or not all(isinstance(text, str) for text in variants.values()):
        raise PolicyInvalid(f"{name} [variants]:应为“流程编号 = 文字”的列表;请改正。", key="variants")
    body = {one: part for one, part in table.items() if one not in _HEAD_TABLES}
    entries, errors = _entries(body, name)
    if len(errors) == 1 and strict:
        raise errors[0]
    if errors and strict:
        raise PolicyInvalid(
            f"{name}:共 {len(errors)} 处错误;请逐处改正后重试。",
            lines=[error.text for error in errors],
            keys=[error.facts["key"] for error in errors],
        )
    return PackFile(**head, variants=variants, entries=entries, hash=sha256(text.encode()).hexdigest())


def _entries(body: Mapping[str, Any], file: str) -> tuple[dict[str, Entry], list[PolicyInvalid]]:
    """Return what can be read, and everything that is wrong, each with its key."""
    entries: dict[str, Entry] = {}
    errors: list[PolicyInvalid] = []
    for key, part in _leaves(body, file):
        try:
            known(key, file)
            entries[key] = _entry(key, _section(key, part, file), file)
        except PolicyInvalid as error:
            error.facts["key"] = key
            errors.append(error)
    return entries, errors


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyInvalid(f"{name}:不是有效的 TOML 文件({error});请按提示的行列改正。") from None


def _leaves(table: Mapping[str, Any], where: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, what stands there) of every entry; tables that are levels of keys are walked into."""
    for name, part in table.items():
        key = f"{prefix}{name}"
        if key in FIELDS:
            yield key, part
        elif isinstance(part, dict) and any(other.startswith(f"{key}.") for other in FIELDS):
            yield from _leaves(part, where, f"{key}.")
        else:
            yield _full_key(key, part), part


def _section(key: str, part: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(part, dict):
        raise PolicyInvalid(f"{where}:“{key}”应写成 [{key}] 一节,其中 value = …;请改正。", key=key)
    if not _ENTRY_NAMES & set(part):
        raise PolicyInvalid(f"{where} [{key}]:缺少 value(或 unset = true);请补上。", key=key)
    return part


def _full_key(key: str, part: Any) -> str:
    """Return the key as it was meant: down to the table that holds more than one further table."""
    while isinstance(part, dict) and len(part) == 1 and isinstance(next(iter(part.values())), dict):
        name, part = next(iter(part.items()))
        key = f"{key}.{name}"
    return key


def _entry(key: str, part: Mapping[str, Any], file: str) -> Entry:
    where = f"{file} [{key}]"
    read = _checked(_ENTRY, part, where, key)
    if "value" in read and "unset" in read:
        raise PolicyInvalid(f"{where}:value 与 unset 只能写一个;请删去一个。", key=key)
    states = "value" in read or "unset" in read
    value = accept(key, read.get("value"), where) if states else None
    editions = tuple(
        Edition(part["first"], part["last"], accept(key, part["value"], where), tuple(part["rules"]))
        for part in read["editions"]
    )
    return Entry(states, value, tuple(read["rules"]), read["note"], read["confirm"], editions)


def _checked(schema: Schema, part: Any, where: str, key: str) -> dict[str, Any]:
    try:
        return dict(schema.load(part))
    except ValidationError as error:
        raise PolicyInvalid(f"{where}:{_complaint(error)};请改正。", where=where, key=key) from None


def _complaint(error: ValidationError) -> str:
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    return ";".join(f"“{name}”不符合要求({said})" for name, said in sorted(messages.items(), key=str))
