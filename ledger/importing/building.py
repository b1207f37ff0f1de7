"""Build the typed, immutable LedgerFile from rows that passed every check."""

from typing import Any

from ledger.importing.columns import TRACKS
from ledger.importing.ledger_file import (
    Department,
    DeptEval,
    Excluded,
    Indicator,
    KeyEval,
    LedgerFile,
    Project,
    TrackProject,
    Whole,
)


def build(clean: dict[str, Any]) -> LedgerFile:
    """Return the ledger of clean rows; the caller has made sure that there was no error."""
    excluded = clean.get("excluded")
    return LedgerFile(
        year=clean["year"],
        departments=tuple(_department(row) for row in clean["departments"]),
        projects=tuple(_project(row) for row in clean["projects"]),
        excluded=None if excluded is None else tuple(Excluded(**row) for row in excluded),
        tracks={
            table.name: tuple(TrackProject(track=table.name, **row) for row in clean[table.name])
            for table in TRACKS
            if table.name in clean
        },
        bond_monitor_units=clean.get("bond_monitor_units"),
    )


def _department(row: dict[str, Any]) -> Department:
    whole = row.pop("whole", None)
    return Department(**row, whole=Whole(**whole) if whole else None)


def _project(row: dict[str, Any]) -> Project:
    indicators = row.pop("indicators", None)
    dept_eval, key_eval = row.pop("dept_eval", None), row.pop("key_eval", None)
    return Project(
        **row,
        indicators=None if indicators is None else tuple(Indicator(**indicator) for indicator in indicators),
        dept_eval=DeptEval(**dept_eval) if dept_eval else None,
        key_eval=KeyEval(**key_eval) if key_eval else None,
    )
