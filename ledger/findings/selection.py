"""Rules about who was chosen: shares of money, number and size of key evaluations, independence."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ledger.findings.finding import Finding, Inquiry, percent, wan

SHARES = """select o.code, o.name, sum(p.budget_amount) as amount,
       coalesce(sum(p.budget_amount) filter (where p.code in (
           select jsonb_array_elements_text(s.project_codes) from app.evaluation_selection s
            where s.jurisdiction_id = :jurisdiction_id and s.year = :year and s.kind = 'dept')), 0) as selected
  from app.target_filing t
  join app.project p on p.id = t.project_id
  join app.organisation o on o.id = p.organisation_id
 where t.jurisdiction_id = :jurisdiction_id and t.year = :year and t.kind = 'target' and t.locked_at is not null
   and not (p.central_transfer and cast(:excluded_classes as int) > 0)
 group by o.code, o.name order by o.code"""
KEY_EVALUATIONS = """select count(*) as projects, coalesce(sum(coalesce(e.budget_amount, p.budget_amount)), 0) as amount
  from app.evaluation e join app.project p on p.id = e.project_id
 where e.jurisdiction_id = :jurisdiction_id and e.year = :year and e.kind = 'key'"""
LAST_YEAR = """select sum(coalesce(e.budget_amount, p.budget_amount)) as amount
  from app.evaluation e join app.project p on p.id = e.project_id
 where e.jurisdiction_id = :jurisdiction_id and e.year = :year - 1 and e.kind = 'key'"""
SAME_FIRM = """select distinct p.code, c.firm from app.procurement c
  join app.project p on p.id = c.project_id
  join app.pre_evaluation r on r.jurisdiction_id = c.jurisdiction_id and r.reassessment_firm = c.firm
 where c.jurisdiction_id = :jurisdiction_id and c.year = :year order by p.code"""
SHARE = "dept_eval.min_amount_share"


def department_shares(inquiry: Inquiry) -> Iterator[Finding]:
    """Departments, and the whole, that evaluated less money than the policy's share."""
    least = inquiry.value(SHARE)
    if least is None:
        return
    rule, needed = inquiry.rule(SHARE, "D12"), Decimal(str(least))
    excluded = len(inquiry.value("self_eval.exclude_fund_classes") or ())
    rows = inquiry.rows(SHARES, excluded_classes=excluded)
    if inquiry.value("dept_eval.share_scope") in (None, "per_department"):
        for row in rows:
            if row["selected"] < needed * row["amount"]:
                yield _share(rule, row["code"], f"“{row['name']}”部门评价资金占比不足", needed, row)
    whole = {name: sum((row[name] for row in rows), Decimal(0)) for name in ("amount", "selected")}
    if whole["selected"] < needed * whole["amount"]:
        yield _share(rule, "*", "全部部门的部门评价资金占比不足", needed, whole)


def _share(rule: str, subject: str, text: str, needed: Decimal, row: Any) -> Finding:
    found = percent(row["selected"] / row["amount"])
    return Finding(
        rule, subject, text, f"≥{percent(needed)}", f"{found}({wan(row['selected'])}/{wan(row['amount'])})"
    )


def key_evaluations(inquiry: Inquiry) -> Iterator[Finding]:
    """Too few key evaluations, or less money than last year, where the policy asks for it and last year is known."""
    row = inquiry.rows(KEY_EVALUATIONS)[0]
    least = inquiry.value("key_eval.min_projects")
    if least is not None and row["projects"] < int(least):
        rule = inquiry.rule("key_eval.min_projects", "D13")
        yield Finding(rule, "*", "财政重点评价项目数不足", f"≥{least}个", f"{row['projects']}个")
    if not inquiry.value("key_eval.amount_not_below_last_year"):
        return
    before = inquiry.last_year_key_amount
    if before is None:
        before = inquiry.rows(LAST_YEAR)[0]["amount"]
    if before is not None and row["amount"] < before:
        rule = inquiry.rule("key_eval.amount_not_below_last_year", "D13")
        yield Finding(rule, "*", "财政重点评价资金规模低于上年", f"≥{wan(before)}", wan(row["amount"]))


def independence(inquiry: Inquiry) -> Iterator[Finding]:
    """Firms that evaluated a project after having reviewed for the bureau at an earlier stage."""
    if inquiry.value("third_party.conflict_gate") is False:
        return
    rule = inquiry.rule("third_party.conflict_gate", "X19")
    for row in inquiry.rows(SAME_FIRM):
        text = f"机构“{row['firm']}”既参与前期评审又承担重点评价"
        yield Finding(rule, row["code"], text, "评价机构未参与该地区前期评审", row["firm"])
