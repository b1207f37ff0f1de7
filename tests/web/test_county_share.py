"""The tick of the meter is the whole county's share, whoever looks: not that of the reader's own unit."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import insert

from engine.model.tasks import UserTask
from host.composition import Bihuan
from ledger.model.filings_target import TargetFiling
from tests.web.desks import TARGET, YEAR, Unit


def test_the_tick_is_the_same_for_everybody(bihuan: Bihuan) -> None:
    unit = Unit(bihuan)
    task_id = unit.task(TARGET)
    with bihuan.unit_of_work() as uow:
        own = uow.session.get_one(UserTask, task_id).instance_id
        number, _ = unit.county.projects["P1"]
        common = {
            "jurisdiction_id": unit.county.id,
            "year": YEAR,
            "kind": "target",
            "status": "filed",
            "amount": Decimal(1),
            "recorded_at": datetime.now(UTC),
            "project_id": number,
        }
        for code, instance_id, counted in (("D1", own, 2), ("BUREAU", uuid4(), 7)):
            place = {"organisation_id": unit.county.organisations[code], "instance_id": instance_id}
            sums = {"indicator_count": 10, "quantified_count": counted, "task_id": uuid4()}
            uow.session.execute(insert(TargetFiling), {**common, **place, **sums})

    row = {"l1": "产出指标", "l2": "数量指标", "l3": "面积", "op": ">=", "value": "10", "weight": "90"}
    typed = {f"indicators[0].{name}": value for name, value in row.items()}
    found = unit.browser().send(f"/tasks/{task_id}/draft", {**typed, "revision": "0"}).json

    assert "合计 45.00%。" in found["rail"]
