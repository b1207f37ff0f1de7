"""Rectification: notice, reply, verification."""

from collections.abc import Mapping
from typing import Any

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_result import Rectification
from ledger.operations.writing import amend, hand_in

RECTIFIED = "已整改"


def issue_rectification(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the notice; its source is the stage it was called from."""
    columns = {
        "source": step.stage,
        "round": step.round,
        "status": "issued",
        **{name: step.values[name] for name in ("problems", "requirement", "severity")},
        "issued_at": step.now,
        "due_on": step.values.get("due_on"),
    }
    return {"submitted": hand_in(uow, step, Rectification, columns)}


def record_rectification_reply(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write what the unit did."""
    columns = {
        "status": "replied",
        "measures": step.values["measures"],
        "result": step.values["result"],
        "evidence": step.values.get("evidence"),
        "replied_at": step.now,
    }
    amend(uow, step, Rectification, columns)
    return {"replied": True}


def record_rectification_verification(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write whether the problem is gone; anything but 已整改 stays unrectified."""
    rectified = step.values["conclusion"] == RECTIFIED
    columns = {
        "status": "rectified" if rectified else "unrectified",
        "conclusion": step.values["conclusion"],
        "opinion": step.values.get("opinion"),
        "verified_at": step.now,
    }
    amend(uow, step, Rectification, columns, returned=not rectified)
    return {"rectified": rectified, "unrectified": not rectified}
