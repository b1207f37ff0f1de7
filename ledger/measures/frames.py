"""Frames: the rows behind the figures, one SQL text per kind of filing.

Every frame is bound to :jurisdiction_id and :year and names code, name, department_code, department first.
"""

PLACED = """select p.code, p.name, o.code as department_code, o.name as department, {columns}
  from {source} f
  join app.organisation o on o.id = f.organisation_id
  join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year{condition}"""

WHOLE = """select o.code, o.name, o.code as department_code, o.name as department, {columns}
  from app.whole_department f
  join app.organisation o on o.id = f.organisation_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year and f.kind = '{kind}'{condition}"""

TRACK = """select coalesce(p.code, o.code) as code, coalesce(p.name, o.name) as name,
       o.code as department_code, o.name as department, {columns}
  from app.track_filing f
  join app.organisation o on o.id = f.organisation_id
  left join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year and f.track = '{track}' and f.kind = '{kind}'"""

FIRST_ROUND = """
   and f.round = (select min(e.round) from app.{table} e
                   where e.jurisdiction_id = :jurisdiction_id and e.year = :year{kind})"""

HANDED_IN = "f.submitted_count, f.returned_count, f.recorded_at"
QUANTIFICATION = "f.indicator_count, f.quantified_count"


def _placed(table: str, columns: str, condition: str = "") -> str:
    return PLACED.format(source=f"app.{table}", columns=f"{columns}, {HANDED_IN}", condition=condition)


def _whole(kind: str, columns: str, condition: str = "") -> str:
    return WHOLE.format(kind=kind, columns=f"{columns}, {HANDED_IN}", condition=condition)


PRE_EVALUATIONS = _placed(
    "pre_evaluation", "f.applied_amount, f.recommended_amount, f.reassessment_firm, f.conclusion"
)
REPORTED = _placed("target_filing", "f.kind, f.status, f.amount, f.fund_class")
TARGETS = _placed(
    "target_filing",
    f"f.status, f.amount, {QUANTIFICATION}, f.locked_at",
    " and f.kind = 'target' and f.status in ('filed', 'reviewed', 'approved')",
)
TARGETS_REVIEWED = _placed(
    "target_filing", "f.status, f.amount", " and f.kind = 'target' and f.reviewed_at is not null"
)
EXCLUDED = _placed(
    "target_filing",
    "f.fund_class, f.amount",
    " and f.kind = 'transfer' and p.central_transfer and cast(:excluded_classes as int) > 0",
)
MONITORED = _placed(
    "monitoring_report",
    "f.round, f.budget_amount, f.adjusted_amount, f.arrived_amount, f.executed_amount, f.progress_share, f.passed",
    FIRST_ROUND.format(table="monitoring_report", kind=""),
)
COVERAGE = """select p.code, p.name, o.code as department_code, o.name as department, t.amount as target_amount,
       f.adjusted_amount, f.executed_amount, f.id is not null as monitored
  from app.target_filing t
  join app.organisation o on o.id = t.organisation_id
  join app.project p on p.id = t.project_id
  left join app.monitoring_report f on f.project_id = t.project_id and f.year = t.year
   and f.round = (select min(e.round) from app.monitoring_report e
                   where e.jurisdiction_id = :jurisdiction_id and e.year = :year)
 where t.jurisdiction_id = :jurisdiction_id and t.year = :year and t.kind = 'target' and t.locked_at is not null"""
SELF_EVALUATED = _placed(
    "self_evaluation",
    "f.budget_amount, f.executed_amount, f.execution_score, f.points_total, f.weight_total, f.self_score, "
    "f.finance_score, f.grade, f.capped",
)
SELF_EVALUATION_LINES = """select p.code, p.name, o.code as department_code, o.name as department,
       l.line_no, l.name as indicator, l.weight, l.points, l.finance_points, l.manual, l.reason
  from app.self_evaluation_line l
  join app.self_evaluation f on f.instance_id = l.instance_id
  join app.organisation o on o.id = f.organisation_id
  join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year"""
DEPT_EVALUATED = _placed(
    "evaluation",
    "f.budget_amount, f.executed_amount, f.completion_share, f.score, f.finance_score, f.grade, f.capped",
    " and f.kind = 'dept' and f.submitted_count > 0",
)
KEY_EVALUATED = _placed(
    "evaluation",
    "f.budget_amount, f.executed_amount, f.score, f.final_score, f.grade, f.capped",
    " and f.kind = 'key' and f.final_score is not null",
)
WHOLE_TARGETS = _whole("target", "f.budget_amount")
WHOLE_MONITORED = _whole(
    "monitoring",
    "f.round, f.budget_amount, f.executed_amount",
    FIRST_ROUND.format(table="whole_department", kind=" and e.kind = 'monitoring'"),
)
WHOLE_SELF_EVALUATED = _whole(
    "self_evaluation", "f.budget_amount, f.executed_amount, f.self_score, f.finance_score, f.grade"
)
RECTIFIED = """select coalesce(p.code, o.code) as code, coalesce(p.name, o.name) as name,
       o.code as department_code, o.name as department, f.source, f.round, f.severity, f.status
  from app.rectification f
  join app.organisation o on o.id = f.organisation_id
  left join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year"""
