"""Settle an incident by trying again: the attempt is counted in a transaction of its own, before it begins."""

from engine import incidents
from engine.access import Actor
from host.composition import Bihuan


def retry(bihuan: Bihuan, incident_id: int, reason: str, *, by: Actor) -> None:
    """Let a failed step or timer try again. Raises as `incidents.begin` and `incidents.resolve`."""
    with bihuan.unit_of_work() as uow:
        incidents.begin(uow, incident_id)
    with bihuan.unit_of_work() as uow:
        incidents.resolve(uow, incident_id, reason, by=by, counted=True)
