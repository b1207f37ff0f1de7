"""What must hold between fields and rows: identities, departments, weights, points, stated outcomes."""

from collections.abc import Iterator
from typing import Any

from ledger.importing.cells import Misfit
from ledger.importing.columns import LISTS
from ledger.importing.validation import Clean, Findings

MISSING_WITH = "这个字段随“{other}”必填，请补上；不知道时请把“{other}”也删去。"


def check_identities(clean: Clean, findings: Findings) -> None:
    """Refuse a code or id that is given twice, and a department nobody declared."""
    codes = {row.get("code") for row in clean.get("departments", ())}
    taken: dict[tuple[bool, Any], str] = {}
    for table in LISTS:
        for number, row in enumerate(clean.get(table.name, ())):
            path, key = f"{table.name}[{number}]", row.get(table.key)
            whose = (table.key == "code", key)
            if key is not None and taken.setdefault(whose, path) != path:
                misfit = Misfit(
                    "ledger.duplicate_id", "不重复的编号", f"编号与 {taken[whose]} 相同，请改正其中一个。"
                )
                findings.add(path, table.key, misfit, key, key)
            dept = row.get("dept")
            if dept is not None and dept not in codes:
                remedy = "请先在 departments 中登记这个部门，或改正编号。"
                misfit = Misfit("ledger.unknown_department", "departments 中的一个 code", remedy)
                findings.add(path, "dept", misfit, dept, key)


def check_tracks(clean: Clean, findings: Findings) -> None:
    """Refuse more quantified indicators than indicators, on any special track."""
    for table in LISTS:
        for number, row in enumerate(clean.get(table.name, ())):
            n, q = row.get("n"), row.get("q")
            if n is not None and q is not None and q > n:
                misfit = Misfit(
                    "ledger.out_of_range", f"不大于指标个数 {n}", "量化指标数不能多于指标数，请改正。"
                )
                findings.add(f"{table.name}[{number}]", "q", misfit, q, row.get("id"))


def check_projects(clean: Clean, findings: Findings, weight_total: int) -> None:
    """Check the outcomes and indicators of each ordinary project."""
    for number, row in enumerate(clean.get("projects", ())):
        path = f"projects[{number}]"
        for field, other in _missing(row):
            misfit = Misfit("ledger.missing_field", "有内容", MISSING_WITH.format(other=other))
            findings.add(path, field, misfit, None, row.get("id"))
        if row.get("indicators"):
            _check_indicators(row, path, findings, weight_total)


def _missing(row: Clean) -> Iterator[tuple[str, str]]:
    """Yield (missing field, the field that asks for it)."""
    if "self_score" in row and "exec" not in row:
        yield "exec", "self_score"
    if "fin_score" in row and "self_score" not in row:
        yield "self_score", "fin_score"
    if row.get("monitored"):
        for field in ("adj_budget", "arrived", "progress"):
            if field not in row:
                yield field, "monitored"
        if "exec" not in row and "monitor_exec" not in row:
            yield "exec", "monitored"


def _check_indicators(row: Clean, path: str, findings: Findings, weight_total: int) -> None:
    indicators: list[Clean] = row["indicators"]
    for number, indicator in enumerate(indicators):
        _check_indicator(indicator, f"{path}.indicators[{number}]", row, findings)
    if all("weight" in indicator for indicator in indicators):
        total = sum(indicator["weight"] for indicator in indicators)
        if total != weight_total:
            remedy = f"请调整权重，使各指标之和为 {weight_total}（乘 100；预算执行率的权重另计）。"
            misfit = Misfit("ledger.weight_sum", f"权重之和 {weight_total}", remedy)
            findings.add(path, "indicators.weight", misfit, total, row.get("id"))


def _check_indicator(indicator: Clean, path: str, project: Clean, findings: Findings) -> None:
    key, weight = indicator.get("l3"), indicator.get("weight")
    for field, score in (("self_pts", "self_score"), ("fin_pts", "fin_score")):
        points = indicator.get(field)
        if points is None and score in project:
            misfit = Misfit("ledger.missing_field", "有内容", MISSING_WITH.format(other=score))
            findings.add(path, field, misfit, None, key)
        if points is not None and weight is not None and points > weight:
            misfit = Misfit(
                "ledger.points_over_weight", f"0 到权重 {weight}", "得分不能超过权重，请改正得分或权重。"
            )
            findings.add(path, field, misfit, points, key)
