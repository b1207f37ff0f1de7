"""Which offices see an instance: whoever is asked to look at it must be able to (ADR 0014)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from engine.uow import UnitOfWork

SHOW = text("""
update app.process_instance
   set party_ids = array(select distinct office from unnest(party_ids || cast(:offices as bigint[])) office order by 1)
 where id = :id and not party_ids && cast(:offices as bigint[])
""")


def show_to(uow: UnitOfWork, instance_id: UUID, offices: Collection[int]) -> None:
    """Let somebody of these offices see an instance, unless he does by one of them already.

    Locks the instance: call it before anything of its tasks is locked or written alone.
    """
    if offices:
        uow.session.execute(SHOW, {"id": instance_id, "offices": sorted(offices)})
