"""The figures of a county worked out from its ledger alone, in whole numbers; nothing of ours is used."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

Row = Mapping[str, Any]
Figures = dict[str, tuple[Fraction | None, int]]
"""Value and decimals by key."""

SHAWAN_BANDS = (("优", 90), ("良", 80), ("中", 60), ("差", 0))


def printed(value: Fraction | None, decimals: int) -> str:
    """Write a figure half up; a dash for none."""
    if value is None:
        return "—"
    whole = floor(abs(value) * 10**decimals + Fraction(1, 2))
    digits = str(whole).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def wan(units: int) -> Fraction:
    """Return 0.01 万元 in 万元."""
    return Fraction(units, 100)


def mean(values: Iterable[int | Fraction]) -> Fraction | None:
    """Return the arithmetic mean; none over nobody."""
    found = [Fraction(value) for value in values]
    return sum(found, Fraction(0)) / len(found) if found else None


def share(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """Return a percentage of sums; none of nothing."""
    return Fraction(100) * part / whole if whole else None


def units(rows: Sequence[Row]) -> Fraction:
    return Fraction(len({row["dept"] for row in rows}))


def total(rows: Iterable[Row], name: str) -> int:
    return sum(row[name] for row in rows)


def grade(score: int, bands: Sequence[tuple[str, int]] = SHAWAN_BANDS) -> str:
    """Return the grade of a score ×100: a lower bound belongs to its band."""
    return next(label for label, low in bands if score >= low * 100)


def grades(prefix: str, scores: Sequence[int], bands: Sequence[tuple[str, int]] = SHAWAN_BANDS) -> Figures:
    """Count scores by grade; a grade nobody has is zero."""
    found = [grade(score, bands) for score in scores]
    return {f"{prefix}.grade.{label}": (Fraction(found.count(label)), 0) for label, _ in bands}


def quantification(project: Row) -> Fraction:
    """Return the share of a project's indicators that are quantified, in percent."""
    rows = project["indicators"]
    return Fraction(100 * sum(row["quantified"] for row in rows), len(rows))


def targets(ledger: Row) -> Figures:
    """Return the figures of the target stage."""
    projects = ledger["projects"]
    indicators = [row for project in projects for row in project["indicators"]]
    pooled = share(sum(row["quantified"] for row in indicators), len(indicators))
    return {
        "target.count": (Fraction(len(projects)), 0),
        "target.units": (units(projects), 0),
        "target.amount": (wan(total(projects, "budget")), 2),
        "target.indicators": (Fraction(len(indicators)), 0),
        "target.quant_rate": (mean(map(quantification, projects)), 2),
        "target.quant_rate_pooled": (pooled, 2),
    }


def self_evaluations(ledger: Row) -> Figures:
    """Return the figures of the self-evaluation stage."""
    projects, excluded = ledger["projects"], ledger["excluded"]
    budget, spent = total(projects, "budget"), total(projects, "exec")
    completion = mean(
        share(total(row["indicators"], "self_pts"), total(row["indicators"], "weight")) or 0
        for row in projects
    )
    gap = mean(Fraction(row["self_score"] - row["fin_score"], 100) for row in projects)
    return {
        "project.reported": (Fraction(len(projects) + len(excluded)), 0),
        "self_eval.excluded.count": (Fraction(len(excluded)), 0),
        "self_eval.count": (Fraction(len(projects)), 0),
        "self_eval.units": (units(projects), 0),
        "self_eval.budget": (wan(budget), 2),
        "self_eval.exec": (wan(spent), 2),
        "self_eval.exec_rate": (share(spent, budget), 2),
        "self_eval.completion": (completion, 1),
        "self_eval.self_avg": (mean(Fraction(row["self_score"], 100) for row in projects), 2),
        "self_eval.fin_avg": (mean(Fraction(row["fin_score"], 100) for row in projects), 1),
        "self_eval.gap_avg": (gap, 2),
        **grades("self_eval", [row["fin_score"] for row in projects]),
    }


def whole_departments(ledger: Row) -> Figures:
    """Return the figures of whole departments' self-evaluations."""
    rows = [one["whole"] for one in ledger["departments"] if one.get("whole")]
    return {
        "whole_dept.self_eval.units": (Fraction(len(rows)), 0),
        "whole_dept.self_eval.budget": (wan(total(rows, "budget")), 2),
        "whole_dept.self_eval.exec": (wan(total(rows, "exec")), 1),
        "whole_dept.self_eval.self_avg": (mean(Fraction(row["self_score"], 100) for row in rows), 2),
        "whole_dept.self_eval.fin_avg": (mean(Fraction(row["fin_score"], 100) for row in rows), 0),
        **grades("whole_dept.self_eval", [row["fin_score"] for row in rows]),
    }


