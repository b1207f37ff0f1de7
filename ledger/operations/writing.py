"""Two ways to write a filing: hand it in (insert or replace the instance's row), or add to it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Table, Update, bindparam, text, update
from sqlalchemy.dialects.postgresql import insert

from engine.errors import WrongState
from engine.json_values import dumps
from engine.operations import Step
from engine.uow import UnitOfWork

PLACE = (
    "instance_id",
    "task_id",
    "campaign_id",
    "jurisdiction_id",
    "year",
    "organisation_id",
    "project_id",
    "recorded_at",
)
HUNDRED = Decimal(100)


def place(step: Step) -> dict[str, Any]:
    """Return the columns that put a row where the step stands."""
    return {
        "instance_id": step.instance_id,
        "task_id": step.task_id,
        "campaign_id": step.campaign_id,
        "jurisdiction_id": step.jurisdiction_id,
        "year": step.parameters.year,
        "organisation_id": step.organisation_id,
        "project_id": step.subject_id if step.subject_kind == "project" else None,
        "recorded_at": step.now,
    }


def hand_in(
    uow: UnitOfWork, step: Step, table: Any, columns: Mapping[str, Any], *, counted: bool = True
) -> int:
    """Write the instance's row of `table`; a resubmission replaces it. Returns how often it was handed in.

    counted: false for a row that is opened before its form is handed in (0 so far).
    Raises WrongState if the row is a locked baseline.
    """
    values = {**place(step), **columns, "submitted_count": 1 if counted else 0}
    statement = _upsert(table.__table__, tuple(values), counted)
    found = uow.connection().execute(statement, values).scalar()
    if found is None:
        raise WrongState(
            f"“{step.subject_code}”的绩效目标已经批复并锁定,不能再修改;如需调整,请走目标调整流程。",
            code="target.locked",
            subject=step.subject_code,
        )
    return int(found)


def amend(
    uow: UnitOfWork, step: Step, table: Any, columns: Mapping[str, Any], *, returned: bool = False
) -> Mapping[str, Any]:
    """Add to the instance's row of `table` and return the whole row.

    returned: count one more return. Raises WrongState if nothing was handed in yet.
    """
    values = {f"new_{name}": value for name, value in columns.items()}
    statement = _amendment(table.__table__, tuple(columns), returned)
    row = (
        uow.connection().execute(statement, {**values, "this_instance": step.instance_id}).mappings().first()
    )
    if row is None:
        raise WrongState(
            f"“{step.subject_code}”还没有填报记录({table.__tablename__}),不能审核;请先办结填报环节。",
            code="filing.missing",
            subject=step.subject_code,
            table=table.__tablename__,
        )
    return dict(row)


@lru_cache(maxsize=256)
def _upsert(table: Table, names: tuple[str, ...], counted: bool) -> Insert:
    """Build the insert-or-replace of one table once."""
    new = insert(table).values({name: bindparam(name) for name in names})
    kept = ("instance_id", "submitted_count")
    replaced: dict[str, Any] = {name: new.excluded[name] for name in names if name not in kept}
    if counted:
        replaced["submitted_count"] = table.c.submitted_count + 1
    where = table.c.locked_at.is_(None) if "locked_at" in table.c else None
    statement = new.on_conflict_do_update(index_elements=["instance_id"], set_=replaced, where=where)
    return statement.returning(table.c.submitted_count)


@lru_cache(maxsize=256)
def _amendment(table: Table, names: tuple[str, ...], returned: bool) -> Update:
    """Build the update of one table once."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if returned:
        values["returned_count"] = table.c.returned_count + 1
    return (
        update(table).where(table.c.instance_id == bindparam("this_instance")).values(values).returning(table)
    )


def write_lines(
    uow: UnitOfWork, step: Step, table: Any, typed: Mapping[str, str], rows: Iterable[Any]
) -> None:
    """Replace the lines of the instance in `table` with one statement.

    typed: column → PostgreSQL type; `line_no` among them. rows: mappings by column.
    """
    listed = list(rows)
    parameters = {
        "lines": dumps(listed),
        "instance_id": step.instance_id,
        "jurisdiction_id": step.jurisdiction_id,
        "last": max((row["line_no"] for row in listed), default=0),
    }
    uow.connection().execute(text(_line_writing(table.__tablename__, tuple(typed.items()))), parameters)


@lru_cache(maxsize=8)
def _line_writing(name: str, typed: tuple[tuple[str, str], ...]) -> str:
    """Build the statement that replaces lines: surplus ones go, the others are inserted or overwritten."""
    columns = ", ".join(column for column, _ in typed)
    shape = ", ".join(f"{column} {kind}" for column, kind in typed)
    replaced = ", ".join(f"{column} = excluded.{column}" for column, _ in typed if column != "line_no")
    return (
        f"with gone as (delete from app.{name} where instance_id = :instance_id and line_no > :last) "  # noqa: S608
        f"insert into app.{name} (instance_id, jurisdiction_id, {columns}) "
        f"select :instance_id, :jurisdiction_id, {columns} from jsonb_to_recordset(cast(:lines as jsonb)) as r({shape}) "
        f"on conflict (instance_id, line_no) do update set {replaced}"
    )


def as_text(value: Any) -> str | None:
    """Return a typed value as plain text, without exponent; null stays null."""
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def as_share(percent: Any) -> Decimal | None:
    """Return the share of a percentage."""
    return None if percent is None else Decimal(str(percent)) / HUNDRED
