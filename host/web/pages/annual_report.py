"""The annual report in the browser: each figure opens its rows and its query; the document and the figures as files."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, render_template, request
from werkzeug.wrappers import Response

from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.downloads import DOCX, file, xlsx
from host.web.figures_wanted import place_of
from host.web.paging import PAGE, is_numeric, page_number
from host.web.words import translate as _
from ledger.figures.columns import TITLES, cells, in_words, shown_columns
from ledger.measures import wording
from ledger.measures.measure import ask, some_rows
from ledger.reports.annual import AnnualReport
from ledger.reports.composing import BROKE, MEASURED, WENT, Part, compose, parts, punctuated_block
from ledger.reports.docx_file import as_docx
from ledger.reports.lasting import LastingYear, lasting_year
from ledger.reports.linked import marked, pieces
from ledger.reports.sentences import punctuated
from ledger.reports.stage_plan import stage_title


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/reports/annual", "annual_report", show)
    app.add_url_rule("/reports/annual/lists", "annual_lists", lists)
    app.add_url_rule("/reports/annual/problems", "annual_problems", problems)
    app.add_url_rule("/reports/annual/report.docx", "annual_report_docx", docx)
    app.add_url_rule("/reports/annual/report.xlsx", "annual_report_xlsx", sheets)
    app.add_url_rule("/reports/annual/figures/<measure>", "annual_figure", figure)
    app.add_url_rule("/reports/annual/figures/<measure>/rows.xlsx", "annual_figure_file", figure_file)


def wanted(uow: UnitOfWork) -> LastingYear:
    """Return the year that is asked for, else the latest that was opened. Raises NotFound."""
    place = place_of(uow)
    year = request.args.get("year", type=int) or max(place.opened, default=0)
    return lasting_year(uow.session, place, year)


def show() -> str:
    """Show what the year came to, stage by stage; every figure leads to its rows."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        return _document(year, year.measured(), MEASURED)


def lists() -> str:
    """Show how much was done, who was late or missing, what was waived or left out."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        return _document(year, year.went(uow.now()), WENT)


def problems() -> str:
    """Show the rules that the year broke, and what comes next."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        return _document(year, year.broke(), BROKE)


def _document(year: LastingYear, report: AnnualReport, chosen: tuple[Part, ...]) -> str:
    return render_template(
        "reports/annual.html",
        year=year.year,
        years=sorted(year.place.opened, reverse=True),
        title=report.title,
        blocks=[punctuated_block(block) for block in parts(marked(report), chosen)],
        measures=report.measures if chosen is MEASURED else {},
        known=year.measures,
        pieces=pieces,
        stage_title=stage_title,
    )


def docx() -> Response:
    """Return the report as a Word file: the same filings give the same bytes."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        report = wanted(uow).report(uow.now())
    dated = datetime(report.year + 1, 1, 1, tzinfo=UTC)
    return file(as_docx(compose(report), dated=dated), f"{report.title}.docx", DOCX)


def sheets() -> Response:
    """Return figures, findings, late and missing as a workbook."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        report = wanted(uow).report(uow.now())
    return xlsx(report.title, workbook_of(report))


def workbook_of(report: AnnualReport) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Return the sheets of a report."""
    stage = stage_title
    return [
        (
            _("指标"),
            [_("环节"), _("名称"), _("数值"), _("单位"), _("明细行数"), _("代码")],
            [
                [stage(one["stage"]), one["title"], one["printed"], one["unit"], one["rows"], key]
                for key, one in report.measures.items()
            ],
        ),
        (
            _("存在的问题"),
            [_("依据"), _("编号"), _("内容"), _("要求"), _("实际")],
            [
                [one["rule_id"], one["subject"], one["text"], one["expected"], one["found"]]
                for one in report.findings
            ],
        ),
        (
            _("逾期"),
            [_("环节"), _("任务"), _("编号"), _("名称"), _("截止日"), _("办结日")],
            [
                [
                    stage(one["stage"]),
                    *(one[name] for name in ("task", "subject", "title", "due_on", "completed_on")),
                ]
                for one in report.overdue
            ],
        ),
        (
            _("缺报"),
            [_("环节"), _("轮次"), _("编号"), _("名称")],
            [[stage(one["stage"]), one["round"], one["subject"], one["title"]] for one in report.missing],
        ),
    ]


def figure(measure: str) -> str:
    """Show a figure: its value, how it is computed in words and as a query, and its rows."""
    page = page_number()
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        asked = year.measure(measure)
        found = ask(uow.session, asked, year.bound)
        columns, rows, count = some_rows(uow.session, asked, year.bound, first=(page - 1) * PAGE, limit=PAGE)
    shown = shown_columns(columns)
    return render_template(
        "reports/figure.html",
        measure=asked,
        figure=found,
        year=year.year,
        bound=year.bound.bound(asked),
        words=punctuated(wording.in_words(asked, lambda name: TITLES.get(name, name))),
        stage=stage_title(asked.stage),
        columns=[(name, title) for _at, name, title in shown],
        numeric=[is_numeric(rows, at, name) for at, name, _title in shown],
        rows=[[in_words(name, row[at]) for at, name, _title in shown] for row in rows],
        count=count,
        page=page,
        pages=-(-count // PAGE) or 1,
    )


def figure_file(measure: str) -> Response:
    """Return all rows behind a figure as an Excel sheet."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        year = wanted(uow)
        title = year.measure(measure).title
        columns, rows = year.rows(measure)
    head, lines = cells(columns, rows)
    return xlsx(f"{year.year}-{measure}", [(title, head, lines)])
