"""Rules about targets: indicators that name nothing."""

from collections.abc import Iterator

from ledger.findings.finding import Finding, Inquiry

PLACEHOLDERS = """select p.code, count(*) as indicators, min(i.name) as name
  from app.target_filing t
  join app.project p on p.id = t.project_id
  join app.target_indicator i on i.instance_id = t.instance_id
 where t.jurisdiction_id = :jurisdiction_id and t.year = :year and t.kind = 'target'
   and lower(i.name) = any(:words)
 group by p.code order by p.code"""
WORDS = ["*", "**", "xx", "xxx", "待定", "无", "/", "-", "—", "暂无", "同上"]


def placeholders(inquiry: Inquiry) -> Iterator[Finding]:
    """Targets with indicators whose name only holds the place of one (L01)."""
    rule = inquiry.rule("findings.L01", "L01")
    for row in inquiry.rows(PLACEHOLDERS, words=WORDS):
        text = "绩效指标名称是占位的字样"
        yield Finding(
            rule, row["code"], text, "指标的实际名称", f"{row['indicators']}个指标,如“{row['name']}”"
        )
