"""The declarative base: one metadata, one schema, one way to name constraints."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table. Strings are `text`, integers `bigint`, times `timestamptz`, money `numeric(18,2)`."""

    metadata = MetaData(schema="app", naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as a class attribute)
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(18, 2),
        UUID: Uuid,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


OF_SCOPE = text("(NULLIF(current_setting('app.jurisdiction'::text, true), ''::text))::bigint")


class Bound:
    """A row that belongs to the jurisdiction of what it hangs on; row-level security compares the column.

    Nobody fills it in: it is the scope's, or else a trigger copies it from the parent (migration 0019).
    """

    jurisdiction_id: Mapped[int] = mapped_column(server_default=OF_SCOPE)


class MaybeBound:
    """The same for a row that may belong to no jurisdiction; only the system sees such a one."""

    jurisdiction_id: Mapped[int | None] = mapped_column(server_default=OF_SCOPE)


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that need no objects."""
    return cast(Table, model.__table__)
