"""One finding, and what the rules ask the database with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

YUAN_PER_WAN = Decimal(10_000)
NOT_RULES = frozenset({"N", "S", "E"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken.

    rule_id: of the policy value's source, of the lint catalogue (L…) or of the known inconsistencies (X…).
    subject: code of a project or department, or `*` for the whole jurisdiction.
    """

    rule_id: str
    subject: str
    text: str
    expected: str
    found: str

    def entry(self) -> dict[str, str]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True)
class Inquiry:
    """Whose year is examined, and under which policy.

    policy: resolved values, nested. provenance: rule ids by dotted key.
    last_year_key_amount: yuan evaluated in last year's key evaluations; null if not known.
    stages: those whose filings are examined; `find_all` sets them.
    """

    session: Session
    jurisdiction_id: int
    year: int
    policy: Mapping[str, Any]
    provenance: Mapping[str, Sequence[str]] = field(default_factory=dict)
    last_year_key_amount: Decimal | None = None
    stages: frozenset[str] = frozenset()

    def rows(self, sql: str, **parameters: Any) -> list[Mapping[str, Any]]:
        """Run a query bound to the jurisdiction and year."""
        bound = {"jurisdiction_id": self.jurisdiction_id, "year": self.year, **parameters}
        return [dict(row) for row in self.session.execute(text(sql), bound).mappings()]

    def value(self, key: str) -> Any:
        """Return a policy value by its dotted key; null if the policy does not have it."""
        found: Any = self.policy
        for name in key.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return found

    def rule(self, key: str, otherwise: str) -> str:
        """Return the rule a policy value comes from; `otherwise` if it comes from no locality's rule."""
        rules = [rule for rule in self.provenance.get(key, ()) if rule not in NOT_RULES]
        return rules[0] if rules else otherwise


def wan(amount: Any) -> str:
    """Return an amount in yuan as people read it."""
    value = (Decimal(amount or 0) / YUAN_PER_WAN).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{value}万元"


def percent(share: Any) -> str:
    """Return a share as a percentage with two decimals."""
    return f"{(Decimal(str(share)) * 100).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"
