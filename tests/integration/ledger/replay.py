"""Replay a ledger's outcomes through the operations: what completed tasks would have written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.uow import UnitOfWork
from tests.integration.ledger.county import POLICY, Clerk, County

TRACKS = ("direct", "rural", "ssf", "ppp", "bond")


def replay(uow: UnitOfWork, ledger: Mapping[str, Any], policy: Mapping[str, Any] = POLICY) -> Clerk:
    """Register a ledger's county and file everything it says."""
    county = County(uow.session, year=ledger["year"], policy=policy)
    county.add_organisations((dept["code"], dept["name"], "department") for dept in ledger["departments"])
    county.add_projects(_projects(ledger))
    clerk = Clerk(uow, county)
    for dept in ledger["departments"]:
        _department(clerk, dept)
    for project in ledger["projects"]:
        _project(clerk, project)
    for transfer in ledger.get("excluded", ()):
        clerk.do("record_transfer", "target", transfer["id"], {"amount": yuan(transfer["budget"])})
    for track in TRACKS:
        for row in ledger.get(track, ()):
            _track(clerk, track, row)
    for dept in ledger["departments"][: ledger.get("bond_monitor_units", 0)]:
        clerk.do(
            "record_track_monitoring", "track_monitoring", dept["code"], {"amount": Decimal(0)}, track="bond"
        )
    for row in ledger.get("pre_eval", ()):
        _pre_evaluation(clerk, row)
    _selections(clerk, ledger)
    return clerk


def yuan(hundredths: int) -> Decimal:
    """Return 0.01 万元 in yuan."""
    return Decimal(hundredths) * 100


def points(hundredths: int) -> Decimal:
    """Return scores ×100 as scores."""
    return Decimal(hundredths) / 100


