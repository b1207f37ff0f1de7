"""Copy the units of a county with COPY: tens of thousands of rows a second instead of a year lived again."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from psycopg import Connection as Raw
from sqlalchemy import Connection, text

from engine.errors import Conflict
from engine.storage.database import Database
from host.enlarging.rewriting import IDENTIFIER, ColumnRewrite, Copy, Originals
from host.enlarging.rows import CASES, UNITS, Rows, rows_of_units, tables

Progress = Callable[[str, float], None]
CODES = f"""
select code from app.organisation where id in ({UNITS})
union select code from app.project where organisation_id in ({UNITS})
union select business_key from app.process_instance where organisation_id in ({UNITS})
"""  # noqa: S608 (our own constants)
WAITS = " union ".join(
    f"select token_id, element_id, instance_id from app.{table} where instance_id in ({CASES})"  # noqa: S608
    for table in ("timer", "message_subscription", "signal_subscription")
)
COPIED_BEFORE = "select exists (select from app.organisation where code like '%~%')"
UNSEALED = "insert into app.audit_tail (entry_id) select id from app.audit_entry where id > :last"
SILENT = (
    "alter table app.event {state} trigger fan_out; alter table app.notification {state} trigger tell_people"
)
"""Nobody is told of what only a copy says."""
NEXT = """
select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))
 where pg_get_serial_sequence('{name}', 'id') is not null
"""


def enlarge(database: Database, times: int, progress: Progress) -> int:
    """Make a county `times` as large, in one transaction; return how many rows were added.

    Departments, their people, projects and everything that happened to them are there `times` times; codes and business
    keys of the copies end in `~2`, `~3`, …. The bureau, its people, stages and definitions stay as they are. Whatever
    has not been sealed of the audit is sealed at the next pass.

    Raises Conflict if the county was made larger before.
    """
    with database.owner_engine.begin() as connection:
        if connection.scalar(text(COPIED_BEFORE)):
            raise Conflict("这个县已经扩大过,不能再扩大;请从原来的县重新做起。", code="county.enlarged")
        parts = rows_of_units(tables(connection))
        originals = _originals(connection, parts)
        copies = [Copy(number, originals) for number in range(2, times + 1)]
        connection.execute(text(SILENT.format(state="disable")))
        added = 0
        for done, part in enumerate(parts):
            progress(part.table.name, done / len(parts))
            added += _copy(connection, part, copies)
        connection.execute(text(SILENT.format(state="enable")))
        connection.execute(text(UNSEALED), {"last": originals.spans["audit_entry"]})
        for part in parts:
            if part.is_numbered:
                connection.execute(text(NEXT.format(name=part.name)))
    return added


def _originals(connection: Connection, parts: Sequence[Rows]) -> Originals:
    numbered = [one for one in parts if one.is_numbered]
    numbers = {
        one.table.name: frozenset(
            connection.scalars(text(f"select id from {one.name} where {one.where}"))  # noqa: S608
        )
        for one in numbered
    }
    spans = {
        one.table.name: connection.scalar(text(f"select coalesce(max(id), 0) from {one.name}"))  # noqa: S608
        for one in numbered
    }
    codes = frozenset(connection.scalars(text(CODES)))
    return Originals(numbers, spans, codes, _derived(connection))


def _derived(connection: Connection) -> dict[UUID, tuple[UUID, str]]:
    """Return the waits of event-based gateways: their ids are made from the gateway's token and the event."""
    found: dict[UUID, tuple[UUID, str]] = {}
    for wait, element, instance in connection.execute(text(WAITS)):
        if wait.version != 5:
            continue
        image = connection.scalar(
            text("select image from app.process_instance where id = :id"), {"id": instance}
        )
        for token in (UUID(one[0]) for one in IDENTIFIER.finditer(image or "")):
            if uuid5(token, element) == wait:
                found[wait] = (token, element)
    return found


def _copy(connection: Connection, part: Rows, copies: Sequence[Copy]) -> int:
    raw: Raw[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    columns = ", ".join(f'"{name}"' for name in part.columns)
    with (
        raw.cursor() as cursor,
        cursor.copy(
            f"copy (select {columns} from {part.name} where {part.where}) to stdout"  # noqa: S608
        ) as out,
    ):
        found = list(out.rows())
    if not found:
        return 0
    with raw.cursor() as cursor, cursor.copy(f"copy {part.name} ({columns}) from stdin") as into:
        for copy in copies:
            how = writers(part, copy)
            for row in found:
                into.write_row(_rewritten(row, how))
    return len(found) * len(copies)


def writers(part: Rows, copy: Copy) -> list[ColumnRewrite]:
    """Return how each column of a table is written in a copy."""
    names = part.columns
    beside = names.index("subject_kind") if "subject_kind" in names else None
    kinds = {column.name: type(column.type).__name__.upper() for column in part.table.columns}
    return [copy.rewriter(part.table.name, name, kinds[name], beside) for name in names]


def _rewritten(row: Sequence[Any], writers: Sequence[ColumnRewrite]) -> list[str | None]:
    out: list[str | None] = []
    for value, writer in zip(row, writers, strict=True):
        if value is None or writer.apply is None:
            out.append(value)
        elif writer.beside is None:
            out.append(writer.apply(value))
        else:
            out.append(writer.apply(value, row[writer.beside]))
    return out
