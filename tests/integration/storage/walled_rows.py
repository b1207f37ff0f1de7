"""One row in every table for each of three places: two offices of one jurisdiction, and another jurisdiction."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, insert
from sqlalchemy.dialects.postgresql import JSONB

from engine.model.base import Base
from engine.storage.database import Database

EXEMPT = {
    "process_definition": "published diagrams and tables: the same for everybody, no facts of a jurisdiction",
    "definition_bundle": "hashes of published definitions",
    "parameter_set": "a policy, published like a law",
    "jurisdiction": "the list of names itself",
    "blob": "contents by their hash; who may read one is asked of the attachment",
    "sweep": "when somebody last looked for what is due: one row",
    "audit_tail": "numbers of audit entries; the chain is one for all",
    "audit_seal": "hashes; the chain is one for all",
    "audit_anchor": "hashes; the chain is one for all",
}
SYSTEM_ONLY = (
    "account",
    "account_duty",
    "contact",
    "delivery",
    "letter",
    "robot",
    "api_token",
    "directory_import",
    "inbox_view",
    "message",
    "rate_spent",
    "recovery_code",
    "web_session",
)
"""Tables that nobody reads under a scope: who signs in is asked before one is known."""
WEBHOOKS = ("webhook_endpoint", "webhook_delivery", "webhook_attempt", "inbound_source", "inbound_call")
OF_THE_BUREAU = (
    "sample_draw",
    "bulk_run",
    "bulk_item",
    "handover",
    "policy_confirmation",
    "calendar_version",
    "circular",  # until it is issued
    *WEBHOOKS,
)
"""Tables that no office reads but the bureau."""
DIRECTORY = ("campaign", "organisation", "person", "role_assignment", "substitution", "api_request")
"""Tables that every office of a jurisdiction may read as a whole: dates of the stages, who works where;
and what programs were answered, which is only looked up by account and key."""
AGENCY, STRANGER = 13, 14


@dataclass(frozen=True)
class Place:
    """Where a row belongs. parties: the organisations of its instance."""

    number: int
    jurisdiction_id: int
    organisation_id: int
    parties: tuple[int, ...]

    @property
    def uuid(self) -> UUID:
        """The id of its instance and of its task."""
        return UUID(int=self.number)


OURS = Place(1, 1, 11, (11, AGENCY))
NEIGHBOURS = Place(2, 1, 12, (12,))
ABROAD = Place(3, 2, 21, (21,))
PLACES = (OURS, NEIGHBOURS, ABROAD)


def bound_tables() -> list[Table]:
    """Return every table of the metadata that is not exempt."""
    return [table for table in Base.metadata.sorted_tables if table.name not in {*EXEMPT, *SYSTEM_ONLY}]


def row(table: Table, place: Place, number: int | None = None) -> dict[str, Any]:
    """Make up a row of `table` at `place`. number: of the row itself, if it shall be another one."""
    number = number or place.number
    named: dict[str, Any] = {
        "jurisdiction_id": place.jurisdiction_id,
        "organisation_id": place.organisation_id,
        "party_ids": list(place.parties),
        "instance_id": UUID(int=number) if _is_unique(table, "instance_id") else place.uuid,
        "task_id": UUID(int=number) if _is_unique(table, "task_id") else place.uuid,
        "campaign_id": place.number,
        "subject_kind": "project",
        "subject_id": place.number,
        "substitute_id": 9,
        "kind": "bureau" if table.name == "organisation" else "signer",
        "track": "project",
    }
    if table.name in ("webhook_delivery", "inbound_call"):
        named["status"] = "planned" if table.name == "webhook_delivery" else "accepted"
    return {
        column.name: named.get(column.name, _value(column, number))
        for column in table.columns
        if not column.nullable or column.name in named
    }


def fill(database: Database) -> None:
    """Insert the rows of all places as the owner, past foreign keys and triggers."""
    with database.owner_engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        for table in bound_tables():
            connection.execute(insert(table), [row(table, place) for place in PLACES])


def _is_unique(table: Table, name: str) -> bool:
    return table.name not in ("process_instance", "user_task") and bool(
        name in table.columns and any(list(one.columns.keys()) == [name] for one in _unique(table))
    )


def _unique(table: Table) -> list[Any]:
    return [
        one for one in table.constraints if type(one).__name__ in ("UniqueConstraint", "PrimaryKeyConstraint")
    ]


def _value(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, Uuid):
        return UUID(int=number)
    if isinstance(column.type, JSONB):
        return {}
    kind = column.type.python_type
    made: dict[type, Any] = {
        int: number,
        str: f"{column.name} {number}",
        bool: False,
        datetime: datetime(2021, 3, 1, tzinfo=UTC),
        date: date(2021, 3, 1),
        Decimal: Decimal(number),
        bytes: b"",
        list: [],
    }
    return made[kind]
