"""One stage of a year: its days and numbers; start it early, extend it, waive it, close it."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Flask, render_template, request, url_for
from sqlalchemy import select

from engine import campaigns, library
from engine.calendar.local_time import local_date
from engine.errors import NotFound
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.campaigns import Campaign, CampaignSubject
from engine.parameters import Ladder
from engine.uow import UnitOfWork
from host.web.answering import Answer, answered, day, said
from host.web.context import acting_now, system
from host.web.pages.years import mine
from host.web.year.ordered import going
from ledger import stage_days, stages
from ledger.model.register import Organisation
from ledger.year_plan import LADDER

LATE = 50
STATES = {
    "completed": "已办结",
    "started": "在办",
    "pending": "等待下达",
    "missing": "缺报",
    "waived": "已豁免",
    "excluded": "不适用",
    "cancelled": "已取消",
    "failed": "没有下达成功",
}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/stages/<int:campaign_id>", "stage", show)
    app.add_url_rule("/manage/stages/<int:campaign_id>/<action>", "command_stage", command, methods=["POST"])


def found(uow: UnitOfWork, campaign_id: int) -> Campaign:
    """Return a stage of the reader's place. Raises NotFound."""
    one = uow.session.get(Campaign, campaign_id)
    if one is None or one.jurisdiction_id != mine(uow).id:
        raise NotFound("找不到这个阶段;请从年度安排里选择。", code="campaign.not_found")
    return one


def show(campaign_id: int, fault: str = "") -> str:
    """Show a stage with what may be done to it."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        one = found(uow, campaign_id)
        chosen = library.parameter_set(uow.session, one.parameter_hash)
        ladder = chosen.ladder(LADDER, one.stage) or Ladder((), (), {})
        due = local_date(one.due_at)
        return render_template(
            "manage/stage.html",
            one=one,
            words=WORDS_OF_CAMPAIGNS,
            states=STATES,
            members=campaigns.counters(uow.session, campaign_id),
            offices=_offices(uow, campaign_id),
            reminders=[due - timedelta(days=n) for n in sorted(ladder.before, reverse=True)],
            escalations=[due + timedelta(days=n) for n in ladder.after],
            due=due,
            going=going(),
            fault=fault,
            said=said(),
        )


def _offices(uow: UnitOfWork, campaign_id: int) -> list[tuple[int, str]]:
    """Return the organisations whose members are still going on."""
    member = CampaignSubject
    going_on = select(member.organisation_id).where(
        member.campaign_id == campaign_id, member.status == "started"
    )
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(going_on))
    return [(number, name) for number, name in uow.session.execute(named.order_by(Organisation.name))]


def command(campaign_id: int, action: str) -> Answer:
    """Start, extend, waive or close a stage, with a reason."""
    act = ACTIONS.get(action)
    if act is None:
        raise NotFound("没有这项操作;请回到阶段页。", code="stage.action")

    def run() -> str:
        with system().bihuan.unit_of_work() as uow:
            found(uow, campaign_id)
            order = act(uow, campaign_id, request.form.get("reason", ""))
        return url_for("stage", campaign_id=campaign_id, said=SAID[action], order=order)

    return answered(run, lambda fault: show(campaign_id, fault))


def _start(uow: UnitOfWork, campaign_id: int, reason: str) -> None:
    stage_days.start_early(uow, campaign_id, reason, by=acting_now().actor)


def _extend(uow: UnitOfWork, campaign_id: int, reason: str) -> int | None:
    until, by = day("until"), acting_now().actor
    offices = request.form.getlist("office", type=int)
    codes = [one for one in re.split(r"[\s,，、;；]+", request.form.get("codes", "")) if one]
    if offices or codes:
        return stage_days.extend_for(uow, campaign_id, until, reason, codes=codes, offices=offices, by=by)
    return stage_days.extend(uow, campaign_id, until, reason, by=by)


def _waive(uow: UnitOfWork, campaign_id: int, reason: str) -> None:
    stages.waive(uow, campaign_id, reason, by=acting_now().actor)


def _close(uow: UnitOfWork, campaign_id: int, reason: str) -> None:
    stage_days.close_now(uow, campaign_id, reason, by=acting_now().actor)


ACTIONS: Mapping[str, Callable[[UnitOfWork, int, str], int | None]] = {
    "start": _start,
    "extend": _extend,
    "waive": _waive,
    "close": _close,
}
SAID = {
    "start": "stage_started",
    "extend": "stage_extended",
    "waive": "stage_waived",
    "close": "stage_closed",
}
