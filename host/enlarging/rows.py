"""Which rows belong to the filing units, table by table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, MetaData, Table

UNITS: Final = "select id from app.organisation where kind = 'department'"
CASES: Final = f"select id from app.process_instance where organisation_id in ({UNITS})"  # noqa: S608 (our own constants)
WORK: Final = f"select id from app.user_task where instance_id in ({CASES})"  # noqa: S608
BELONGS: Final = {"instance_id": CASES, "task_id": WORK, "organisation_id": UNITS}
"""A row belongs to the units when the first of these columns that its table has leads to one of them."""
ITSELF: Final = {"organisation": UNITS, "process_instance": CASES}
BY_UNIT: Final = frozenset({"campaign_subject"})
"""Tables whose rows may have no instance yet."""

LEFT: Final = frozenset(
    {
        *("account", "substitution", "task_put_off"),  # who signs in, for whom, and what he leaves for later
        *("contact", "robot", "letter", "delivery"),  # what goes out of the house is not multiplied
        "message",  # people are not multiplied either; the copied notifications tell nobody anew
        *("jurisdiction", "campaign", "sample_draw", "bulk_run", "bulk_item", "sweep"),  # of the whole county
        "policy_confirmation",  # the same
        "calendar_version",  # the same
        "circular",  # the same
        *("parameter_set", "process_definition", "definition_bundle", "blob", "alembic_version"),  # of all
        *("webhook_endpoint", "webhook_delivery", "webhook_attempt"),  # others are told once
        *("inbound_source", "inbound_call"),  # and call once
        "rate_spent",  # of this minute, of nobody's county
        "handover",  # on its way for a moment, then gone
        *("audit_seal", "audit_anchor", "audit_tail"),  # the copies' entries are sealed anew
    }
)


@dataclass(frozen=True)
class Rows:
    """The rows of one table that belong to the units."""

    table: Table
    where: str

    @property
    def name(self) -> str:
        """The table with its schema."""
        return f"app.{self.table.name}"

    @property
    def is_numbered(self) -> bool:
        """Tell whether its rows are counted by the database."""
        return "id" in self.table.columns and isinstance(self.table.columns["id"].type, BigInteger)

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are written, in order: generated ones are not."""
        return [column.name for column in self.table.columns if column.computed is None]


def tables(connection: Connection) -> MetaData:
    """Read all tables from the database itself, so that none is forgotten."""
    found = MetaData()
    found.reflect(connection, schema="app")
    return found


def rows_of_units(found: MetaData) -> list[Rows]:
    """Return the rows to copy, referred-to tables first."""
    return [Rows(one, _where(one)) for one in found.sorted_tables if not _is_left(one)]


def _is_left(table: Table) -> bool:
    return table.name in LEFT or "account_id" in table.columns


def _where(table: Table) -> str:
    if table.name in ITSELF:
        return f"id in ({ITSELF[table.name]})"
    names: list[Any] = list(BELONGS) if table.name not in BY_UNIT else ["organisation_id"]
    for name in names:
        if name in table.columns:
            return f"{name} in ({BELONGS[name]})"
    raise LookupError(
        f"{table.name}: no column tells to which unit a row belongs; list it in LEFT with a reason"
    )
