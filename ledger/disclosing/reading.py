"""Read what was approved for disclosure. Approved: the process has ended with consent, and secrecy was examined.

A row that was filed, scored or locked after the approval is not shown until a package with it is approved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

TARGETS, RESULTS = "target", "result"
Row = Mapping[str, Any]
APPROVED = """with approved as (
    select d.organisation_id, d.year, max(d.reviewed_at) as at
      from app.disclosure d
      join app.process_instance i on i.id = d.instance_id and i.status = 'completed'
     where d.jurisdiction_id = :jurisdiction_id and d.kind = '{kind}' and d.conclusion = '通过' and d.secrecy_checked
     group by 1, 2),
"""
DISCLOSED_TARGETS = f"""{APPROVED.format(kind=TARGETS)}shown as (
    select t.instance_id, p.code, p.name, o.code as department_code, o.name as department, t.amount, t.annual_goal,
           t.indicator_count, t.quantified_count, a.at
      from approved a
      join app.organisation o on o.id = a.organisation_id
      join app.target_filing t on t.organisation_id = a.organisation_id and t.year = a.year and t.kind = 'target'
       and t.status = 'approved' and t.locked_at <= a.at and t.recorded_at <= a.at
      join app.project p on p.id = t.project_id
     where a.year = :year and t.jurisdiction_id = :jurisdiction_id)
"""  # noqa: S608
DISCLOSED_RESULTS = f"""{APPROVED.format(kind=RESULTS)}shown as (
    select s.instance_id, p.code, p.name, o.code as department_code, o.name as department, s.budget_amount,
           s.executed_amount, s.goal_result, s.self_score, s.finance_score, s.points_total, s.weight_total, s.grade, a.at
      from approved a
      join app.organisation o on o.id = a.organisation_id
      join app.self_evaluation s on s.organisation_id = a.organisation_id and s.year = a.year
       and s.grade is not null and s.graded_at <= a.at and s.recorded_at <= a.at
       and (s.reviewed_at is null or s.reviewed_at <= a.at)
      join app.project p on p.id = s.project_id
     where a.year = :year and s.jurisdiction_id = :jurisdiction_id)
"""  # noqa: S608
YEARS = """select d.year, d.kind, max(d.reviewed_at) as at, count(distinct d.organisation_id) as departments
  from app.disclosure d
  join app.process_instance i on i.id = d.instance_id and i.status = 'completed'
 where d.jurisdiction_id = :jurisdiction_id and d.conclusion = '通过' and d.secrecy_checked
 group by 1, 2 order by 1 desc, 2"""
WAITING = """select o.code, o.name
  from app.disclosure d
  join app.process_instance i on i.id = d.instance_id
  join app.organisation o on o.id = d.organisation_id
 where d.jurisdiction_id = :jurisdiction_id and d.year = :year and d.kind = :kind
   and not (i.status = 'completed' and coalesce(d.conclusion, '') = '通过' and coalesce(d.secrecy_checked, false))
 order by o.code"""
SUMS = {
    TARGETS: "count(*) as projects, sum(amount) as amount, sum(indicator_count) as indicators, max(at) as at",
    RESULTS: "count(*) as projects, sum(budget_amount) as budget, sum(executed_amount) as executed, max(at) as at, "
    "avg(self_score) as self_score, avg(finance_score) as finance_score, "
    "100 * sum(points_total) / nullif(sum(weight_total), 0) as completion",
}
SHOWN = {TARGETS: DISCLOSED_TARGETS, RESULTS: DISCLOSED_RESULTS}
LINES = {
    TARGETS: "select level1, level2, name, op, target_value, target_high, unit from app.target_indicator "
    "where instance_id = :instance_id order by line_no",
    RESULTS: "select level1, level2, name, op, target_value, target_high, unit, actual, points, weight, reason "
    "from app.self_evaluation_line where instance_id = :instance_id order by line_no",
}


def years(session: Session, jurisdiction_id: int) -> list[Row]:
    """Return what there is: year, kind, when it was last approved, of how many departments; the newest first."""
    return _rows(session, YEARS, jurisdiction_id=jurisdiction_id)


def departments(session: Session, kind: str, jurisdiction_id: int, year: int) -> tuple[list[Row], Row]:
    """Return the sums of every department, by code, and of all of them (projects: 0 if there is nothing)."""
    sql = (
        f"{SHOWN[kind]}select department_code, department, {SUMS[kind]}, grouping(department_code) as whole"  # noqa: S608
        " from shown group by grouping sets ((department_code, department), ()) order by 1"
    )
    found = _rows(session, sql, jurisdiction_id=jurisdiction_id, year=year)
    return [row for row in found if not row["whole"]], next(row for row in found if row["whole"])


def grades(session: Session, jurisdiction_id: int, year: int) -> dict[str, int]:
    """Return how many projects have each grade."""
    sql = f"{DISCLOSED_RESULTS}select grade, count(*) as number from shown group by 1"  # noqa: S608
    found = _rows(session, sql, jurisdiction_id=jurisdiction_id, year=year)
    return {row["grade"]: row["number"] for row in found}


def projects(
    session: Session,
    kind: str,
    jurisdiction_id: int,
    year: int,
    *,
    department: str = "",
    like: str = "",
    most: int | None = None,
) -> list[Row]:
    """Return the projects of a department, or all whose name or department is like a text, by code."""
    conditions = ["true"]
    if department:
        conditions.append("department_code = :department")
    if like:
        conditions.append(
            "(position(lower(:like) in lower(name)) > 0 or position(lower(:like) in lower(department)) > 0)"
        )
    sql = f"{SHOWN[kind]}select * from shown where {' and '.join(conditions)} order by code limit :most"  # noqa: S608
    asked = {"jurisdiction_id": jurisdiction_id, "year": year, "most": most}
    return _rows(
        session,
        sql,
        **asked,
        **{name: value for name, value in (("department", department), ("like", like)) if value},
    )


def project(
    session: Session, kind: str, jurisdiction_id: int, year: int, code: str
) -> tuple[Row | None, Sequence[Row]]:
    """Return a project with its indicators; None if it is not disclosed."""
    sql = f"{SHOWN[kind]}select * from shown where code = :code"  # noqa: S608
    found = _rows(session, sql, jurisdiction_id=jurisdiction_id, year=year, code=code)
    if not found:
        return None, []
    return found[0], _rows(session, LINES[kind], instance_id=found[0]["instance_id"])


def waiting(session: Session, kind: str, jurisdiction_id: int, year: int) -> list[Row]:
    """Return the departments whose package of a year is not approved (yet)."""
    return _rows(session, WAITING, jurisdiction_id=jurisdiction_id, year=year, kind=kind)


def _rows(session: Session, sql: str, **bound: Any) -> list[Row]:
    return [dict(row) for row in session.execute(text(sql), bound).mappings()]
