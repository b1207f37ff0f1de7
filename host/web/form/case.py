"""A form in somebody's hands: what was typed so far, what stands beside the fields, what it comes to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine.access import Actor
from engine.scope import Scope
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.prefilling import carried_over
from host.filing import FINANCE, Desk, desk_of
from host.web.context import system
from host.web.form.card import CardView, MeterView, card_of, meter_of
from host.web.form.grid import Beside
from host.web.form.seat import Seat, seat_of
from host.web.form.view import FormView, view_of
from host.web.round.rows import open_round
from host.web.round.view import Compared
from host.web.words import translate as _
from ledger.last_year import quantified_share, rows_of_last_year

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A form as its page shows it. round: what it came back with, None in a first round."""

    desk: Desk
    view: FormView
    card: CardView | None
    meter: MeterView | None
    rows: Mapping[str, Any]
    round: Compared | None = None


def case_of(uow: UnitOfWork, desk: Desk, raw: Raw, *, checked: bool, seat: Seat | None = None) -> Case:
    """Return the form with everything beside it. checked: say also what is only missing yet."""
    table, rows = rows_of_last_year(uow.session, desk.place, desk.definition.key)
    others = seat.others if seat else frozenset[str]()
    came_back = open_round(uow, desk, raw)
    remarks = came_back.by_path if came_back is not None else {}
    beside = Beside(rows={table: rows} if rows else {}, remarks=remarks, others=others)
    standing = assess(desk.definition, raw, context=desk.context, functions=desk.functions)
    view = view_of(desk, raw, standing, checked=checked, beside=beside)
    if seat is not None and seat.shared:
        view = _own(desk, view, seat, checked=checked)
    meter = meter_of(desk, view, _county(desk))
    return Case(desk, view, card_of(desk, view), meter, beside.rows, came_back)


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


def _county(desk: Desk) -> Decimal | None:
    """Return the share over the whole county: one figure, which says nothing of any other unit."""
    if desk.definition.meter is None:
        return None
    with system().bihuan.unit_of_work(Scope(desk.place.jurisdiction_id)) as whole:
        return quantified_share(whole.session, desk.place.jurisdiction_id, desk.place.year)


def _own(desk: Desk, view: FormView, seat: Seat, *, checked: bool) -> FormView:
    """Tell each of two people what is theirs to do; to the holder also that finance has not signed yet."""
    if seat.part == FINANCE:
        faults = [one for one in view.faults if re.split(r"\W", one[0])[0] in desk.finance]
        return replace(view, faults=tuple(faults))
    if checked and not seat.signed_by:
        place = next(one.key for one in desk.definition.sections if one.filled_by == FINANCE)
        unsigned = (f"s-{place}", _("资金部分由财务人员填写，还没有确认。请财务人员在这张表上确认后再提交。"))
        return replace(view, faults=(*view.faults, unsigned))
    return view


def opened(uow: UnitOfWork, task_id: UUID, by: Actor) -> tuple[Desk, Seat]:
    """Return the desk of a task and where somebody sits at it. Raises as `seat_of`."""
    desk = desk_of(uow, task_id)
    return desk, seat_of(uow, task_id, desk, by)
