"""The policy in force: what a locality decided, on what grounds, what its bureau must still confirm."""

from collections.abc import Sequence

from flask import Flask, render_template, request, url_for

from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.day import today
from ledger import confirmations
from ledger.policies_in_force import Place, in_force, newer, places
from ledger.policy.differing import differences
from ledger.policy.groups import grouped
from ledger.policy.pack import FIRST_YEAR, LAST_YEAR
from ledger.policy.resolved import ResolvedPack
from ledger.policy.showing import shown


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/studio/policy", "policy", show)
    app.add_url_rule("/studio/policy", "confirm_policy", confirm, methods=["POST"])


def show(fault: str = "") -> str:
    """Show the policy of a jurisdiction and year: the open questions first, then all values in groups."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        listed, place, year = chosen(uow, *_asked())
        pack = in_force(uow.session, place, year)
        against = request.args.get("against", "")
        other = _other(place, year, against)
        packs, years, since = place.packs.names, _years(place, year), newer(place, pack)
    rows = {row["key"]: row | {"origin": pack.origins[row["key"]]} for row in shown(pack)}
    return render_template(
        "studio/policy.html",
        places=listed,
        place=place,
        year=year,
        years=years,
        packs=packs,
        pack=pack,
        newer=since,
        open_ones=[row for row in rows.values() if row["to_confirm"]],
        settled=[row for row in rows.values() if row["origin"].confirmed],
        deviating=[row for row in rows.values() if row["origin"].overridden],
        groups={title: [rows[key] for key in keys] for title, keys in grouped().items()},
        against=against,
        other=other,
        differing=differences(other, pack) if other else [],
        fault=fault,
        said=said(),
    )


def confirm() -> Answer:
    """Confirm one value for the bureau, or take that back."""
    key, note, back = (request.form.get(name, "") for name in ("key", "note", "back"))

    def command() -> str:
        with system().bihuan.unit_of_work(acting_now().reading) as uow:
            _, place, year = chosen(uow, *_asked())
            act = confirmations.take_back if back else confirmations.confirm
            act(uow, place.id, in_force(uow.session, place, year), key, note, by=acting_now().actor)
        return url_for("policy", place=place.code, year=year, said="taken_back" if back else "confirmed")

    return answered(command, show)


def chosen(uow: UnitOfWork, code: str, year: int | None) -> tuple[Sequence[Place], Place, int]:
    """Return the jurisdictions to choose from, the chosen one and its budget year, by default the latest opened.

    Raises NotFound for a jurisdiction that is not there or not the reader's.
    """
    listed = places(uow.session, acting_now().jurisdiction_id)
    place = next((one for one in listed if one.code == code or not code), None)
    if place is None:
        raise NotFound("还没有登记地区,或者没有这个地区;请先导入单位和人员。", code="policy.no_place")
    return listed, place, year or max(place.opened, default=None) or place.pack.year or today().day.year


def _asked() -> tuple[str, int | None]:
    return request.values.get("place", ""), _year(request.values.get("year", ""))


def _year(text: str) -> int | None:
    found = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return found if FIRST_YEAR <= found <= LAST_YEAR else None


def _years(place: Place, year: int) -> list[int]:
    known = {*place.opened, year, place.pack.year or year}
    return sorted({*known, max(known) + 1, min(known) - 1})


def _other(place: Place, year: int, against: str) -> ResolvedPack | None:
    """Return what the policy is compared with: another pack in the year, or the same pack in another year."""
    if against in place.packs.ids:
        return place.packs.load(against).resolve(year)
    other = _year(against)
    return place.pack.resolve(other) if other else None
