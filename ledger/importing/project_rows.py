"""The register's rows of a ledger's projects, on every track."""

from collections.abc import Iterator
from typing import Any, Final

from ledger.importing.ledger_file import Excluded, LedgerFile, Project, TrackProject
from ledger.importing.units import amount

TRACK_NAMES: Final = {
    "excluded": "中央转移支付项目",
    "direct": "直达资金项目",
    "rural": "乡村振兴衔接资金项目",
    "ssf": "社会保险基金项目",
    "ppp": "政府和社会资本合作项目",
    "bond": "专项债券项目",
    "pre_eval": "新增项目",
}
"""What a project is called that the ledger gives no name."""


def project_rows(ledger: LedgerFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (department code, columns) of every project; identity and year are the caller's."""
    for project in ledger.projects:
        yield project.dept, _ordinary(project)
    for excluded in ledger.excluded or ():
        yield excluded.dept, _excluded(excluded)
    for rows in ledger.tracks.values():
        for special in rows:
            yield special.dept, _special(special)


def _ordinary(row: Project) -> dict[str, Any]:
    return _columns(row, "project", row.name) | {
        "central_transfer": bool(row.class73),
        "is_new": bool(row.is_new),
        "specialised": bool(row.specialised),
        "total_investment_amount": None if row.total_investment is None else amount(row.total_investment),
    }


def _excluded(row: Excluded) -> dict[str, Any]:
    return _columns(row, "project", row.name or f"{TRACK_NAMES['excluded']} {row.id}") | {
        "central_transfer": True
    }


def _special(row: TrackProject) -> dict[str, Any]:
    return _columns(row, row.track, row.name or f"{TRACK_NAMES[row.track]} {row.id}") | {
        "is_new": row.track == "pre_eval",
        "specialised": bool(row.specialised),
        "total_investment_amount": None if row.total_investment is None else amount(row.total_investment),
    }


def _columns(row: Project | Excluded | TrackProject, track: str, name: str) -> dict[str, Any]:
    return {
        "track": track,
        "code": row.id,
        "name": name,
        "function_class": row.function_class,
        "budget_amount": amount(row.budget),
        "central_transfer": False,
        "is_new": False,
        "specialised": False,
        "total_investment_amount": None,
    }
