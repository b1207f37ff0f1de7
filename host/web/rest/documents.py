"""The files of the reports for programs: the annual report as a document and as a workbook, the packages for the congress."""

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from host.web.downloads import DOCX, XLSX, ZIP
from host.web.pages import annual_report, congress
from host.web.public.site import KINDS
from host.web.rest.figures import ReportAsked
from host.web.rest.interface import api, problems


class PackageAsked(Schema):
    """Of which year; what it holds: targets with the draft budget, or results with the final accounts."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))
    kind = fields.String(load_default="results", validate=validate.OneOf([*KINDS]))


@api.route("/annual-report/report.docx")
@problems
@api.arguments(ReportAsked, location="query")
@api.response(200, content_type=DOCX)
def read_annual_document(_asked: dict[str, Any]) -> Response:
    """年度报告的文档"""
    return annual_report.docx()


@api.route("/annual-report/report.xlsx")
@problems
@api.arguments(ReportAsked, location="query")
@api.response(200, content_type=XLSX)
def read_annual_workbook(_asked: dict[str, Any]) -> Response:
    """年度报告的数据表"""
    return annual_report.sheets()


@api.route("/congress-package")
@problems
@api.arguments(PackageAsked, location="query")
@api.response(200, content_type=ZIP)
def read_congress_package(asked: dict[str, Any]) -> Response:
    """报人大材料的压缩包"""
    return congress.take(asked["kind"])