def evaluations(ledger: Row) -> Figures:
    """Return the figures of department and key evaluations."""
    chosen = [row for row in ledger["projects"] if row.get("sel")]
    key = [row for row in ledger["projects"] if row.get("key_eval")]
    budget, spent = total(chosen, "budget"), total(chosen, "exec")
    completion = mean(Fraction(row["dept_eval"]["completion"], 100) for row in chosen)
    return {
        "dept_eval.count": (Fraction(len(chosen)), 0),
        "dept_eval.budget": (wan(budget), 2),
        "dept_eval.exec": (wan(spent), 2),
        "dept_eval.exec_rate": (share(spent, budget), 2),
        "dept_eval.completion": (completion, 2),
        "dept_eval.self_avg": (mean(Fraction(row["dept_eval"]["score"], 100) for row in chosen), 1),
        "dept_eval.fin_avg": (mean(Fraction(row["dept_eval"]["fin_score"], 100) for row in chosen), 1),
        **grades("dept_eval", [row["dept_eval"]["fin_score"] for row in chosen]),
        "key_eval.count": (Fraction(len(key)), 0),
        "key_eval.amount": (wan(total(key, "budget")), 2),
        "key_eval.avg": (mean(Fraction(row["key_eval"]["score"], 100) for row in key), 1),
        **grades("key_eval", [row["key_eval"]["score"] for row in key]),
    }


def tracks(ledger: Row) -> Figures:
    """Return the figures of ex-ante evaluations and the special tracks."""
    pre, direct, rural, ppp, bond = (ledger[name] for name in ("pre_eval", "direct", "rural", "ppp", "bond"))
    rural_share = mean(Fraction(100 * row["q"], row["n"]) for row in rural)
    return {
        "pre_eval.count": (Fraction(len(pre)), 0),
        "pre_eval.units": (units(pre), 0),
        "pre_eval.amount": (wan(total(pre, "budget")), 2),
        "direct.count": (Fraction(len(direct)), 0),
        "direct.amount": (wan(total(direct, "budget")), 2),
        "direct.pass_rate": (share(sum(row["region_pass"] for row in direct), len(direct)), 0),
        "rural.count": (Fraction(len(rural)), 0),
        "rural.amount": (wan(total(rural, "budget")), 0),
        "rural.indicators": (Fraction(total(rural, "n")), 0),
        "rural.quant_rate": (rural_share, 0),
        "ssf.amount": (wan(total(ledger["ssf"], "budget")), 1),
        "ppp.units": (units(ppp), 0),
        "ppp.amount": (wan(total(ppp, "budget")), 2),
        "ppp.monitor.amount": (wan(total(ppp, "monitored")), 2),
        "bond.target.count": (Fraction(len(bond)), 0),
        "bond.target.amount": (wan(total(bond, "budget")), 0),
        "bond.monitor.units": (Fraction(ledger["bond_monitor_units"]), 0),
    }


def bonds_evaluated(ledger: Row) -> Figures:
    """Return the figures of bonds that evaluated themselves."""
    done = [row for row in ledger["bond"] if "self_score" in row]
    budget, spent = total(done, "self_budget"), total(done, "self_exec")
    return {
        "bond.self_eval.count": (Fraction(len(done)), 0),
        "bond.self_eval.budget": (wan(budget), 0),
        "bond.self_eval.exec_rate": (share(spent, budget), 0),
        "bond.self_eval.score": (mean(Fraction(row["self_score"], 100) for row in done), 0),
    }


def monitored(ledger: Row) -> Figures:
    """Return the figures of the first monitoring round, of projects and whole departments."""
    everybody = ledger["projects"]
    done = [row for row in everybody if row["monitored"]]
    adjusted, spent = total(done, "adj_budget"), total(done, "exec")
    departments = ledger["departments"]
    budget = total(departments, "whole_monitor_budget")
    executed = total(departments, "whole_monitor_exec")
    return {
        "monitoring.count": (Fraction(len(done)), 0),
        "monitoring.units": (units(done), 0),
        "monitoring.adj_budget": (wan(adjusted), 2),
        "monitoring.arrived": (wan(total(done, "arrived")), 2),
        "monitoring.exec": (wan(spent), 2),
        "monitoring.exec_rate": (share(spent, adjusted), 2),
        "monitoring.failed": (Fraction(0), 0),
        "monitoring.coverage": (share(len(done), len(everybody)), 2),
        "monitoring.coverage.amount": (share(adjusted, total(everybody, "budget")), 2),
        "whole_dept.target.units": (Fraction(len(departments)), 0),
        "whole_dept.target.amount": (wan(total(departments, "whole_target")), 2),
        "whole_dept.monitor.units": (Fraction(len(departments)), 0),
        "whole_dept.monitor.budget": (wan(budget), 2),
        "whole_dept.monitor.exec": (wan(executed), 2),
        "whole_dept.monitor.exec_rate": (share(executed, budget), 0),
    }
