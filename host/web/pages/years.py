"""Fiscal years: the stages of those that were opened, what the next one would look like, opening it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, render_template, request, url_for
from sqlalchemy import func, select

from engine.errors import InvalidInput
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.campaigns import Campaign, CampaignSubject
from engine.uow import UnitOfWork
from host import opening_years
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.day import today
from host.web.year.ordered import going
from ledger.policies_in_force import Place, in_force, newer, places
from ledger.policy.confirming import to_confirm
from ledger.policy.pack import FIRST_YEAR, LAST_YEAR
from ledger.year import YEAR
from ledger.year_plan import YearPlan, agenda, unknown_years

NEW = "/manage/years/new"
MARKS = {"opens": "开始", "reminder": "提醒", "due": "截止", "escalation": "催办升级", "closes": "关闭"}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/years", "years", show)
    app.add_url_rule(NEW, "plan_year", plan)
    app.add_url_rule(NEW, "open_year", open_year, methods=["POST"])


def mine(uow: UnitOfWork) -> Place:
    """Return the reader's place."""
    return places(uow.session, acting_now().jurisdiction_id)[0]


def show() -> str:
    """List the stages of a year, by default the latest: state, days, who has done it."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        year = request.args.get("year", type=int) or max(place.opened, default=None)
        rows = stages_of(uow, place.id, year) if year else []
        pack = in_force(uow.session, place, year) if year and year in place.opened else None
        since = newer(place, pack) if pack else None
    return render_template(
        "manage/years.html",
        place=place,
        year=year,
        rows=rows,
        pack=pack,
        newer=since,
        words=WORDS_OF_CAMPAIGNS,
        following=max(place.opened, default=today().day.year) + 1,
        going=going(),
        fault="",
        said=said(),
    )


def stages_of(uow: UnitOfWork, place_id: int, year: int) -> Sequence[tuple[Campaign, Mapping[str, int]]]:
    """Return the stages of a year in order, each with its members by status."""
    wanted = select(Campaign).where(Campaign.jurisdiction_id == place_id, Campaign.year == year)
    found = uow.session.scalars(wanted.where(Campaign.stage != YEAR).order_by(Campaign.opens_at, Campaign.id))
    rows = found.all()
    member = CampaignSubject
    counted = select(member.campaign_id, member.status, func.count()).group_by(
        member.campaign_id, member.status
    )
    counts: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    for campaign_id, status, count in uow.session.execute(counted.where(member.campaign_id.in_(counts))):
        counts[campaign_id][status] = count
    return [(row, counts[row.id]) for row in rows]


def plan(fault: str = "") -> str:
    """Show what opening a year would plan: open questions, every day; the stages to choose."""
    form = request.form
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        year, pack = _asked(place)
        planned = opening_years.looked_at(uow, place, year, pack)
        packs = place.packs.names
    chosen = form.getlist("stage") if form else planned.ahead
    days = agenda(planned, chosen)
    months = sorted({one.day.replace(day=1) for one in days})
    return render_template(
        "manage/year_new.html",
        place=place,
        year=year,
        plan=planned,
        chosen=chosen,
        by_stage=_by_stage(planned),
        open_ones=to_confirm(planned.pack),
        months={month: [one for one in days if one.day.replace(day=1) == month] for month in months},
        marks=MARKS,
        unknown=unknown_years(planned, planned.pack.calendar),
        packs=packs,
        fault=fault,
        said=said(),
    )


def _by_stage(planned: YearPlan) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in planned.stages:
        found.setdefault(one.name, []).append(one)
    return found


def open_year() -> Answer:
    """Open the year with the stages that were chosen."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            place = mine(uow)
            year, pack = _asked(place)
            stages = request.form.getlist("stage")
            opening_years.opened(uow, place, year, pack, stages, by=acting_now().actor)
        return url_for("years", year=year, said="year_opened")

    return answered(command, plan)


def _asked(place: Place) -> tuple[int, str]:
    """Return the year and the pack that are asked for. Raises InvalidInput."""
    default = max(place.opened, default=today().day.year) + 1
    year = request.values.get("year", default, type=int)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(f"年度应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间;请改正。", code="year.range")
    return year, request.values.get("policy", "") or place.pack.id