RESULT_ACTIONS = _placed(
    "result_action", "f.source, f.score, f.grade, f.base_amount, f.action, f.deduct_share, f.deduct_amount"
)


LAST_REPORTS = """(
  select m.*, max(m.round) over (partition by m.jurisdiction_id, m.year, m.project_id) as own_round,
         coalesce((select max(c.round) from app.campaign c
                    where c.jurisdiction_id = :jurisdiction_id and c.year = :year and c.stage = 'monitoring'
                      and c.status in ('open', 'closed')),
                  max(m.round) over (partition by m.jurisdiction_id, m.year)) as last_round
    from app.monitoring_report m)"""
"""Read once: a subquery for a project's own round would ask row-level security of every report again for each report."""
NEVER_REPORTED = """select p.code, p.name, o.code, o.name, null::int, true, true, null, null, null, null, 0, 0, null,
       coalesce(p.adjusted_amount, p.budget_amount)
  from app.project p
  join app.organisation o on o.id = p.organisation_id
 where p.jurisdiction_id = :jurisdiction_id and p.year = :year and p.id in (
       select f.subject_id from app.campaign_subject f join app.campaign c on c.id = f.campaign_id
        where f.jurisdiction_id = :jurisdiction_id and f.subject_kind = 'project'
          and f.status not in ('excluded', 'waived', 'cancelled')
          and c.year = :year and c.stage = 'monitoring' and c.status in ('open', 'closed')
       except select m.project_id from app.monitoring_report m
        where m.jurisdiction_id = :jurisdiction_id and m.year = :year)"""
PROGRESS = f"""{
    PLACED.format(
        source=LAST_REPORTS,
        columns="f.round, f.round < f.last_round as missed, false as never, f.adjusted_amount, f.executed_amount, "
        f"f.progress_share, f.passed, {HANDED_IN}, null::numeric as unreported_amount",
        condition=" and f.round = f.own_round",
    )
}
union all
{NEVER_REPORTED}"""
"""Each project with its own latest report; then those that were asked in a round and have never reported."""
FIRST_PASSES = f"""{
    _placed(
        "target_filing",
        "'target' as kind, f.submitted_count = 1 and f.status = 'approved' as first",
        " and f.kind = 'target' and f.reviewed_at is not null",
    )
}
union all
{
    _placed(
        "self_evaluation",
        "'self' as kind, f.submitted_count = 1 and f.returned_count = 0 as first",
        " and f.reviewed_at is not null",
    )
}"""
OF_PLACE = "f.jurisdiction_id = :jurisdiction_id"
"""Stands in every frame of figures; who sees some organisations only adds theirs here, where an index helps."""
WEEK = "cast(date_trunc('week', f.ended_at at time zone 'Asia/Shanghai') as date)"
COMPLETED_TASKS = f"""select f.id as task, f.name, i.subject_code as code, i.title, o.code as department_code,
       o.name as department, f.assignee_id as person_id, f.assignee_name as person, f.ended_at as recorded_at, f.late,
       {WEEK} as week
  from app.campaign c
  join app.user_task f on f.campaign_id = c.id and f.status = 'completed' and f.assignee_id is not null
  join app.process_instance i on i.id = f.instance_id
  join app.organisation o on o.id = f.organisation_id
 where {OF_PLACE} and c.jurisdiction_id = :jurisdiction_id and c.year = :year"""  # noqa: S608
COMPLETED_BY_WEEK = f"""select o.code as department_code, o.name as department, g.* from (
    select f.organisation_id, f.assignee_id as person_id, min(f.assignee_name) as person, {WEEK} as week,
           count(*) as tasks, count(*) filter (where f.late) as late
      from app.campaign c
      join app.user_task f on f.campaign_id = c.id and f.status = 'completed' and f.assignee_id is not null
     where {OF_PLACE} and c.jurisdiction_id = :jurisdiction_id and c.year = :year
     group by 1, 2, 4) as g
  join app.organisation o on o.id = g.organisation_id"""  # noqa: S608


def track_targets(track: str) -> str:
    """Return the frame of a track's targets."""
    columns = f"f.amount, {QUANTIFICATION}, f.upper_passed, f.upper_score, {HANDED_IN}"
    return TRACK.format(track=track, kind="target", columns=columns)


def track_filings(track: str, kind: str) -> str:
    """Return the frame of a track's monitoring reports or self-evaluations."""
    return TRACK.format(track=track, kind=kind, columns=f"f.amount, f.executed_amount, f.score, {HANDED_IN}")
