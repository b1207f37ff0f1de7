"""Which sheet this is: facts signed when it is written, so that a file is taken back only for the form it left from."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Which form, of which task, in which state.

    version: the version label of the form; revision: of the draft when the sheet was written; made_at: ISO time.
    """

    form: str
    version: str
    task: str
    revision: int
    made_at: str


def stamp(facts: SheetFacts, key: bytes) -> str:
    """Return the signature of the facts: HMAC-SHA-256, hexadecimal."""
    return hmac.new(key, _canonical(asdict(facts)), hashlib.sha256).hexdigest()


def is_genuine(facts: SheetFacts, found: str, key: bytes) -> bool:
    """Tell whether these facts were signed with this key."""
    return hmac.compare_digest(stamp(facts, key), found)


def check_code(values: Mapping[str, Any]) -> str:
    """Return a short code of raw or clean values: the same on paper, in a file and in the system, or they differ."""
    return hashlib.sha256(_canonical(values)).hexdigest()[:CODE_LENGTH].upper()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
