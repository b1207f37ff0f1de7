"""Rules about monitoring: coverage, money in order, progress that is only payment."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.findings.finding import Finding, Inquiry, percent, wan

COVERAGE = """with targets as materialized (
    select project_id, organisation_id, amount from app.target_filing
     where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'target' and locked_at is not null),
reported as materialized (
    select round, project_id, organisation_id from app.monitoring_report
     where jurisdiction_id = :jurisdiction_id and year = :year),
rounds as (select distinct round from reported union select 1 where not exists (select from reported)),
asked as (select count(*) as targeted, count(distinct organisation_id) as units, coalesce(sum(amount), 0) as amount
            from targets),
done as (select f.round, count(*) as monitored, count(distinct f.organisation_id) as monitored_units, sum(t.amount) as covered
           from targets t join reported f on f.project_id = t.project_id group by f.round)
select round, targeted, coalesce(monitored, 0) as monitored, units, coalesce(monitored_units, 0) as monitored_units,
       amount, coalesce(covered, 0) as covered
  from rounds cross join asked left join done using (round) where targeted > 0 order by round"""
REPORTS = """select * from (
    select p.code, f.round, f.adjusted_amount, f.arrived_amount, f.executed_amount, f.progress_share, m.planned,
           f.executed_amount > f.arrived_amount as above_arrived, f.arrived_amount > f.adjusted_amount as above_budget,
           m.planned > 0 and abs(f.progress_share * m.planned - f.executed_amount) <= :tolerance * m.planned as as_paid,
           f.executed_amount = 0 as unspent
      from app.monitoring_report f join app.project p on p.id = f.project_id
     cross join lateral (select coalesce(f.adjusted_amount, f.budget_amount)) as m(planned)
     where f.jurisdiction_id = :jurisdiction_id and f.year = :year) found
 where above_arrived or above_budget or as_paid or unspent order by round, code"""
TOLERANCE = Decimal("0.005")


def coverage(inquiry: Inquiry) -> Iterator[Finding]:
    """Rounds in which not every project with a target was monitored, though the policy asks for all."""
    if inquiry.value("monitoring.scope") != "ALL":
        return
    rule = inquiry.rule("monitoring.scope", "X07")
    for row in inquiry.rows(COVERAGE):
        if row["monitored"] < row["targeted"]:
            text = f"第{row['round']}轮监控没有覆盖全部项目:单位{row['monitored_units']}/{row['units']}个"
            found = (
                f"{row['monitored']}/{row['targeted']}个项目({percent(Decimal(row['monitored']) / row['targeted'])}),"
                f"{wan(row['covered'])}/{wan(row['amount'])}"
            )
            yield Finding(rule, "*", text, f"全部{row['targeted']}个项目", found)


def reports(inquiry: Inquiry) -> Iterator[Finding]:
    """Reports with money out of order, with payment typed as progress, or with nothing spent."""
    money, equal, zero = (inquiry.rule(f"findings.{lint}", lint) for lint in ("L23", "L24", "L29"))
    for row in inquiry.rows(REPORTS, tolerance=TOLERANCE):
        spent, arrived, adjusted = row["executed_amount"], row["arrived_amount"], row["adjusted_amount"]
        place = f"第{row['round']}轮监控"
        if row["above_arrived"]:
            yield Finding(money, row["code"], f"{place}:执行数大于到位资金数", f"≤{wan(arrived)}", wan(spent))
        if row["above_budget"]:
            yield Finding(
                money, row["code"], f"{place}:到位资金数大于调整后预算数", f"≤{wan(adjusted)}", wan(arrived)
            )
        if row["as_paid"]:
            paid = percent(spent / row["planned"])
            text = f"{place}:以资金支付进度代替项目完成进度"
            yield Finding(
                equal,
                row["code"],
                text,
                "进度按实际工作量填报",
                f"进度{percent(row['progress_share'])},支付率{paid}",
            )
        if row["unspent"]:
            yield Finding(zero, row["code"], f"{place}:资金执行为零", ">0", wan(spent))
