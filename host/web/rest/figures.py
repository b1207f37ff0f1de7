"""Figures and the annual report for programs: the same groups, values and rows as on the pages."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from host.web.context import acting_now, system
from host.web.figures_wanted import asked
from host.web.pages.annual_report import wanted
from host.web.rest.definitions import answer
from host.web.rest.interface import api, problems
from host.web.rest.schemas import Loose, described
from ledger.figures import asking
from ledger.figures.asking import Group
from ledger.measures.measure import some_rows
from ledger.reports.annual import as_json

GROUP = {
    "code": "D01",
    "name": "农业农村局",
    "rows": 2,
    "values": {"count": "2", "self": "93", "finance": "87"},
}
FIGURE = {"value": "98.05", "unit": "%", "printed": "98.05", "rows": 627, "title": "预算执行率"}
ROWS = {"columns": ["code", "name"], "rows": [["N1", "渠道维修"]], "count": 1}
MOST = 500


class FiguresAsked(Schema):
    """Which year, how grouped, of which department and fund; what is left out is as on the page."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100))
    by = fields.String(load_default="", metadata=described("分组", "department"))
    department = fields.String(load_default="", metadata=described("部门编号", "D01"))
    fund = fields.String(load_default="")


class RowsAsked(FiguresAsked):
    """code: of the group, without it all rows. page: from 1."""

    code = fields.String(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class ReportAsked(Schema):
    """The year; by default the latest that was opened."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


@api.route("/figures/<topic>")
@problems
@api.arguments(FiguresAsked, location="query")
@api.response(200, Loose, example={"year": 2021, "by": "department", "groups": [GROUP], "whole": GROUP})
def read_figures(_query: dict[str, Any], topic: str) -> Response:
    """一张统计报表:各组和合计"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        found, whole = asking.groups(uow.session, chosen.topic, chosen.by.key, chosen.wanted)
    columns = [
        {"key": one.key, "title": one.title, "unit": one.unit, "decimals": one.decimals}
        for one in chosen.topic.columns
    ]
    said = {"topic": topic, "year": chosen.year, "by": chosen.by.key, "columns": columns}
    return answer(said | {"groups": [_group(one) for one in chosen.sorted(found)], "whole": _group(whole)})


@api.route("/figures/<topic>/rows")
@problems
@api.arguments(RowsAsked, location="query")
@api.response(200, Loose, example=ROWS)
def read_figure_rows(query: dict[str, Any], topic: str) -> Response:
    """统计报表一组背后的明细"""
    first = (query["page"] - 1) * query["limit"]
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        chosen = asked(uow, topic)
        columns, rows, count = asking.group_rows(
            uow.session,
            chosen.topic,
            chosen.by.key,
            chosen.wanted,
            query["code"],
            first=first,
            limit=query["limit"],
        )
    return answer(_rows(columns, rows, count))


@api.route("/annual-report")
@problems
@api.arguments(ReportAsked, location="query")
@api.response(200, Loose, example={"format": "bihuan-report/1", "measures": {"self_eval.exec_rate": FIGURE}})
def read_annual_report(_query: dict[str, Any]) -> Response:
    """年度报告的全部内容,格式同 OUT.json"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        report = wanted(uow).report(uow.now())
    return answer(as_json(report))


@api.route("/annual-report/figures/<measure>/rows")
@problems
@api.arguments(ReportAsked, location="query")
@api.response(200, Loose, example=ROWS)
def read_measure_rows(query: dict[str, Any], measure: str) -> Response:
    """年度报告一个指标背后的明细"""
    first = (query["page"] - 1) * query["limit"]
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        columns, rows, count = some_rows(
            uow.session, year.measure(measure), year.bound, first=first, limit=query["limit"]
        )
    return answer(_rows(columns, rows, count))


def _group(group: Group) -> dict[str, Any]:
    return {"code": group.code, "name": group.name, "rows": group.rows, "values": dict(group.values)}


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], count: int) -> dict[str, Any]:
    return {"columns": list(columns), "rows": [list(row) for row in rows], "count": count}