def _projects(ledger: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [(row, "project", False) for row in ledger["projects"]]
    rows += [(row, "project", True) for row in ledger.get("excluded", ())]
    rows += [(row, track, False) for track in (*TRACKS, "pre_eval") for row in ledger.get(track, ())]
    return [
        {"code": row["id"], "dept": row["dept"], "track": track, "central_transfer": transfer}
        | {"budget_amount": yuan(row["budget"])}
        for row, track, transfer in rows
    ]


def _department(clerk: Clerk, dept: Mapping[str, Any]) -> None:
    code, whole = dept["code"], dept.get("whole")
    if whole is not None:
        values = {
            "initial_amount": yuan(whole["budget"]),
            "executed_amount": yuan(whole["exec"]),
            "summary": "总结",
        }
        clerk.do(
            "record_whole_self_evaluation",
            "whole_self_evaluation",
            code,
            values | {"score": points(whole["self_score"])},
        )
        score = points(whole["fin_score"])
        clerk.do("record_whole_review", "whole_self_evaluation", code, {"conclusion": "通过", "score": score})
        clerk.do("record_grade", "whole_self_evaluation", code, arguments={"score": score})
    if "whole_target" in dept:
        clerk.do(
            "record_whole_target",
            "whole_target",
            code,
            {"amount": yuan(dept["whole_target"]), "goal": "目标"},
        )
        values = {
            "budget_amount": yuan(dept["whole_monitor_budget"]),
            "executed_amount": yuan(dept["whole_monitor_exec"]),
        }
        clerk.do("record_whole_monitoring", "whole_monitoring", code, values)


def _project(clerk: Clerk, project: Mapping[str, Any]) -> None:
    code, rows = project["id"], project["indicators"]
    clerk.lock_target(code, [_indicator(row) for row in rows], yuan(project["budget"]))
    if project.get("monitored"):
        values = {
            "adjusted_amount": yuan(project["adj_budget"]),
            "arrived_amount": yuan(project["arrived"]),
            "executed_amount": yuan(project["exec"]),
            "progress": Decimal(str(project["progress"])),
        }
        clerk.do("record_monitoring", "monitoring", code, values)
    if "self_score" in project:
        _self_evaluation(clerk, project)
    if project.get("dept_eval"):
        _dept_evaluation(clerk, project)
    if project.get("key_eval"):
        _key_evaluation(clerk, project)


def _indicator(row: Mapping[str, Any]) -> dict[str, Any]:
    value = row["value"] if isinstance(row["value"], str) else Decimal(str(row["value"]))
    return {**row, "value": value, "weight": points(row["weight"])}


def _self_evaluation(clerk: Clerk, project: Mapping[str, Any]) -> None:
    code, rows = project["id"], [_indicator(row) for row in project["indicators"]]
    lines = [
        {"no": number, "op": row["op"], "target": row["value"], "weight": row["weight"]}
        | {"points": points(row["self_pts"]), "finance": points(row["fin_pts"])}
        for number, row in enumerate(rows, start=1)
    ]
    values = {
        "budget_amount": yuan(project["budget"]),
        "executed_amount": yuan(project["exec"]),
        "exec_score": points(project["exec_score"]),
        "total_score": points(project["self_score"]),
        "lines": lines,
    }
    clerk.do("record_self_evaluation", "self_evaluation", code, values)
    score = points(project["fin_score"])
    scored = [{"no": line["no"], "points": line["finance"]} for line in lines]
    clerk.do(
        "record_finance_review",
        "self_evaluation",
        code,
        {"conclusion": "通过", "score": score, "lines": scored},
    )
    clerk.do("record_grade", "self_evaluation", code, arguments={"score": score})


def _dept_evaluation(clerk: Clerk, project: Mapping[str, Any]) -> None:
    code, outcome = project["id"], project["dept_eval"]
    score = points(outcome["fin_score"])
    values = {
        "budget_amount": yuan(project["budget"]),
        "executed_amount": yuan(project["exec"]),
        "completion_rate": points(outcome["completion"]),
        "score": points(outcome["score"]),
        "summary": "结论",
    }
    clerk.do("record_evaluation", "dept_evaluation", code, values)
    clerk.do("record_evaluation_review", "dept_evaluation", code, {"conclusion": "通过", "score": score})
    clerk.do("record_grade", "dept_evaluation", code, arguments={"score": score})


def _key_evaluation(clerk: Clerk, project: Mapping[str, Any]) -> None:
    code, outcome = project["id"], project["key_eval"]
    score = points(outcome["score"])
    firm = {"firm": outcome["firm"], "method": "公开招标", "conflict_free": True}
    clerk.do("record_procurement", "key_evaluation", code, firm)
    clerk.do("record_evaluation", "key_evaluation", code, {"score": score, "summary": "结论"})
    clerk.do("record_evaluation_final", "key_evaluation", code, {"score": score, "summary": "结论"})
    clerk.do("record_grade", "key_evaluation", code, arguments={"score": score})


def _track(clerk: Clerk, track: str, row: Mapping[str, Any]) -> None:
    code = row["id"]
    filed = {"amount": yuan(row["budget"]), "indicator_count": row["n"], "quantified_count": row["q"]}
    clerk.do("record_track_target", "track_target", code, filed, track=track)
    if "region_pass" in row:
        clerk.do(
            "record_upper_score", "track_target", code, arguments={"passed": row["region_pass"], "score": 90}
        )
    if "monitored" in row:
        clerk.do(
            "record_track_monitoring",
            "track_monitoring",
            code,
            {"amount": yuan(row["monitored"])},
            track=track,
        )
    if "self_score" in row:
        values = {"budget_amount": yuan(row["self_budget"]), "executed_amount": yuan(row["self_exec"])}
        values["score"] = points(row["self_score"])
        clerk.do("record_track_self_evaluation", "track_self_evaluation", code, values, track=track)


def _pre_evaluation(clerk: Clerk, row: Mapping[str, Any]) -> None:
    amount, full = yuan(row["budget"]), Decimal(20)
    scores = dict.fromkeys(("necessity", "economy", "targets", "plan", "funding"), full)
    values = {
        "applied_amount": amount,
        "total_investment_amount": amount,
        "specialised": False,
        "findings": "无",
    }
    clerk.do("record_pre_evaluation", "pre_evaluation", row["id"], values | scores)


def _selections(clerk: Clerk, ledger: Mapping[str, Any]) -> None:
    by_dept: dict[str, list[str]] = {}
    for project in ledger["projects"]:
        if project.get("sel"):
            by_dept.setdefault(project["dept"], []).append(project["id"])
    for dept, codes in by_dept.items():
        clerk.do("record_selection", "dept_evaluation", dept, {"projects": codes})
