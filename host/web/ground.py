"""Which jurisdiction a page of the administrators is about."""

from flask import request
from sqlalchemy import select

from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.web.context import acting_now
from ledger.model.register import Jurisdiction, Organisation


def ground(uow: UnitOfWork) -> int:
    """Return the jurisdiction this is about: one's own; an administrator chooses (`?place=`), or it is the first."""
    own = acting_now().jurisdiction_id
    if own is not None:
        return own
    chosen = request.values.get("place", type=int)
    wanted = select(Jurisdiction.id).order_by(Jurisdiction.id != (chosen or 0), Jurisdiction.id)
    found = uow.session.scalar(wanted.limit(1))
    if found is None:
        raise NotFound(
            "还没有区划;请先导入台账(bihuan simulate --keep,见说明),再来维护单位和人员。",
            code="jurisdiction.none",
        )
    return found


def ground_of(uow: UnitOfWork, organisation_id: int) -> int:
    """Return the jurisdiction of an organisation. Raises NotFound."""
    found = uow.session.scalar(select(Organisation.jurisdiction_id).where(Organisation.id == organisation_id))
    if found is None:
        raise NotFound("找不到这个单位;请从名册里选择。", code="organisation.not_found")
    return found
