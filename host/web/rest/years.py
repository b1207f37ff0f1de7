"""Fiscal years for programs: look at one, open it, manage its stages; its projects."""

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host import opening_years
from host.imports.of_year import written
from host.web.context import acting_now, system
from host.web.pages.stages import found
from host.web.pages.years import mine, stages_of
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.definitions import answer
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded, described
from ledger import stage_days, stages
from ledger.budgeting.bringing_in import KINDS, look_at
from ledger.budgeting.carrying_over import carry_over
from ledger.budgeting.columns import PROJECTS
from ledger.policy.confirming import to_confirm
from ledger.roster.sheets import Line

YEAR = fields.Integer(required=True, validate=validate.Range(2000, 2100))
PROJECT = {"项目编码": "P-1", "项目名称": "河道清淤", "单位编码": "101001", "预算金额": "120.50"}
MOST = 5_000


class YearQuery(Schema):
    """A budget year under a policy pack, by default the place's own."""

    year = YEAR
    policy = fields.String(load_default="", validate=validate.Length(max=40), metadata=described("政策包"))


class YearToOpen(YearQuery):
    """A year with the stages that take place."""

    stages = fields.List(fields.String(validate=validate.Length(1, 60)), required=True)


class StageChange(Schema):
    """Why, and for an extension until when; codes, organisation_ids: for these members only."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))
    until = fields.Date(load_default=None, allow_none=True)
    codes = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)
    organisation_ids = fields.List(fields.Integer(), load_default=list)


class ProjectRows(Schema):
    """The projects of a year by the titles of the workbook; money in 万元."""

    year = YEAR
    projects = fields.List(
        fields.Dict(fields.String(), fields.String()), required=True, validate=validate.Length(1, MOST)
    )


class CarriedYear(Schema):
    """Into which year."""

    year = YEAR


@api.route("/years/plan")
@problems
@api.arguments(YearQuery, location="query")
@api.response(200, schemas.Loose, example={"policy": "…", "year": 2027, "to_confirm": [], "stages": []})
def read_year_plan(asked: dict[str, Any]) -> Response:
    """开启一个年度会安排什么;不写入"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        plan = opening_years.looked_at(uow, mine(uow), asked["year"], asked["policy"])
    days = [{**vars(one)} for one in plan.stages]
    told = {
        "policy": plan.pack.id,
        "packs": plan.pack.packs,
        "year": asked["year"],
        "projects": plan.projects,
    }
    return answer(told | {"to_confirm": to_confirm(plan.pack), "stages": days})


@api.route("/years", methods=["POST"])
@keyed
@api.arguments(YearToOpen, example={"year": 2027, "policy": "", "stages": ["target", "monitoring"]})
@api.response(201, Commanded, example={"id": "2027", "command": "year.open"})
def open_year(sent: dict[str, Any]) -> Response:
    """开启年度"""

    def act(uow: UnitOfWork) -> Any:
        year, by = sent["year"], acting_now().actor
        opening_years.opened(uow, mine(uow), year, sent["policy"], sent["stages"], by=by)
        return done(str(year), "year.open")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/stages")
@problems
@api.arguments(CarriedYear, location="query")
@api.response(200, schemas.Loose, example={"items": [{"id": 12, "stage": "target", "status": "open"}]})
def list_stages(asked: dict[str, Any]) -> Response:
    """一个年度的阶段:状态、日子、办理情况"""
    names = ("id", "year", "stage", "round", "status", "opens_at", "due_at", "closes_at")
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        rows = stages_of(uow, mine(uow).id, asked["year"])
        items = [{name: getattr(one, name) for name in names} | {"members": counts} for one, counts in rows]
    return answer({"items": items})


def _changed(campaign_id: int, name: str, act: Callable[[UnitOfWork], object]) -> Response:
    def run(uow: UnitOfWork) -> Any:
        found(uow, campaign_id)
        act(uow)
        return done(str(campaign_id), f"stage.{name}")

    return carried_out(run, scope=EVERYWHERE)


