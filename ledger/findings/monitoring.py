"""Rules about monitoring: coverage, money in order, progress that is only payment."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.findings.finding import Finding, Inquiry, percent, wan

COVERAGE = """select m.round, count(t.id) as targeted, count(f.id) as monitored,
       count(distinct t.organisation_id) as units, count(distinct f.organisation_id) as monitored_units,
       coalesce(sum(t.amount), 0) as amount, coalesce(sum(t.amount) filter (where f.id is not null), 0) as covered
  from (select distinct round from app.monitoring_report
         where jurisdiction_id = :jurisdiction_id and year = :year
        union select 1 where not exists (select 1 from app.monitoring_report
                                          where jurisdiction_id = :jurisdiction_id and year = :year)) m
  join app.target_filing t on t.jurisdiction_id = :jurisdiction_id and t.year = :year
   and t.kind = 'target' and t.locked_at is not null
  left join app.monitoring_report f on f.project_id = t.project_id and f.year = t.year and f.round = m.round
 group by m.round order by m.round"""
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
