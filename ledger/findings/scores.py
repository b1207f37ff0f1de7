"""Rules about scores: sums that do not add up, perfect forms, gaps between the unit and the bureau."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.findings.finding import Finding, Inquiry

SELF_EVALUATIONS = """select p.code, coalesce(f.execution_score, 0) as execution, f.points_total, f.self_score,
       f.finance_score, f.finance_line_total
  from app.self_evaluation f join app.project p on p.id = f.project_id
 where f.jurisdiction_id = :jurisdiction_id and f.year = :year and ({})
 order by p.code"""
SUMS = SELF_EVALUATIONS.format(
    "f.self_score <> coalesce(f.execution_score, 0) + f.points_total"
    " or f.finance_score <> coalesce(f.execution_score, 0) + f.finance_line_total"
)
PERFECT = SELF_EVALUATIONS.format("f.self_score = 100")
GAPS = SELF_EVALUATIONS.format("abs(f.self_score - f.finance_score) >= :delta")
WHOLE_AVERAGES = """select avg(self_score) as own, avg(finance_score) as finance from app.whole_department
 where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'self_evaluation'
   and self_score is not null and finance_score is not null"""
SAME_SCORES = """select count(*) as evaluations, count(*) filter (where score = finance_score) as equal
  from app.evaluation
 where jurisdiction_id = :jurisdiction_id and year = :year and kind = 'dept' and finance_score is not null"""


def sums(inquiry: Inquiry) -> Iterator[Finding]:
    """Totals that are not execution score plus points: the unit's and the bureau's (L30)."""
    rule = inquiry.rule("findings.L30", "L30")
    for row in inquiry.rows(SUMS):
        execution = row["execution"]
        for who, score, points in (
            ("自评", row["self_score"], row["points_total"]),
            ("财政", row["finance_score"], row["finance_line_total"]),
        ):
            if score is not None and points is not None and score != execution + points:
                text = f"{who}总分不等于预算执行得分与指标得分之和"
                yield Finding(rule, row["code"], text, f"{execution + points}分", f"{score}分")


def perfect(inquiry: Inquiry) -> Iterator[Finding]:
    """Self-evaluations that gave themselves every point there is (X20)."""
    rule = inquiry.rule("findings.X20", "X20")
    for row in inquiry.rows(PERFECT):
        yield Finding(rule, row["code"], "自评各项全部满分", "得分有据、扣分有因", f"{row['self_score']}分")


def gaps(inquiry: Inquiry) -> Iterator[Finding]:
    """Self-evaluations that differ from the bureau's score by the policy's delta or more (D11)."""
    delta = inquiry.value("spot_check.gap_delta")
    if delta is None:
        return
    rule, limit = inquiry.rule("spot_check.gap_delta", "D11"), Decimal(str(delta))
    for row in inquiry.rows(GAPS, delta=limit):
        found = f"自评{row['self_score']}分,财政{row['finance_score']}分"
        yield Finding(rule, row["code"], "自评得分与财政评分差距过大", f"相差<{limit}分", found)


def swapped(inquiry: Inquiry) -> Iterator[Finding]:
    """Whole departments whom the bureau scored higher, on average, than they did themselves (X02)."""
    whole = inquiry.rows(WHOLE_AVERAGES)[0]
    if whole["own"] is not None and whole["finance"] > whole["own"]:
        own, finance = (f"{whole[name]:.2f}分" for name in ("own", "finance"))
        text = "部门整体:财政评分平均高于自评平均,疑似两列填反"
        yield Finding("X02", "*", text, f"≤自评{own}", f"财政{finance}")


def copied(inquiry: Inquiry) -> Iterator[Finding]:
    """Department evaluations on which the bureau repeated every score (X03)."""
    same = inquiry.rows(SAME_SCORES)[0]
    if same["evaluations"] > 1 and same["equal"] == same["evaluations"]:
        text = "部门评价得分与财政审核得分逐项相同"
        yield Finding("X03", "*", text, "财政独立评分", f"{same['equal']}/{same['evaluations']}个项目相同")