@api.route("/stages/<int:campaign_id>/start", methods=["POST"])
@keyed
@api.arguments(StageChange, example={"reason": "材料已齐"})
@api.response(200, Commanded, example={"id": "12", "command": "stage.start"})
def start_stage(sent: dict[str, Any], campaign_id: int) -> Response:
    """提前开始一个阶段"""
    by = acting_now().actor
    return _changed(
        campaign_id, "start", lambda uow: stage_days.start_early(uow, campaign_id, sent["reason"], by=by)
    )


@api.route("/stages/<int:campaign_id>/extend", methods=["POST"])
@keyed
@api.arguments(StageChange, example={"reason": "系统迁移", "until": "2027-03-15"})
@api.response(200, Commanded, example={"id": "12", "command": "stage.extend"})
def extend_stage(sent: dict[str, Any], campaign_id: int) -> Response:
    """一个阶段延期,或只给其中一些对象延期"""
    by, until, why = acting_now().actor, stage_days.require_day(sent["until"]), sent["reason"]

    def act(uow: UnitOfWork) -> object:
        codes, offices = sent["codes"], sent["organisation_ids"]
        if codes or offices:
            return stage_days.extend_for(uow, campaign_id, until, why, codes=codes, offices=offices, by=by)
        return stage_days.extend(uow, campaign_id, until, why, by=by)

    return _changed(campaign_id, "extend", act)


@api.route("/stages/<int:campaign_id>/waive", methods=["POST"])
@keyed
@api.arguments(StageChange, example={"reason": "本年度不再开展"})
@api.response(200, Commanded, example={"id": "12", "command": "stage.waive"})
def waive_stage(sent: dict[str, Any], campaign_id: int) -> Response:
    """豁免一个阶段"""
    by = acting_now().actor
    return _changed(campaign_id, "waive", lambda uow: stages.waive(uow, campaign_id, sent["reason"], by=by))


@api.route("/stages/<int:campaign_id>/close", methods=["POST"])
@keyed
@api.arguments(StageChange, example={"reason": "全部办完"})
@api.response(200, Commanded, example={"id": "12", "command": "stage.close"})
def close_stage(sent: dict[str, Any], campaign_id: int) -> Response:
    """提前关闭一个阶段"""
    by = acting_now().actor
    return _changed(
        campaign_id, "close", lambda uow: stage_days.close_now(uow, campaign_id, sent["reason"], by=by)
    )


@api.route("/projects", methods=["POST"])
@keyed
@api.arguments(ProjectRows, example={"year": 2027, "projects": [PROJECT]})
@api.response(200, schemas.Loose, example={"id": "2027", "command": "projects.import", "added": 1})
def import_projects(sent: dict[str, Any]) -> Response:
    """登记一个年度的项目和预算,全部写入或全不写入;已有的编码更新"""
    lines = [Line(PROJECTS, number, row) for number, row in enumerate(sent["projects"], start=1)]

    def act(uow: UnitOfWork) -> Any:
        place, year = mine(uow).id, sent["year"]
        outcome = look_at(uow, place, year, KINDS["projects"], lines)
        written(uow, place, year, outcome, by=acting_now().actor)
        return {**done(str(year), "projects.import"), **outcome.counts}

    return carried_out(act, scope=EVERYWHERE)


@api.route("/projects/carry-over", methods=["POST"])
@keyed
@api.arguments(CarriedYear, example={"year": 2027})
@api.response(200, Commanded, example={"id": "2027", "command": "projects.carry_over"})
def carry_projects(sent: dict[str, Any]) -> Response:
    """沿用上年的项目"""

    def act(uow: UnitOfWork) -> Any:
        carry_over(uow, mine(uow).id, sent["year"], by=acting_now().actor)
        return done(str(sent["year"]), "projects.carry_over")

    return carried_out(act, scope=EVERYWHERE)
