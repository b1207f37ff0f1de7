"""The map of a year for programs, and the rows behind its numbers."""

from dataclasses import asdict
from typing import Any

from host.web.context import acting_now, system
from host.web.pages.year import require_planned
from host.web.rest import year_schemas as schemas
from host.web.rest.interface import api, problems
from host.web.year.view import YearView, year_view
from host.web.year.words import COLUMNS
from ledger.yearmap import members, overdue, plan
from ledger.yearmap.members import Slice

EXAMPLE = {
    "year": 2021,
    "sentence": "项目自评已交 117 / 150 份，离 2月15日 还有 4 个工作日；按最近 5 个工作日的速度，到期能收 149 份，约 1 份会逾期。",
    "forecast": {"days": 5, "recent": 32, "by_due": 149},
    "stages": [],
    "overdue": [],
    "coverage": [],
}


@api.route("/years")
@problems
@api.response(200, schemas.Years, example={"items": [2022, 2021], "current": 2021})
def list_years() -> dict[str, Any]:
    """已安排的预算年度"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return {"items": plan.years(uow), "current": plan.current(uow)}


@api.route("/years/<int:year>/map")
@problems
@api.response(200, schemas.YearMap, example=EXAMPLE)
def read_year(year: int) -> dict[str, Any]:
    """年度总览:一句话和预测、各环节、逾期、覆盖"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        require_planned(year, plan.years(uow))
        return _said(year_view(uow, year, acting_now().scope.organisations))


@api.route("/years/<int:year>/members")
@problems
@api.arguments(schemas.MembersQuery, location="query")
@api.response(200, schemas.Members)
def list_members(asked: dict[str, Any], year: int) -> dict[str, Any]:
    """年度总览每个数背后的明细"""
    page, offices = asked.pop("page"), acting_now().scope.organisations
    wanted = Slice(year, asked["stage"], asked["round"], tuple(asked["kind"]), asked["state"], asked["unit"])
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return {
            "total": members.total(uow, wanted, offices),
            "items": members.rows(uow, wanted, offices, page),
        }


@api.route("/years/<int:year>/overdue")
@problems
@api.arguments(schemas.OverdueQuery, location="query")
@api.response(200, schemas.OverdueTasks)
def list_overdue(asked: dict[str, Any], year: int) -> dict[str, Any]:
    """逾期的任务,最早到期的在前"""
    unit, offices = asked["unit"], acting_now().scope.organisations
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = overdue.rows(uow, year, offices, unit, asked["page"])
        return {"total": overdue.total(uow, year, offices, unit), "items": found}


def _said(view: YearView) -> dict[str, Any]:
    stages = [
        {
            "stage": one.stage.stage,
            "round": one.stage.round,
            "status": one.stage.status,
            "due_at": one.stage.due_at,
            **{name: getattr(one, name) for name in ("name", "look", "asked", "handed", "lacking", "done")},
        }
        for one in view.nodes
    ]
    coverage = [
        {
            "kind": line.kind,
            "name": line.name,
            "cells": [
                {"column": name, **asdict(cell)} for name, cell in zip(COLUMNS, line.cells, strict=True)
            ],
        }
        for line in view.matrix
    ]
    return {
        "year": view.year,
        "sentence": view.said,
        "forecast": view.forecast,
        "stages": stages,
        "overdue": view.squares,
        "coverage": coverage,
    }
