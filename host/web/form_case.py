"""A form in somebody's hands: what was typed so far, what stands beside the fields, what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine import drafts
from engine.access import Actor
from engine.calendar.local_time import SHANGHAI
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.prefilling import carried_over, prefilled
from host.filing import Desk, desk_of
from host.web.form_card import CardView, MeterView, card_of, meter_of
from host.web.form_grid import Beside
from host.web.form_reading import retyped
from host.web.form_view import FormView, view_of
from ledger.last_year import quantified_share, rows_of_last_year

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """What somebody goes on with. revision: of the draft, 0 if there is none; saved: local time, "" if never."""

    raw: dict[str, Any]
    revision: int
    saved: str


@dataclass(frozen=True)
class Case:
    """A form as its page shows it."""

    desk: Desk
    view: FormView
    card: CardView | None
    meter: MeterView | None
    rows: Mapping[str, Any]


def standing_of(uow: UnitOfWork, task_id: UUID, desk: Desk, by: Actor) -> Standing:
    """Return the draft; else what was filed at this step before (taken back or returned); else what is known before.

    Raises NotFound, WrongState, NotAllowed as `drafts.load`.
    """
    found = drafts.load(uow, task_id, by=by)
    if found is not None:
        return Standing(dict(found.values), found.revision, f"{found.saved_at.astimezone(SHANGHAI):%H:%M}")
    filed = drafts.earlier_submission(uow, task_id, by=by)
    if filed is not None:
        return Standing(retyped(desk.definition, filed.values), 0, "")
    return Standing(prefilled(desk.definition, context=desk.context, functions=desk.functions), 0, "")


def case_of(uow: UnitOfWork, desk: Desk, raw: Raw, *, checked: bool) -> Case:
    """Return the form with everything beside it. checked: say also what is only missing yet."""
    table, rows = rows_of_last_year(uow.session, desk.place, desk.definition.key)
    beside = Beside(rows={table: rows} if rows else {})
    standing = assess(desk.definition, raw, context=desk.context, functions=desk.functions)
    view = view_of(desk, raw, standing, checked=checked, beside=beside)
    meter = meter_of(desk, view, _county(uow, desk))
    return Case(desk, view, card_of(desk, view), meter, beside.rows)


def carried(uow: UnitOfWork, desk: Desk, raw: Raw) -> tuple[dict[str, Any], int]:
    """Return the raw values with last year's taken over where nothing was typed, and how many cells that filled.

    An empty table that may grow takes whole rows; else rows that match and whose `same` columns did not change.
    """
    table_name, rows = rows_of_last_year(uow.session, desk.place, desk.definition.key)
    table = desk.definition.field_map.get(table_name)
    if table is None or table.earlier is None or not rows:
        return dict(raw), 0
    mine: list[Any] = raw.get(table_name) or []
    if not table.earlier.carry:
        return ({**raw, table_name: rows}, sum(map(len, rows))) if not mine else (dict(raw), 0)
    match, same = table.earlier.match, table.earlier.same
    by_match = {str(row.get(match)): row for row in rows}
    kept = []
    for row in mine:
        other = by_match.get(str(row.get(match)), {})
        alike = all(str(row.get(name) or "") == str(other.get(name) or "") for name in same)
        kept.append({**other, str(table.key): row.get(table.key)} if alike else {})
    names = [f"{table_name}.{column}" for column in table.earlier.carry]
    found = carried_over(desk.definition, raw, {table_name: kept}, names)
    filled = sum(
        1
        for new, old in zip(found[table_name], mine, strict=True)
        for name in new
        if new[name] != old.get(name)
    )
    return found, filled


def _county(uow: UnitOfWork, desk: Desk) -> Decimal | None:
    if desk.definition.meter is None:
        return None
    return quantified_share(uow.session, desk.place.jurisdiction_id, desk.place.year)


def opened(uow: UnitOfWork, task_id: UUID, by: Actor) -> tuple[Desk, Standing]:
    """Return the desk of a task and what somebody goes on with there."""
    desk = desk_of(uow, task_id)
    return desk, standing_of(uow, task_id, desk, by)
