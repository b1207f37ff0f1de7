"""Rules about money: execution above the budget, departments below their projects, cohorts that differ."""

from collections.abc import Iterator

from ledger.findings.finding import Finding, Inquiry, wan

PROJECTS = """select p.code, f.budget_amount, f.executed_amount, f.overspend_reason
  from app.self_evaluation f join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year and f.executed_amount > f.budget_amount
 order by p.code"""
DEPARTMENTS = """select o.code, o.name, f.budget_amount, f.executed_amount
  from app.whole_department f join app.organisation o on o.id = f.organisation_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year and f.kind = 'self_evaluation'
   and f.executed_amount > f.budget_amount
 order by o.code"""
ROLL_UP = """select o.code, o.name, w.budget_amount as whole, sum(t.amount) as projects
  from app.whole_department w
  join app.organisation o on o.id = w.organisation_id
  join app.target_filing t on t.organisation_id = w.organisation_id and t.year = w.year and t.kind = 'target'
 where w.jurisdiction_id = :jurisdiction_id and w.year = :year and w.kind = 'target'
 group by o.code, o.name, w.budget_amount having sum(t.amount) > w.budget_amount
 order by o.code"""
WHOLE_DRIFT = """select
    (select sum(budget_amount) from app.whole_department
      where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'target') as targeted,
    (select sum(budget_amount) from app.whole_department
      where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'monitoring'
        and round = (select min(round) from app.whole_department
                      where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'monitoring')) as monitored"""
TRACKS = {"direct": "直达资金", "rural": "衔接资金", "ssf": "社保基金", "ppp": "PPP", "bond": "专项债券"}
KINDS = {"monitoring": "监控", "self_evaluation": "自评"}
TRACK_COHORTS = """select track, kind, count(*) as projects, count(distinct organisation_id) as units,
       sum(amount) as amount
  from app.track_filing where jurisdiction_id = :jurisdiction_id and year = :year group by track, kind"""


def projects_above_budget(inquiry: Inquiry) -> Iterator[Finding]:
    """Projects that spent more than their full-year budget (L35)."""
    rule = inquiry.rule("findings.L35", "L35")
    for row in inquiry.rows(PROJECTS):
        yield Finding(
            rule,
            row["code"],
            "执行数大于全年预算数",
            f"≤{wan(row['budget_amount'])}",
            wan(row["executed_amount"]),
        )


def departments_above_budget(inquiry: Inquiry) -> Iterator[Finding]:
    """Departments, and all of them together, that spent more than the budget they state (X01)."""
    rows = inquiry.rows(DEPARTMENTS)
    for row in rows:
        text = f"“{row['name']}”整体支出执行数大于预算数"
        yield Finding("X01", row["code"], text, f"≤{wan(row['budget_amount'])}", wan(row["executed_amount"]))
    if rows:
        budget, spent = (sum(row[name] for row in rows) for name in ("budget_amount", "executed_amount"))
        text = f"{len(rows)}个部门整体支出执行数大于预算数,预算口径应为全年预算数"
        yield Finding("X01", "*", text, f"≤{wan(budget)}", wan(spent))


def roll_up(inquiry: Inquiry) -> Iterator[Finding]:
    """Departments whose project targets exceed the target of the whole department (L37)."""
    rule = inquiry.rule("findings.L37", "L37")
    for row in inquiry.rows(ROLL_UP):
        text = f"“{row['name']}”项目目标金额合计大于部门整体目标金额"
        yield Finding(rule, row["code"], text, f"≤{wan(row['whole'])}", wan(row["projects"]))


def drift(inquiry: Inquiry) -> Iterator[Finding]:
    """Monitored whole budgets that moved away from the targets without a new target (X11)."""
    row = inquiry.rows(WHOLE_DRIFT)[0]
    if None not in (row["targeted"], row["monitored"]) and row["targeted"] != row["monitored"]:
        text = "部门整体监控预算数与整体目标金额不一致,目标未随预算调整"
        yield Finding("X11", "*", text, wan(row["targeted"]), wan(row["monitored"]))


def cohorts(inquiry: Inquiry) -> Iterator[Finding]:
    """Special tracks whose stages do not speak of the same units and money (X09 bonds, X10 others)."""
    found = {(row["track"], row["kind"]): row for row in inquiry.rows(TRACK_COHORTS)}
    for (track, kind), row in sorted(found.items()):
        base = found.get((track, "target"))
        if base is None or kind == "target":
            continue
        rule = "X09" if track == "bond" else "X10"
        if row["units"] != base["units"]:
            text = f"{TRACKS[track]}:{KINDS[kind]}与目标的单位数不一致"
            yield Finding(rule, "*", text, f"{base['units']}个", f"{row['units']}个")
        elif row["amount"] is not None and row["amount"] != base["amount"]:
            text = f"{TRACKS[track]}:{KINDS[kind]}与目标的金额不一致"
            yield Finding(rule, "*", text, wan(base["amount"]), wan(row["amount"]))
