"""How large a ledger file may be; a county of 5,000 projects needs a tenth of it."""

from dataclasses import dataclass

from forms.xlsx.archive import ArchiveLimits


@dataclass(frozen=True, slots=True)
class Limits(ArchiveLimits):
    """Bounds of one ledger file, checked before anything is unpacked or parsed."""

    file_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    parts: int = 200
    rows: int = 200_000
    columns: int = 40
    errors: int = 1_000


DEFAULT = Limits()
