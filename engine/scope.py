"""Which rows a unit of work sees: row-level security reads it from the transaction (ADR 0014)."""

from dataclasses import dataclass

from engine.storage.roles import APP, SYSTEM


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of one jurisdiction, or of some of its organisations.

    jurisdiction_id: None only in EVERYWHERE. organisations: None for the whole jurisdiction; otherwise their own rows,
    and everything of the instances they are party to. No organisation at all sees no instance.
    """

    jurisdiction_id: int | None
    organisations: frozenset[int] | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it spans jurisdictions: sweeps, sealing, imports and tools of operators."""
        return self.jurisdiction_id is None

    def settings(self) -> tuple[str, str, str]:
        """Return the role and the settings `app.jurisdiction` and `app.organisations`, as text."""
        place = "" if self.jurisdiction_id is None else str(self.jurisdiction_id)
        walls = "" if self.organisations is None else f"{{{','.join(map(str, sorted(self.organisations)))}}}"
        return SYSTEM if self.is_everywhere else APP, place, walls


EVERYWHERE = Scope(None)
