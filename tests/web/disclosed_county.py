"""Packages of the small county: one department's approved, the other's in every state that must not be seen."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from ledger.model.filings_result import Disclosure
from tests.integration.engine.stage import UNIT
from tests.web.results_county import FILED, YEAR
from tests.web.small_county import OTHER_UNIT, task_of

APPROVED_AT = FILED + timedelta(days=30)


def disclose(
    uow: UnitOfWork, unit: int, kind: str, *, year: int = YEAR, status: str = "completed",
    conclusion: str | None = "通过", secrecy: bool | None = True, at: datetime = APPROVED_AT,
) -> UUID:  # fmt: skip
    """Leave the package of a department; return its instance."""
    instance_id = uow.session.get_one(UserTask, task_of(uow, unit)).instance_id
    this = ProcessInstance.id == instance_id
    uow.session.execute(update(ProcessInstance).where(this).values(status=status))
    package: dict[str, Any] = {"instance_id": instance_id, "task_id": instance_id, "jurisdiction_id": 1}
    package |= {"year": year, "organisation_id": unit, "recorded_at": at, "kind": kind, "item_count": 2}
    package |= {"amount": 2_000_000, "statement": "已核对", "secrecy_checked": secrecy}
    uow.session.execute(insert(Disclosure), [package | {"conclusion": conclusion, "reviewed_at": at}])
    return instance_id


def disclose_one(uow: UnitOfWork) -> None:
    """Disclose targets and results of the first department, nothing of the other."""
    for kind in ("target", "result"):
        disclose(uow, UNIT, kind)
        disclose(uow, OTHER_UNIT, kind, status="running", conclusion=None, secrecy=None)
